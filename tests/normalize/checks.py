"""A check that the tests of several vocabularies share."""

from collections.abc import Callable, Sequence

import polars as pl

from pipeline.normalize.lookup import one_per_row


def unresolved(
    entries: pl.DataFrame,
    id_column: str,
    name_columns: Sequence[str],
    map_values: Callable[[pl.Series, pl.DataFrame], pl.DataFrame],
) -> list[tuple[str, str]]:
    """Return (id, name) of every name that does not lead to the entry that it stands in."""
    names = pl.concat([one_per_row(entries, id_column, column) for column in name_columns])
    mapped = map_values(names["value"], entries).rename({"id": "found"})
    return names.join(mapped, on="value").filter(~pl.col("id").eq_missing(pl.col("found"))).select("id", "value").rows()
