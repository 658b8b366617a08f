"""Put the eleven tables together."""

from collections.abc import Mapping

import dataframely as dy
import polars as pl

from pipeline.curate.entries import (
    countries_table,
    institutions_table,
    practice_topics_table,
    provisional_institutions,
    topics_table,
)
from pipeline.curate.findings import findings_table
from pipeline.curate.inputs import Merged
from pipeline.sources.spec import Source
from pipeline.tables import TABLES, Editions, Practices, VocabularyTables, empty


def assemble(merged: Merged, names: VocabularyTables, sources: Mapping[str, Source]) -> dict[str, pl.DataFrame]:
    """Return every table of a release by its name, typed and sorted by key.

    A practice or edition that breaks its contract is left out, and its sightings become rejects that name the rules.

    Args:
        merged: What the stages before have found.
        names: The vocabularies.
        sources: The sites by name.
    """
    labelled = _labelled(merged.practices, names)
    good, broken = Practices.filter(_fit(_practices_table(labelled, sources), "practices"))
    sightings, of_practices = _without(merged.sightings, broken.details(), Practices, ["practice_id"])
    kept = merged.editions.join(good, on="practice_id", how="semi")
    editions, broken_editions = Editions.filter(_fit(_editions_table(kept, sources), "editions"))
    sightings, of_editions = _without(sightings, broken_editions.details(), Editions, ["practice_id", "language"])
    rejects = pl.concat([merged.rejects, of_practices, of_editions])
    labelled = labelled.join(good, on="practice_id", how="semi")
    practice_topics = practice_topics_table(labelled)
    tables = {
        "practices": good,
        "editions": editions,
        "institutions": institutions_table(
            good, names.institutions, provisional_institutions(labelled, names.institutions)
        ),
        "topics": topics_table(practice_topics, names.topics),
        "practice_topics": practice_topics,
        "countries": countries_table(good, names.countries),
        "sightings": sightings,
        "merges": sightings.select("practice_id", "sighting_id", "rule", "evidence"),
        "findings": findings_table(labelled, sightings, merged, names, sources),
        "rejects": rejects,
        "changes": empty("changes"),
    }
    return {name: _fit(tables[name], name).sort(TABLES[name].primary_key()) for name in TABLES}


def _fit(frame: pl.DataFrame, table: str) -> pl.DataFrame:
    """Return the columns of a table in its order and with its types; text as NFC."""
    schema = empty(table).schema
    as_printed = table == "sightings"
    return frame.select(
        pl.col(name).cast(dtype) if dtype != pl.String or as_printed else pl.col(name).str.normalize("NFC")
        for name, dtype in schema.items()
    )


def _labelled(practices: pl.DataFrame, names: VocabularyTables) -> pl.DataFrame:
    """Add the registered names: institution_name and country_name, and topic_label beside every printed topic."""
    institutions = names.institutions.select("institution_id", pl.col("name").alias("registered_name"))
    countries = names.countries.select("country_code", pl.col("name_en").alias("registered_country"))
    label_of = pl.element().replace_strict(names.topics["topic_id"], names.topics["label_en"], default=None)
    return (
        practices.join(institutions, on="institution_id", how="left", maintain_order="left")
        .join(countries, on="country_code", how="left", maintain_order="left")
        .with_columns(
            pl.coalesce("registered_name", "institution").alias("institution_name"),
            pl.coalesce("registered_country", "country").alias("country_name"),
            pl.col("topics").fill_null([]),
            pl.col("topic_ids").fill_null([]),
        )
        .with_columns(pl.col("topic_ids").list.eval(label_of).cast(pl.List(pl.String)).alias("registered_topics"))
    )


def _practices_table(labelled: pl.DataFrame, sources: Mapping[str, Source]) -> pl.DataFrame:
    is_unknown = pl.col("topic_ids").list.eval(pl.element().is_null())
    unknown_topics = (
        labelled.select("practice_id", "topics", is_unknown.alias("is_unknown"))
        .explode("topics", "is_unknown")
        .filter("is_unknown")
        .group_by("practice_id", maintain_order=True)
        .agg(pl.col("topics").unique(maintain_order=True).alias("unknown_topics"))
    )
    return (
        labelled.join(unknown_topics, on="practice_id", how="left", maintain_order="left")
        .with_columns(
            pl.col("key").alias("source_key"),
            _url(sources).alias("url"),
            pl.col("implementation_year_value").alias("implementation_year"),
            pl.col("award_year_value").alias("award_year"),
            pl.col("region_code").alias("region"),
            pl.col("topic_ids").list.drop_nulls().list.unique(maintain_order=True),
            pl.concat_list(
                pl.col("registered_topics").list.drop_nulls().list.unique(maintain_order=True),
                pl.col("unknown_topics").fill_null([]),
            ).alias("topic_labels"),
            pl.lit("present").alias("state"),
        )
        .sort("practice_id")
    )


def _editions_table(editions: pl.DataFrame, sources: Mapping[str, Source]) -> pl.DataFrame:
    return editions.with_columns(
        _url(sources).alias("url"),
        pl.col("institution").alias("institution_label"),
        pl.col("country").alias("country_label"),
        pl.col("region").alias("region_label"),
        pl.col("topics").alias("topic_labels"),
    )


def _url(sources: Mapping[str, Source]) -> pl.Expr:
    """Return the canonical address from source, language and key; for a practice without link, that of the page."""
    address = pl.lit(None, pl.String)
    for name, source in sources.items():
        for tag, language in source.languages.items():
            pattern = source.site.detail_url.replace("{prefix}", language.prefix)
            is_mine = (pl.col("source") == name) & (pl.col("language") == tag)
            address = pl.when(is_mine).then(_filled(pattern)).otherwise(address)
    return pl.coalesce(pl.when("is_linked").then(address), "page_url")


def _filled(pattern: str) -> pl.Expr:
    before, _, after = pattern.partition("{key}")
    return pl.lit(before) + pl.col("key") + pl.lit(after)


def _without(
    sightings: pl.DataFrame, failures: pl.DataFrame, schema: type[dy.Schema], on: list[str]
) -> tuple[pl.DataFrame, pl.DataFrame]:
    """Return the sightings that are behind no broken row, and a reject for every other one.

    Args:
        sightings: Identified sightings.
        failures: Broken rows, with a column for each rule.
        schema: Contract of the broken rows.
        on: Columns that sightings and rows share.
    """
    rules = [name for name in failures.columns if name not in schema.column_names()]
    broken_rules = [pl.when(pl.col(rule) == "invalid").then(pl.lit(rule)) for rule in rules]
    names = pl.concat_str(broken_rules, separator=", ", ignore_nulls=True) if rules else pl.lit("")
    broken = failures.select(*on, names.alias("broken"))
    rejects = sightings.join(broken, on=on, how="inner", maintain_order="left").select(
        "sighting_id",
        pl.col("broken").alias("rule"),
        pl.format("Practice {} breaks {}; page {}.", "practice_id", "broken", "page_url").alias("message"),
    )
    return sightings.join(broken, on=on, how="anti", maintain_order="left"), rejects
