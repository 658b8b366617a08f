"""Years as printed."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.normalize.years import map_years, parse_year


@pytest.mark.parametrize("printed", ["2021", " 2021\u00a0", "\u200b2021\n"])
def test_a_year_alone_is_a_number(printed: str) -> None:
    """White space and hidden characters around it do not matter."""
    assert parse_year(printed) == 2021


@pytest.mark.parametrize(
    "printed", ["", "202", "20210", "2018-2020", "2018/19", "in 2021", "0021", "2021.", "２０２１", "²021"]
)
def test_anything_else_is_no_year(printed: str) -> None:
    """Cut years, spans and text are not guessed at."""
    assert parse_year(printed) is None


# On a busy machine, time says nothing about a law.
@settings(deadline=None)
@given(st.lists(st.none() | st.text(max_size=5) | st.integers(1000, 9999).map(str)))
def test_every_distinct_text_is_mapped_once(printed: list[str | None]) -> None:
    """The result has one row per text and no row for null."""
    mapped = map_years(pl.Series(printed, dtype=pl.String))
    assert sorted(mapped["value"]) == sorted({text for text in printed if text is not None})
    assert mapped.schema == {"value": pl.String, "year": pl.Int32}
