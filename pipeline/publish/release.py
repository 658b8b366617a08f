"""Release folders and the pointer to one of them.

    curated/
    ├── .staging-<release_id>/      being written; swept by the next publish
    ├── releases/<release_id>/      complete, never changed
    └── latest -> releases/<id>     replaced last, in one step

A failure at any step leaves `latest` as it was.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.models import digest_of
from pipeline.publish.croissant import croissant
from pipeline.publish.digest import content_digest, table_digest
from pipeline.publish.disk import STAGING, Disk, curating, latest_release, point
from pipeline.publish.metadata import datapackage, json_text, parquet_metadata, readme
from pipeline.publish.readback import check_bytes, read_back
from pipeline.publish.scrub import RECORD, columns_of, refuse_damaged
from pipeline.seal import sealed
from pipeline.settings import Home


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


def publish(
    home: Home,
    tables: Mapping[str, pl.DataFrame],
    newest_crawl_at: datetime,
    facts: Mapping[str, Any],
    rights: Mapping[str, str],
    disk: Disk | None = None,
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
        disk: What is written to; by default the real one.
        moves_latest: Whether curated/latest is to point to it.

    Raises:
        NotWritableError: A folder can not be written.
        LockHeldError: Another process is publishing.
        ReleaseDamagedError: The release is there already, but is not what was written.
        PublishError: Writing failed, or what was written can not be read.
    """
    disk = disk or Disk()
    digests = {name: table_digest(frame) for name, frame in tables.items()}
    release_id = f"{newest_crawl_at:%Y%m%dT%H%M%SZ}-{content_digest(digests)[:8]}"
    folder = home.releases / release_id
    with curating(home, disk):
        is_new = moves_latest and latest_release(home) != release_id
        if folder.exists():
            refuse_damaged(folder)
        else:
            is_new = True
            staging = home.curated / f"{STAGING}{release_id}"
            disk.make_folder(staging)
            _write(staging, release_id, tables, digests, newest_crawl_at, facts, rights, disk)
            disk.rename(staging, folder)
            disk.sync(home.releases)
        if is_new and moves_latest:
            point(home, release_id, disk)
    return Release(release_id, folder, is_new)


def _write(
    staging: Path,
    release_id: str,
    tables: Mapping[str, pl.DataFrame],
    digests: Mapping[str, str],
    newest_crawl_at: datetime,
    facts: Mapping[str, Any],
    rights: Mapping[str, str],
    disk: Disk,
) -> None:
    """Write every file of a release, make it durable, and read it back."""
    files: dict[str, str] = {}

    def put(name: str, data: bytes) -> None:
        disk.write(staging / name, data)
        disk.sync(staging / name)
        files[name] = digest_of(data)

    for name, frame in tables.items():
        # Through memory, because polars reports a full disk as a fault of the format.
        buffer = BytesIO()
        frame.write_parquet(buffer, compression="zstd", metadata=parquet_metadata(name, release_id))
        put(f"{name}.parquet", buffer.getvalue())
    read_back(staging, tables, digests)
    put("datapackage.json", json_text(datapackage(release_id, tables, rights)))
    put("croissant.json", json_text(croissant(release_id, newest_crawl_at, tables, files, rights)))
    put("README.md", readme(release_id, tables, rights, facts).encode())
    record = {
        "release_id": release_id,
        **facts,
        "tables": {
            name: {"rows": frame.height, "digest": digests[name], "columns": columns_of(frame)}
            for name, frame in tables.items()
        },
        "files": files,
    }
    put(RECORD, sealed(record))
    check_bytes(staging, files)
    disk.sync(staging)
