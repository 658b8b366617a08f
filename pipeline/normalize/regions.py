"""Printed regions to the codes of the ISSA's four regions."""

import polars as pl

from pipeline.normalize.lookup import map_names, own_names

NAME_COLUMNS = ("name_en", "name_fr", "name_es", "name_de", "aliases")


def region_names(regions: pl.DataFrame) -> pl.DataFrame:
    """Return `id`, `name` and `key` of every name in any language."""
    return own_names(regions, "region", NAME_COLUMNS)


def map_regions(printed: pl.Series, regions: pl.DataFrame) -> pl.DataFrame:
    """Map printed regions to codes; the country of a record plays no part.

    Args:
        printed: Region names as printed, nulls allowed.
        regions: That table of the vocabulary.

    Returns:
        One row per distinct name: `value` and `id`, null where the name is unknown.
    """
    return map_names(printed, region_names(regions))
