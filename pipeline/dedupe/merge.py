"""What the sightings of one practice agree on.

Precedence, best first: the source's preferred language, then detail over list over map over text, then the newest
capture. A field that the best sighting does not print is taken from the next one that does.
"""

from collections.abc import Mapping, Sequence

import polars as pl

from pipeline.models import Block

_IS_LINKED = pl.col("is_linked").any()
_BLOCK_RANK = {block.value: rank for rank, block in enumerate(Block)}


def merge_practices(sightings: pl.DataFrame, languages: Mapping[str, Sequence[str]]) -> pl.DataFrame:
    """Return one row per practice_id, sorted.

    Args:
        sightings: Identified and normalized sightings.
        languages: Preferred order of languages by source.

    Returns:
        practice_id, source, key, is_linked, page_url, language, title and summary of that language, the raw
        institution,
        country, region, implementation_year, award_year, topics with their normalized values, edition_languages,
        sighting_count, first_seen_at, last_seen_at.
    """
    ordered = _in_precedence(sightings, languages)
    is_primary = pl.col("language") == pl.col("language").first()
    return (
        ordered.group_by("practice_id", maintain_order=True)
        .agg(
            pl.col("source", "key", "language", "page_url").first(),
            *(pl.col(name).filter(is_primary).drop_nulls().first() for name in ("title", "summary")),
            *_place_and_years(),
            *_topics(),
            pl.col("language").unique().sort().alias("edition_languages"),
            _IS_LINKED,
            pl.len().cast(pl.UInt32).alias("sighting_count"),
            pl.col("captured_at").min().alias("first_seen_at"),
            pl.col("captured_at").max().alias("last_seen_at"),
        )
        .sort("practice_id")
    )


def merge_editions(sightings: pl.DataFrame, languages: Mapping[str, Sequence[str]]) -> pl.DataFrame:
    """Return one row per practice_id and language, sorted.

    Returns:
        practice_id, language, source, key, is_linked, page_url, title, summary, institution, country, region, topics.
    """
    return (
        _in_precedence(sightings, languages)
        .group_by("practice_id", "language", maintain_order=True)
        .agg(
            pl.col("source", "key", "page_url").first(),
            _IS_LINKED,
            *(pl.col(name).drop_nulls().first() for name in ("title", "summary", "institution", "country", "region")),
            pl.col("topics").filter(pl.col("topics").list.len() > 0).first(),
        )
        .with_columns(pl.col("topics").fill_null([]))
        .sort("practice_id", "language")
    )


def _in_precedence(sightings: pl.DataFrame, languages: Mapping[str, Sequence[str]]) -> pl.DataFrame:
    ranks = pl.DataFrame(
        [(source, tag, rank) for source, tags in languages.items() for rank, tag in enumerate(tags)],
        schema={"source": pl.String, "language": pl.String, "language_rank": pl.Int32},
        orient="row",
    )
    return (
        sightings.join(ranks, on=["source", "language"], how="left")
        .with_columns(
            pl.col("language_rank").fill_null(len(ranks)),
            pl.col("block").replace_strict(_BLOCK_RANK, return_dtype=pl.Int32).alias("block_rank"),
        )
        .sort(
            ["practice_id", "language_rank", "language", "block_rank", "captured_at", "sighting_id"],
            descending=[False, False, False, False, True, False],
        )
    )


def _place_and_years() -> list[pl.Expr]:
    """Take each printed value together with what it was normalized to, from the same sighting.

    An institution is taken from a sighting that prints its country as well, if there is one: without, nobody can tell
    which one it is. Detail pages lose the country now and then.
    """
    has_institution = pl.col("institution").is_not_null()
    is_placed = has_institution & pl.col("country").is_not_null()
    institution = [
        pl.when(is_placed.any())
        .then(pl.col(name).filter(is_placed).first())
        .otherwise(pl.col(name).filter(has_institution).first())
        .alias(name)
        for name in ("institution", "institution_id")
    ]
    pairs = {
        "country": "country_code",
        "region": "region_code",
        "implementation_year": "implementation_year_value",
        "award_year": "award_year_value",
    }
    return institution + [
        pl.col(name).filter(pl.col(printed).is_not_null()).first()
        for printed, value in pairs.items()
        for name in (printed, value)
    ]


def _topics() -> list[pl.Expr]:
    has_topics = pl.col("topics").list.len() > 0
    return [pl.col(name).filter(has_topics).first() for name in ("topics", "topic_ids")]
