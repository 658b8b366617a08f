"""Names and the ids that own them: the exact lookup that countries, regions, topics and institutions share."""

from collections.abc import Sequence

import polars as pl

from pipeline.normalize.text import comparison_key


def own_names(entries: pl.DataFrame, id_column: str, name_columns: Sequence[str]) -> pl.DataFrame:
    """Return every name of every entry.

    Args:
        entries: A table of the vocabulary; a name column holds one name or a list of names, and may be null.
        id_column: Column with the id of an entry.
        name_columns: Columns with names.

    Returns:
        One row per name: `id`, `name` and its comparison `key`.
    """
    names = pl.concat([one_per_row(entries, id_column, column) for column in name_columns])
    return with_key(names.rename({"value": "name"}).unique(maintain_order=True), "name")


def one_per_row(entries: pl.DataFrame, id_column: str, column: str) -> pl.DataFrame:
    """Return `id` and `value`: one row per value of a column of texts or of lists of texts, without nulls."""
    values = entries.select(pl.col(id_column).alias("id"), pl.col(column).alias("value"))
    if values.schema["value"] == pl.List:
        values = values.explode("value")
    return values.drop_nulls()


def with_key(frame: pl.DataFrame, column: str) -> pl.DataFrame:
    """Return the frame with the comparison `key` of a text column; a null or blank text has no key."""
    texts: list[str | None] = frame[column].to_list()
    keys = [None if text is None else comparison_key(text) or None for text in texts]
    return frame.with_columns(pl.Series("key", keys, dtype=pl.String))


def map_names(values: pl.Series, names: pl.DataFrame) -> pl.DataFrame:
    """Map distinct printed names to ids.

    Args:
        values: Printed names, in any order, with repetitions and nulls.
        names: What `own_names` returns.

    Returns:
        One row per distinct name: `value` and its `id`, null where nobody owns the name.
    """
    distinct = with_key(values.drop_nulls().unique(maintain_order=True).cast(pl.String).to_frame("value"), "value")
    owners = names.select("key", "id").unique()
    return distinct.join(owners, on="key", how="left", maintain_order="left").select("value", "id")


def with_overrides(mapped: pl.DataFrame, column: str, overrides: pl.DataFrame) -> pl.DataFrame:
    """Return mapped names as persons decided them.

    Args:
        mapped: A text column with names, `id`, and `country_code` where the country plays a part.
        column: The column with names.
        overrides: Those of the vocabulary, of one kind.

    Returns:
        The same rows with the `id` that was decided, and `is_decided`.
    """
    if not overrides.height:
        return mapped.with_columns(pl.lit(value=False).alias("is_decided"))
    scope = pl.col("country_code").fill_null("") if "country_code" in mapped.columns else pl.lit("")
    keyed = with_key(mapped, column).with_columns(scope.alias("scope"))
    decided = overrides.select(
        "key", pl.col("country_code").alias("scope"), decided="id", is_decided=pl.lit(value=True)
    )
    joined = keyed.join(decided, on=["key", "scope"], how="left", maintain_order="left")
    final = pl.when("is_decided").then("decided").otherwise("id").alias("id")
    return joined.select(
        *(name for name in mapped.columns if name != "id"), final, pl.col("is_decided").fill_null(value=False)
    )
