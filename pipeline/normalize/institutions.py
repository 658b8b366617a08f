"""Printed institutions to institution ids. A name counts only together with its country: many are shared."""

import polars as pl

from pipeline.normalize.lookup import own_names, with_key
from pipeline.normalize.provisional import provisional_id

NAME_COLUMNS = ("name", "name_fr", "name_es", "name_de", "name_original", "aliases")


def institution_names(institutions: pl.DataFrame) -> pl.DataFrame:
    """Return `id`, `country_code`, `name` and `key` of every name that stands for an institution.

    An acronym alone is no name, even where it is all that is known: acronyms are shared, reused and mistyped. A name
    followed by the institution's own acronym in brackets is the same name, whichever of the two is registered.
    """
    names = own_names(institutions, "institution_id", NAME_COLUMNS)
    acronyms = own_names(institutions, "institution_id", ["acronyms"])
    pairs = names.join(acronyms.select("id", acronym="name", acronym_key="key"), on="id", maintain_order="left")
    bracketed = pl.format("({})", "acronym_key")
    longer = pairs.select("id", name=pl.format("{} ({})", "name", "acronym"), key=pl.format("{} {}", "key", bracketed))
    shorter = pairs.filter(pl.col("key").str.ends_with(bracketed)).select(
        "id", "name", key=pl.col("key").str.strip_suffix(bracketed).str.strip_chars()
    )
    every = pl.concat([names, longer, shorter]).unique(["id", "key"], maintain_order=True)
    country = institutions.select("country_code", id="institution_id")
    return every.join(acronyms, on=["id", "key"], how="anti").join(country, on="id", maintain_order="left")


def map_institutions(printed: pl.DataFrame, institutions: pl.DataFrame) -> pl.DataFrame:
    """Map printed institutions to ids of the vocabulary.

    Args:
        printed: `institution` (name as printed) and `country_code` (alpha-3), both may be null.
        institutions: That table of the vocabulary.

    Returns:
        One row per distinct pair of known values: `institution`, `country_code` and `id`, null where the name is
        unknown in that country.
    """
    pairs = printed.select("institution", "country_code").drop_nulls().unique(maintain_order=True)
    distinct = pairs.select(pl.col("institution").unique(maintain_order=True))
    keyed = pairs.join(with_key(distinct, "institution"), on="institution", maintain_order="left")
    owners = institution_names(institutions).select("key", "country_code", "id")
    found = keyed.join(owners, on=["key", "country_code"], how="left", maintain_order="left")
    return found.select("institution", "country_code", "id")


def with_provisional(pairs: pl.DataFrame, is_settled: pl.Series) -> pl.Series:
    """Return the ids, and a provisional one for every name that has none; nothing is joined by similarity.

    Args:
        pairs: `institution`, `country` (both as printed), `country_code` and `id`, one row per distinct combination.
        is_settled: Whether the id, or that there is none, is final.
    """
    ids = [
        row["id"] if settled or row["id"] else provisional_id(row["institution"], row["country_code"], row["country"])
        for row, settled in zip(pairs.iter_rows(named=True), is_settled, strict=True)
    ]
    return pl.Series("id", ids, dtype=pl.String)
