"""Sightings of one practice that print different things in one language.

Compared are the newest crawl of the site and all imports; what an older crawl printed differently is a change, not a
contradiction. A teaser does not contradict the longer text that it begins.
"""

import polars as pl

from pipeline.dedupe.prints import folded
from pipeline.models import CrawlKind

_FIELDS = ("title", "summary", "implementation_year", "award_year", "institution", "country", "region", "topics")


def find_contradictions(sightings: pl.DataFrame) -> pl.DataFrame:
    """Return one row per practice, language and field with several values, sorted.

    Args:
        sightings: Identified sightings.

    Returns:
        practice_id, crawl_id and page_url of one sighting, field, raw_value (the different prints), language.
    """
    newest = pl.col("crawl_id") == pl.col("crawl_id").filter(pl.col("crawl_kind") == CrawlKind.CRAWL).max().over(
        "source"
    )
    current = sightings.filter(newest.fill_null(value=False) | (pl.col("crawl_kind") == CrawlKind.IMPORT))
    found = [_differing(current, field) for field in _FIELDS]
    return pl.concat(found).sort("practice_id", "field", "language")


def _differing(sightings: pl.DataFrame, field: str) -> pl.DataFrame:
    """Return the practices whose sightings print several values of one field."""
    printed = pl.col("topics").list.unique().list.sort().list.join(" | ") if field == "topics" else pl.col(field)
    values = (
        sightings.select("practice_id", "language", "crawl_id", "page_url", printed.alias("value"))
        .filter(pl.col("value").is_not_null() & (pl.col("value") != ""))
        .with_columns(folded(pl.col("value")).alias("folded"))
        .sort("practice_id", "language", "crawl_id", "page_url", "value")
        .unique(["practice_id", "language", "folded"], keep="first", maintain_order=True)
    )
    longest = pl.col("folded").sort_by(pl.col("folded").str.len_chars()).last().over("practice_id", "language")
    if field == "summary":
        values = values.filter(~longest.str.starts_with(pl.col("folded")) | (pl.col("folded") == longest))
    return (
        values.group_by("practice_id", "language", maintain_order=True)
        .agg(pl.col("crawl_id", "page_url").first(), pl.col("value"))
        .filter(pl.col("value").list.len() > 1)
        .select(
            "practice_id",
            "language",
            "crawl_id",
            "page_url",
            pl.lit(field).alias("field"),
            pl.col("value").list.join(" <> ").alias("raw_value"),
        )
    )
