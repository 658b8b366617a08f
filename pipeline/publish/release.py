"""Release folders and the pointer to one of them.

    curated/
    ├── .staging-<release_id>/      being written; swept by the next publish
    ├── releases/<release_id>/      complete, never changed
    └── latest -> releases/<id>     replaced last, in one step

A failure at any step leaves `latest` as it was.
"""

import errno
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl
from filelock import FileLock, Timeout

from pipeline.errors import LockHeldError, NotWritableError, PublishError
from pipeline.models import digest_of
from pipeline.publish.digest import content_digest, table_digest
from pipeline.publish.metadata import datapackage, parquet_metadata, readme
from pipeline.settings import Home

_MEND = "mend the disk, then run `practices build`; latest is as it was"


@dataclass(frozen=True, slots=True)
class Release:
    """A published dataset.

    Attributes:
        release_id: Time of the newest crawl and start of the content digest.
        folder: Where it lies.
        is_new: False when the same release was there already.
    """

    release_id: str
    folder: Path
    is_new: bool


def latest_release(home: Home) -> str | None:
    """Return the id that curated/latest points to, None when nothing was published."""
    return home.latest.resolve().name if home.latest.exists() else None


def publish(
    home: Home,
    tables: Mapping[str, pl.DataFrame],
    newest_crawl_at: datetime,
    facts: Mapping[str, Any],
    rights: Mapping[str, str],
    *,
    moves_latest: bool = True,
) -> Release:
    """Write a release and point curated/latest to it.

    Args:
        home: The home.
        tables: All tables, checked.
        newest_crawl_at: Start of the newest crawl that went in.
        facts: Written into release.json beside what is known here.
        rights: Notes on reuse, by title of the source.
        moves_latest: Whether curated/latest is to point to it.

    Raises:
        NotWritableError: A folder can not be written.
        LockHeldError: Another process is publishing.
        PublishError: Writing failed.
    """
    digests = {name: table_digest(frame) for name, frame in tables.items()}
    release_id = f"{newest_crawl_at:%Y%m%dT%H%M%SZ}-{content_digest(digests)[:8]}"
    folder = home.releases / release_id
    with _publisher(home):
        if folder.is_dir():
            is_new = moves_latest and latest_release(home) != release_id
        else:
            is_new = True
            _write(home, folder, release_id, tables, digests, facts, rights)
        if is_new and moves_latest:
            _point(home, release_id)
    return Release(release_id, folder, is_new)


@contextmanager
def _publisher(home: Home) -> Iterator[None]:
    """Hold the one lock under which releases are written, and name what stands in the way."""
    try:
        home.releases.mkdir(parents=True, exist_ok=True)
        with FileLock(home.curated / ".lock", timeout=0):
            for leftover in home.curated.glob(".staging-*"):
                shutil.rmtree(leftover)
            yield
    except Timeout as error:
        cause = "another process is publishing here"
        raise LockHeldError(str(home.curated), cause, "wait until it has ended, then run `practices build`") from error
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        # A full disk reaches us as a polars error; a panic is no Exception at all.
        cause = f"writing failed: {error}"
        raise PublishError(str(home.curated), cause, _MEND) from error
    except OSError as error:
        place = str(error.filename or home.curated)
        if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST):
            cause = f"the folder can not be written: {error.strerror}"
            raise NotWritableError(
                place, cause, "choose another with --home DIR, or mend its rights", stage="publish"
            ) from error
        cause = f"writing failed: {error.strerror or error}"
        raise PublishError(place, cause, _MEND) from error


def _write(
    home: Home,
    folder: Path,
    release_id: str,
    tables: Mapping[str, pl.DataFrame],
    digests: Mapping[str, str],
    facts: Mapping[str, Any],
    rights: Mapping[str, str],
) -> None:
    staging = home.curated / f".staging-{release_id}"
    staging.mkdir()
    for name, frame in tables.items():
        # Through memory, because polars reports a full disk as a fault of the format.
        buffer = BytesIO()
        frame.write_parquet(buffer, compression="zstd", metadata=parquet_metadata(name, release_id))
        (staging / f"{name}.parquet").write_bytes(buffer.getbuffer())
    _write_text(staging / "datapackage.json", _json(datapackage(release_id, tables)))
    _write_text(staging / "README.md", readme(release_id, tables, rights))
    record = {
        "release_id": release_id,
        **facts,
        "tables": {name: {"rows": frame.height, "digest": digests[name]} for name, frame in tables.items()},
        "files": {path.name: digest_of(path.read_bytes()) for path in sorted(staging.iterdir())},
    }
    _write_text(staging / "release.json", _json(record))
    for path in (*staging.iterdir(), staging):
        _sync(path)
    staging.rename(folder)
    _sync(home.releases)


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


def _write_text(path: Path, text: str) -> None:
    path.write_text(text, encoding="utf-8")


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _point(home: Home, release_id: str) -> None:
    """Replace the pointer in one step: a symbolic link is made aside and renamed over it."""
    aside = home.curated / ".latest"
    aside.unlink(missing_ok=True)
    aside.symlink_to(Path("releases") / release_id, target_is_directory=True)
    aside.replace(home.latest)
    _sync(home.curated)
