"""What was written is read again with two readers."""

from pathlib import Path

import polars as pl
import pytest

from pipeline.errors import PublishError
from pipeline.publish.digest import table_digest
from pipeline.publish.readback import read_back

GOOD = pl.DataFrame({"key": ["a", "b", None], "texts": [["x"], [], ["y", None]], "number": [1, None, 3]})


def written(folder: Path, frame: pl.DataFrame, stated: pl.DataFrame | None = None) -> None:
    """Write a table, and read it back as if another one had been written."""
    frame.write_parquet(folder / "table.parquet")
    expected = frame if stated is None else stated
    read_back(folder, {"table": expected}, {"table": table_digest(expected)})


def test_what_was_written_is_accepted(tmp_path: Path) -> None:
    """With nulls and lists, and without any row."""
    written(tmp_path, GOOD)
    written(tmp_path, GOOD.clear())


@pytest.mark.parametrize(
    "other",
    [
        GOOD.head(2),
        GOOD.with_columns(key=pl.lit("a")),
        GOOD.cast({"number": pl.Int32}),
        GOOD.select("texts", "key", "number"),
    ],
)
def test_another_table_is_refused(other: pl.DataFrame, tmp_path: Path) -> None:
    """Other rows, values, types or order of columns."""
    with pytest.raises(PublishError, match=r"table\.parquet: polars does not read what was written\nnext: mend"):
        written(tmp_path, GOOD, other)


def test_duckdb_has_a_say_of_its_own(tmp_path: Path) -> None:
    """It does not tell upper from lower case in names of columns; polars does."""
    with pytest.raises(PublishError, match="DuckDB does not read what was written"):
        written(tmp_path, pl.DataFrame({"a": [1], "A": [2]}))


def test_a_file_that_is_none_is_refused(tmp_path: Path) -> None:
    """Whatever the reader raises."""
    (tmp_path / "table.parquet").write_bytes(b"PAR1")
    with pytest.raises(PublishError, match="reading it back failed"):
        read_back(tmp_path, {"table": GOOD}, {"table": table_digest(GOOD)})
