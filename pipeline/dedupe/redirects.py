"""Old ids that lead to a practice: what its sightings would be by themselves."""

import polars as pl

from pipeline.dedupe.identity import with_own_id
from pipeline.dedupe.prints import with_print


def redirects(sightings: pl.DataFrame, practices: pl.DataFrame) -> dict[str, str]:
    """Return the practice_id that every other id of its sightings leads to, sorted.

    A record that was once known by its text alone, and turned out to be a linked practice, had such an id in earlier
    releases; so had a practice that a person decided to be another one.

    Args:
        sightings: That table of a release.
        practices: That table of the same release.
    """
    sources = practices.select("practice_id", "source")
    alone = with_own_id(with_print(sightings.join(sources, on="practice_id", how="inner", maintain_order="left")))
    moved = alone.filter(pl.col("own_id") != pl.col("practice_id")).select("own_id", "practice_id").unique()
    return dict(moved.sort("own_id").iter_rows())
