"""Printed years to numbers."""

import re

import polars as pl

from pipeline.normalize.text import clean_text

_YEAR = re.compile("[1-9][0-9]{3}")


def parse_year(printed: str) -> int | None:
    """Return a year that stands alone in four digits, else None: a span, a date or a cut year is not guessed at."""
    text = clean_text(printed)
    return int(text) if _YEAR.fullmatch(text) else None


def map_years(printed: pl.Series) -> pl.DataFrame:
    """Map printed years to numbers.

    Args:
        printed: Years as printed, nulls allowed.

    Returns:
        One row per distinct text: `value` and `year` (Int32), null where it is no clean year.
    """
    values = printed.drop_nulls().unique(maintain_order=True).cast(pl.String)
    years = pl.Series("year", [parse_year(value) for value in values], dtype=pl.Int32)
    return pl.DataFrame([values.alias("value"), years])
