"""crawl.json: what a finished crawl says about itself, sealed so that a changed byte shows.

It states size and digest of every file of the crawl, and the digest of what it says itself. Gzip's own checksum leaves
out its header, and a file that ends behind a whole record looks whole; the seal covers both.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pipeline.errors import ArchiveCorruptError
from pipeline.seal import file_digest, is_sealed

RECORD = "crawl.json"
_RESTORE = "restore it from a backup, or move the crawl's folder away"


def files_of(folder: Path) -> dict[str, dict[str, Any]]:
    """Return size and digest of every file of a crawl by its name, for crawl.json to state.

    Raises:
        OSError: One can not be read.
    """
    return {
        path.name: {"bytes": path.stat().st_size, "digest": file_digest(path)}
        for path in sorted(folder.iterdir())
        if path.is_file() and path.name != RECORD and not path.name.startswith(".")
    }


def read_record(folder: Path) -> dict[str, Any]:
    """Return what a crawl.json says.

    Raises:
        ArchiveCorruptError: It can not be read, or is not what was written.
    """
    path = folder / RECORD
    try:
        data = path.read_bytes()
        record = json.loads(data)
        is_whole = is_sealed(record, data)
    except (OSError, ValueError) as error:
        raise ArchiveCorruptError(str(path), f"this is no record of a crawl: {error}", _RESTORE) from error
    if not is_whole:
        raise ArchiveCorruptError(
            str(path), "the record of the crawl does not have the digest that it states", _RESTORE
        )
    return dict(record)


def problem_of_file(path: Path, stated: Mapping[str, Any]) -> str | None:
    """Return how a file differs from what its crawl.json states, None when it does not.

    Args:
        path: The file.
        stated: Its entry under `files`.
    """
    try:
        size = path.stat().st_size
        if size != stated["bytes"]:
            return f"the file has {size} bytes, not the {stated['bytes']} of the finished crawl"
        if file_digest(path) != stated["digest"]:
            return "the file does not have the digest of the finished crawl"
    except OSError as error:
        return f"the file can not be read: {error.strerror}"
    return None
