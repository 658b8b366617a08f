"""Printed countries to ISO 3166-1 alpha-3 codes: reviewed names first, then those of Unicode CLDR."""

import polars as pl

from pipeline.normalize.babel_names import find_babel_names
from pipeline.normalize.lookup import map_names, own_names, with_key

NAME_COLUMNS = ("name_en", "name_fr", "name_es", "name_de", "aliases")


def country_names(countries: pl.DataFrame) -> pl.DataFrame:
    """Return `id`, `name` and `key` of every name in any language. Codes are no names: "Uk" is not Ukraine."""
    return own_names(countries, "country_code", NAME_COLUMNS)


def map_countries(printed: pl.Series, countries: pl.DataFrame) -> pl.DataFrame:
    """Map printed countries to codes.

    Args:
        printed: Country names as printed, nulls allowed.
        countries: That table of the vocabulary.

    Returns:
        One row per distinct name: `value` and `id` (alpha-3), null where the name is unknown.
    """
    names = country_names(countries)
    mapped = map_names(printed, names)
    unknown = with_key(mapped.filter(pl.col("id").is_null()), "value").drop_nulls("key")
    if not unknown.height:
        return mapped
    found = find_babel_names(unknown, countries, set(names["key"]))
    return mapped.with_columns(
        pl.coalesce("id", pl.col("value").replace_strict(found, default=None, return_dtype=pl.String))
    )
