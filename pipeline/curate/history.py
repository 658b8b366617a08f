"""What became of a practice: is it there, missing, or removed? Told from crawls that saw everything, and from no other.

A practice is *missing* when the newest complete crawl, or the two newest, did not show it, and *removed* when three in
a row did not, or when its own page answered 404 or 410 after it was last seen. It is *present* again as soon as a crawl
shows it.

- A crawl of some languages only says nothing about the others: what counts is the language with the fewest crawls
  without the practice, among those in which it was seen.
- Imports and incomplete crawls are never evidence of absence. An incomplete crawl that was accepted is evidence of
  presence. So is an import, but only for a practice that no crawl has seen: a saved page may be older than it says.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import polars as pl

REMOVED_AFTER = 3
_TIME = pl.Datetime("us", "UTC")


@dataclass(frozen=True, slots=True)
class CompleteCrawl:
    """A crawl that is certified to have seen everything.

    Attributes:
        crawl_id: Its folder.
        source: Its source.
        started_at: When it began (UTC).
        languages: Languages that it walked.
        gone: Addresses that answered 404 or 410, with when.
    """

    crawl_id: str
    source: str
    started_at: datetime
    languages: Sequence[str]
    gone: Sequence[tuple[str, datetime]] = ()


def with_history(practices: pl.DataFrame, sightings: pl.DataFrame, crawls: Sequence[CompleteCrawl]) -> pl.DataFrame:
    """Return practices with state, first_seen_at and last_seen_at.

    Args:
        practices: practice_id and url; state and times are replaced.
        sightings: practice_id, source, language, crawl_kind and captured_at of every sighting.
        crawls: The complete crawls that went into the release, in any order.
    """
    is_crawl = pl.col("crawl_kind") == "crawl"
    evidence = sightings.filter(is_crawl | ~is_crawl.any().over("practice_id"))
    seen = evidence.group_by("practice_id").agg(
        pl.col("captured_at").min().alias("first_seen_at"), pl.col("captured_at").max().alias("last_seen_at")
    )
    dated = practices.drop("state", "first_seen_at", "last_seen_at", strict=False).join(
        seen, on="practice_id", how="left", maintain_order="left"
    )
    judged = dated.join(_absences(evidence, seen, crawls), on="practice_id", how="left", maintain_order="left").join(
        _gone(crawls), on="url", how="left", maintain_order="left"
    )
    is_gone = (pl.col("gone_at") > pl.col("last_seen_at")).fill_null(value=False)
    state = (
        pl.when(is_gone | (pl.col("absences") >= REMOVED_AFTER))
        .then(pl.lit("removed"))
        .when(pl.col("absences") > 0)
        .then(pl.lit("missing"))
        .otherwise(pl.lit("present"))
    )
    return judged.with_columns(state.alias("state")).drop("absences", "gone_at")


def _absences(evidence: pl.DataFrame, seen: pl.DataFrame, crawls: Sequence[CompleteCrawl]) -> pl.DataFrame:
    """Count the complete crawls since a practice was last seen, in the language in which they are fewest."""
    walked = pl.DataFrame(
        [(crawl.source, language, crawl.started_at) for crawl in crawls for language in crawl.languages],
        schema={"source": pl.String, "language": pl.String, "started_at": _TIME},
        orient="row",
    )
    is_later = (pl.col("started_at") > pl.col("last_seen_at")).fill_null(value=False)
    return (
        evidence.select("practice_id", "source", "language")
        .unique()
        .join(seen, on="practice_id")
        .join(walked, on=["source", "language"], how="left")
        .group_by("practice_id", "language")
        .agg(is_later.sum().alias("absences"))
        .group_by("practice_id")
        .agg(pl.col("absences").min())
    )


def _gone(crawls: Sequence[CompleteCrawl]) -> pl.DataFrame:
    rows = [answer for crawl in crawls for answer in crawl.gone]
    answers = pl.DataFrame(rows, schema={"url": pl.String, "gone_at": _TIME}, orient="row")
    return answers.group_by("url").agg(pl.col("gone_at").max())
