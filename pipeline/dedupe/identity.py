"""Give every sighting the practice that it belongs to, and say by which rule.

1. `detail_link`: the record links to its own page; the source's own key is the identity.
2. `print_of_linked`: without a link, its print is that of exactly one linked practice.
3. `print`: without a link, and no linked practice has its print: the print is the identity.

A sighting with neither link nor print can not be told from others; it is rejected.
"""

from dataclasses import dataclass

import polars as pl

from pipeline.dedupe.prints import with_print


@dataclass(frozen=True, slots=True)
class Identified:
    """The sightings, told apart.

    Attributes:
        sightings: As given, with practice_id, key (the second part of practice_id), rule and evidence.
        rejects: Columns of `tables.Rejects`.
        ambiguous: practice_id, sighting_id and candidates (a text) of prints that several linked practices share.
    """

    sightings: pl.DataFrame
    rejects: pl.DataFrame
    ambiguous: pl.DataFrame


def identify(sightings: pl.DataFrame) -> Identified:
    """Return the sightings with their practice.

    Args:
        sightings: source and the raw fields of `tables.Sightings`.
    """
    printed = with_print(sightings)
    linked = (
        printed.filter(pl.col("source_key").is_not_null() & pl.col("print").is_not_null())
        .group_by("source", "print")
        .agg(pl.col("source_key").unique().sort().alias("owners"))
    )
    joined = printed.join(linked, on=["source", "print"], how="left", maintain_order="left")
    has_link = pl.col("source_key").is_not_null()
    has_one_owner = pl.col("owners").list.len() == 1
    told = joined.with_columns(
        pl.when(has_link)
        .then(pl.col("source_key"))
        .when(has_one_owner)
        .then(pl.col("owners").list.first())
        .otherwise("x" + pl.col("print"))
        .alias("key"),
        pl.when(has_link)
        .then(pl.lit("detail_link"))
        .when(has_one_owner)
        .then(pl.lit("print_of_linked"))
        .otherwise(pl.lit("print"))
        .alias("rule"),
        pl.when(has_link)
        .then(pl.format("links to {}", "source_key"))
        .when(has_one_owner)
        .then(pl.format("print {} is that of {}", "print", pl.col("owners").list.first()))
        .otherwise(pl.format("print {}", "print"))
        .alias("evidence"),
    ).with_columns(pl.format("{}-{}", "source", "key").alias("practice_id"))
    is_known = pl.col("key").is_not_null()
    rejects = told.filter(~is_known).select(
        "sighting_id",
        pl.lit("no_identity").alias("rule"),
        pl.format("The record has no link, and no institution or no summary to tell it by; page {}.", "page_url").alias(
            "message"
        ),
    )
    ambiguous = told.filter(~has_link & (pl.col("owners").list.len() > 1)).select(
        "practice_id", "sighting_id", pl.col("owners").list.join(", ").alias("candidates")
    )
    return Identified(told.filter(is_known).drop("print", "owners"), rejects, ambiguous)
