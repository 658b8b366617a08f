"""A digest of a table's values, which does not depend on how or by which version of which library they are stored."""

import hashlib
from collections.abc import Mapping

import polars as pl

# Separators that no printed text holds: ASCII unit, group and record separators; a null is told from an empty text.
_NULL, _ITEM, _ROW = "\x1d", "\x1f", "\x1e"


def table_digest(frame: pl.DataFrame) -> str:
    """Return `sha256:` and the hex digest of names and values, column by column, in row order."""
    digest = hashlib.sha256()
    for column in frame.iter_columns():
        digest.update(f"{column.name}{_ROW}".encode())
        digest.update((_as_text(column).fill_null(_NULL).str.join(_ROW).item() or "").encode())
        digest.update(_ROW.encode())
    return f"sha256:{digest.hexdigest()}"


def content_digest(digests: Mapping[str, str]) -> str:
    """Return the hex digest over the digests of all tables."""
    text = "\n".join(f"{name} {digest}" for name, digest in sorted(digests.items()))
    return hashlib.sha256(text.encode()).hexdigest()


def _as_text(column: pl.Series) -> pl.Series:
    if isinstance(column.dtype, pl.List):
        return column.list.join(_ITEM)
    if isinstance(column.dtype, pl.Datetime):
        return column.dt.epoch("us").cast(pl.String)
    return column.cast(pl.String)
