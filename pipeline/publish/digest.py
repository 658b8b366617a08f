"""A digest of a table's values, which does not depend on how or by which version of which library they are stored."""

import hashlib
from collections.abc import Mapping

import polars as pl

# ASCII separators end items and rows, so that nothing slips from one value into the next; where a text holds one of
# them itself, an escape stands before it. A null is a mark of its own, and no empty text.
_ESCAPE, _NULL, _ROW, _ITEM = "\x1c", "\x1d", "\x1e", "\x1f"
_MARKS = r"([\x1c-\x1f])"


def table_digest(frame: pl.DataFrame) -> str:
    """Return `sha256:` and the hex digest of names and values, column by column, in row order."""
    digest = hashlib.sha256()
    for name in frame.columns:
        rows = frame.select((_as_text(pl.col(name), frame.schema[name]).fill_null(_NULL) + _ROW).alias(name))
        digest.update(f"{name}{_ROW}".encode())
        digest.update("".join(rows[name]).encode())
        digest.update(_ITEM.encode())
    return f"sha256:{digest.hexdigest()}"


def content_digest(digests: Mapping[str, str]) -> str:
    """Return the hex digest over the digests of all tables but `changes`, which depends on the release before."""
    text = "\n".join(f"{name} {digest}" for name, digest in sorted(digests.items()) if name != "changes")
    return hashlib.sha256(text.encode()).hexdigest()


def _as_text(column: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    if isinstance(dtype, pl.List):
        items = _escaped(pl.element().cast(pl.String)).fill_null(_NULL) + _ITEM
        return column.list.eval(items).list.join("")
    if isinstance(dtype, pl.Datetime):
        return column.dt.epoch("us").cast(pl.String)
    return _escaped(column.cast(pl.String))


def _escaped(text: pl.Expr) -> pl.Expr:
    return text.str.replace_all(_MARKS, _ESCAPE + "${1}")
