"""Raw sightings to ids of the controlled vocabularies: exact names only, nothing is guessed.

What is unknown stays null; an unknown institution gets a provisional id of its own.

Pure: no network, no clock; the only files read are the vocabularies that ship with the package. Names are looked up
once per distinct value and joined.
"""

import polars as pl

from pipeline.normalize.countries import map_countries
from pipeline.normalize.institutions import map_institutions, with_provisional
from pipeline.normalize.lookup import with_overrides
from pipeline.normalize.regions import map_regions
from pipeline.normalize.topics import map_topics
from pipeline.normalize.vocabulary import Vocabulary, load_vocabulary
from pipeline.normalize.years import map_years

__all__ = ["ADDED_COLUMNS", "Vocabulary", "load_vocabulary", "normalize"]

ADDED_COLUMNS = (
    "implementation_year_value",
    "award_year_value",
    "institution_id",
    "country_code",
    "region_code",
    "topic_ids",
)


def normalize(sightings: pl.DataFrame, vocabulary: Vocabulary) -> pl.DataFrame:
    """Add to every sighting what its printed values mean.

    Args:
        sightings: `implementation_year`, `award_year`, `institution`, `country`, `region` (text or null) and `topics`
            (list of texts), as printed; other columns are kept.
        vocabulary: The entries that names are looked up in.

    Returns:
        The same rows in the same order, and `ADDED_COLUMNS`, null where a value is absent or unknown:
        `implementation_year_value` and `award_year_value` (Int32), `institution_id` (provisional where the name is not
        registered), `country_code` (alpha-3),
        `region_code` (as printed, not inferred from the country), `topic_ids` (a list as long as `topics`).
    """
    result = sightings.drop(ADDED_COLUMNS, strict=False)
    countries = _decided("country", map_countries(result["country"], vocabulary.countries), vocabulary)
    regions = _decided("region", map_regions(result["region"], vocabulary.regions), vocabulary)
    topics = _decided("topic", map_topics(result["topics"].explode(), vocabulary.topics), vocabulary)
    result = result.with_columns(
        _year("implementation_year", result).alias("implementation_year_value"),
        _year("award_year", result).alias("award_year_value"),
        pl.lit(None, pl.String).alias("institution_id"),
        _id(pl.col("country"), countries).alias("country_code"),
        _id(pl.col("region"), regions).alias("region_code"),
        pl.col("topics").list.eval(_id(pl.element(), topics)).alias("topic_ids"),
    )
    places = result.select("institution", "country", "country_code")
    institutions = _institutions(places, vocabulary)
    found = places.join(institutions, on=places.columns, how="left", nulls_equal=True, maintain_order="left")
    return result.with_columns(found["id"].alias("institution_id"))


def _decided(kind: str, mapped: pl.DataFrame, vocabulary: Vocabulary) -> pl.DataFrame:
    column = "institution" if kind == "institution" else "value"
    return with_overrides(mapped, column, vocabulary.overrides.filter(pl.col("kind") == kind))


def _institutions(places: pl.DataFrame, vocabulary: Vocabulary) -> pl.DataFrame:
    """Return the id of every distinct institution with its country: registered, decided, or else provisional."""
    distinct = places.filter(pl.col("institution").is_not_null()).unique(maintain_order=True)
    mapped = map_institutions(distinct, vocabulary.institutions)
    pairs = distinct.join(mapped, on=["institution", "country_code"], how="left", maintain_order="left")
    decided = _decided("institution", pairs, vocabulary)
    return decided.with_columns(with_provisional(decided, decided["is_decided"])).drop("is_decided")


def _id(printed: pl.Expr, mapped: pl.DataFrame) -> pl.Expr:
    return printed.replace_strict(mapped["value"], mapped["id"], default=None, return_dtype=pl.String)


def _year(column: str, sightings: pl.DataFrame) -> pl.Expr:
    mapped = map_years(sightings[column])
    return pl.col(column).replace_strict(mapped["value"], mapped["year"], default=None, return_dtype=pl.Int32)
