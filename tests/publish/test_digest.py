"""Digests are over values, so that an upgrade of a library is not a change of data."""

from datetime import UTC, datetime
from io import BytesIO

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.publish.digest import content_digest, table_digest
from pipeline.tables import TABLES

SCHEMA: dict[str, pl.DataType] = {
    "text": pl.String(),
    "texts": pl.List(pl.String()),
    "year": pl.Int32(),
    "flag": pl.Boolean(),
    "time": pl.Datetime("us", "UTC"),
}
texts = st.text('aé\n,|\\"0', max_size=3)
rows = st.tuples(
    texts | st.none(),
    st.lists(texts, max_size=3),
    st.integers(1999, 2001) | st.none(),
    st.booleans(),
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 1, 2)).map(lambda time: time.replace(tzinfo=UTC)),  # noqa: DTZ001
)
frames = st.lists(rows, max_size=4).map(lambda given_rows: pl.DataFrame(given_rows, schema=SCHEMA, orient="row"))


@settings(deadline=None)
@given(one=frames, other=frames)
def test_equal_digests_are_equal_tables(one: pl.DataFrame, other: pl.DataFrame) -> None:
    """And the other way round."""
    assert (table_digest(one) == table_digest(other)) == one.equals(other)


def column(values: list[object], dtype: pl.DataType) -> pl.DataFrame:
    return pl.DataFrame({"x": values}, schema={"x": dtype})


@pytest.mark.parametrize(
    ("dtype", "one", "other"),
    [
        (pl.String(), [None], [""]),
        (pl.String(), ["a", ""], ["a", None]),
        (pl.String(), [], [None]),
        (pl.String(), [], [""]),
        (pl.String(), ["a", "b"], ["b", "a"]),
        (pl.String(), ["a", "b"], ["ab", ""]),
        (pl.String(), ["a", "b"], ["a\x1eb"]),
        (pl.String(), [None], ["\x1d"]),
        (pl.List(pl.String()), [[]], [[""]]),
        (pl.List(pl.String()), [[]], [None]),
        (pl.List(pl.String()), [["a", "b"]], [["b", "a"]]),
        (pl.List(pl.String()), [["a", "b"]], [["a, b"]]),
        (pl.List(pl.String()), [["a", "b"]], [["a\x1fb"]]),
        (pl.List(pl.String()), [["a"], []], [[], ["a"]]),
        (pl.Int32(), [2020], [2021]),
        (pl.Int32(), [None], [0]),
        (pl.Boolean(), [True], [False]),
        (pl.Datetime("us", "UTC"), [datetime(2026, 1, 1, tzinfo=UTC)], [datetime(2026, 1, 1, 0, 0, 0, 1, UTC)]),
    ],
)
def test_another_value_is_another_digest(dtype: pl.DataType, one: list[object], other: list[object]) -> None:
    """Null is not empty, a list is not its text, and order counts."""
    assert table_digest(column(one, dtype)) != table_digest(column(other, dtype))


def test_the_name_of_a_column_counts() -> None:
    """The same values under another name are other data."""
    assert table_digest(pl.DataFrame({"a": ["x"], "b": ["y"]})) != table_digest(pl.DataFrame({"a": ["x"], "c": ["y"]}))


def test_a_value_does_not_slip_into_the_next_column() -> None:
    """The columns are kept apart."""
    assert table_digest(pl.DataFrame({"a": ["x"], "b": [""]})) != table_digest(pl.DataFrame({"a": [""], "b": ["x"]}))


@pytest.mark.parametrize("name", TABLES)
def test_storing_changes_no_digest(name: str, small_tables: dict[str, pl.DataFrame]) -> None:
    """Whatever the file looks like inside."""
    frame, file = small_tables[name], BytesIO()
    frame.write_parquet(file, compression="uncompressed", row_group_size=2)
    file.seek(0)
    assert table_digest(pl.read_parquet(file)) == table_digest(frame)


def test_pieces_in_memory_change_no_digest(small_tables: dict[str, pl.DataFrame]) -> None:
    """A table that was put together has the digest of one that was made at once."""
    frame = small_tables["practices"]
    assert table_digest(pl.concat([frame[:1], frame[1:]], rechunk=False)) == table_digest(frame)


def test_the_digest_of_all_tables_knows_which_is_which() -> None:
    """The order in which they are named does not matter, the names do."""
    assert content_digest({"a": "1", "b": "2"}) == content_digest({"b": "2", "a": "1"})
    assert content_digest({"a": "1", "b": "2"}) != content_digest({"a": "2", "b": "1"})
