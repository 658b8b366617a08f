"""The tables of vocabulary entries that a release uses, with how often."""

import polars as pl


def institutions_table(practices: pl.DataFrame, institutions: pl.DataFrame, provisional: pl.DataFrame) -> pl.DataFrame:
    """Return the institutions that have a practice; names in other languages count as aliases.

    Args:
        practices: That table of the release.
        institutions: Those of the vocabulary.
        provisional: What `provisional_institutions` returns.
    """
    aliases = pl.concat_list(
        pl.concat_list("name_fr", "name_es", "name_de", "name_original").list.drop_nulls(),
        pl.col("aliases").fill_null([]),
    )
    columns = ["institution_id", "name", "country_code", "acronyms", "aliases", "is_registered"]
    registered = institutions.with_columns(
        aliases.list.unique().list.sort().alias("aliases"),
        pl.col("acronyms").list.unique().list.sort(),
        pl.lit(value=True).alias("is_registered"),
    )
    every = pl.concat([registered.select(columns), provisional.select(columns)])
    return _used(every, practices, "institution_id")


def provisional_institutions(practices: pl.DataFrame, institutions: pl.DataFrame) -> pl.DataFrame:
    """Return an entry for every institution that no vocabulary knows; its name is the first of its spellings.

    Args:
        practices: Merged practices with institution as printed, institution_id and country_code.
        institutions: Those of the vocabulary.
    """
    unknown = practices.filter(pl.col("institution_id").is_not_null()).join(
        institutions, on="institution_id", how="anti"
    )
    spellings = unknown.group_by("institution_id", "country_code").agg(pl.col("institution").unique().sort())
    return spellings.with_columns(
        pl.col("institution").list.first().alias("name"),
        pl.col("institution").list.slice(1).alias("aliases"),
        pl.lit([], pl.List(pl.String)).alias("acronyms"),
        pl.lit(value=False).alias("is_registered"),
    ).sort("institution_id")


def countries_table(practices: pl.DataFrame, countries: pl.DataFrame) -> pl.DataFrame:
    """Return the countries that have a practice."""
    return _used(countries, practices, "country_code").with_columns(pl.col("name_en").alias("name"))


def practice_topics_table(labelled: pl.DataFrame) -> pl.DataFrame:
    """Return one row per practice and known topic; a topic printed twice counts once, at its first position.

    Args:
        labelled: Practices with topics as printed, and topic_ids as a list of the same length.
    """
    return (
        labelled.select("practice_id", "topics", "topic_ids")
        .explode("topics", "topic_ids")
        .filter(pl.col("topic_ids").is_not_null())
        .unique(["practice_id", "topic_ids"], keep="first", maintain_order=True)
        .with_columns(pl.int_range(1, pl.len() + 1).over("practice_id").alias("position"))
        .rename({"topic_ids": "topic_id", "topics": "label"})
    )


def topics_table(practice_topics: pl.DataFrame, topics: pl.DataFrame) -> pl.DataFrame:
    """Return the topics that a practice carries, and the parents of those even when none does."""
    counts = practice_topics.group_by("topic_id").len("practice_count")
    used = topics.join(counts, on="topic_id", how="left", maintain_order="left").with_columns(
        pl.col("practice_count").fill_null(0)
    )
    keep = set(counts["topic_id"])
    while parents := set(used.filter(pl.col("topic_id").is_in(list(keep)))["parent_topic_id"].drop_nulls()) - keep:
        keep |= parents
    return used.filter(pl.col("topic_id").is_in(list(keep)))


def _used(entries: pl.DataFrame, practices: pl.DataFrame, key: str) -> pl.DataFrame:
    counts = practices.filter(pl.col(key).is_not_null()).group_by(key).len("practice_count")
    return entries.join(counts, on=key, how="inner", maintain_order="left")
