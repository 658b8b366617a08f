"""Read files that were just written, with two readers that share no code, before anybody else may."""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from pipeline.errors import PublishError
from pipeline.models import digest_of
from pipeline.publish.digest import table_digest

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

_MEND = "mend the disk or the installation, then run `practices build`; curated/latest names a whole release, as before"


def read_back(folder: Path, tables: Mapping[str, pl.DataFrame], digests: Mapping[str, str]) -> None:
    """Accept Parquet files that hold the tables.

    polars must read the very values; DuckDB must decode every column, and count the same rows and non-nulls.

    Args:
        folder: Where the files are.
        tables: What was written.
        digests: Of their values.

    Raises:
        PublishError: A reader can not read a file, or reads something else.
    """
    import duckdb  # 0.3 s that only publishing needs

    # One connection for all files: a new one costs more than reading them.
    with duckdb.connect(config={"threads": 1}) as connection:
        for name, frame in tables.items():
            path = folder / f"{name}.parquet"
            try:
                read = pl.read_parquet(path)
                is_same = {
                    "polars": read.schema == frame.schema and table_digest(read) == digests[name],
                    "DuckDB": _counts_by_duckdb(connection, path) == _counts(frame),
                }
            except Exception as error:  # whatever a reader raises, the file is not to be published
                raise PublishError(str(path), f"reading it back failed: {error}", _MEND) from error
            for reader, is_right in is_same.items():
                if not is_right:
                    raise PublishError(str(path), f"{reader} does not read what was written", _MEND)


def check_bytes(folder: Path, files: Mapping[str, str]) -> None:
    """Accept files that hold the bytes that were written; readers skip over some.

    Args:
        folder: Where the files are.
        files: Digest of what was written by file name.

    Raises:
        PublishError: A file holds something else.
    """
    for name, digest in files.items():
        path = folder / name
        if digest_of(path.read_bytes()) != digest:
            raise PublishError(str(path), "the disk does not hold what was written", _MEND)


def _counts(frame: pl.DataFrame) -> list[tuple[str, int]]:
    return [("*", frame.height), *((name, frame.height - frame[name].null_count()) for name in frame.columns)]


def _counts_by_duckdb(connection: "DuckDBPyConnection", path: Path) -> list[tuple[str, int]]:
    columns = connection.read_parquet(str(path)).columns
    quoted = ['"' + name.replace('"', '""') + '"' for name in columns]
    # The hashes are of no use but to have every value decoded.
    wanted = ["count(*)", *(f"count({name})" for name in quoted), *(f"bit_xor(hash({name}))" for name in quoted)]
    sql = f"SELECT {', '.join(wanted)} FROM read_parquet(?)"  # noqa: S608  # columns are our own, and quoted
    row = connection.execute(sql, [str(path)]).fetchone()
    return list(zip(["*", *columns], (row or ())[: len(columns) + 1], strict=True))
