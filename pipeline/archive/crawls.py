"""Crawl folders under raw/<source>/: begin one, finish one, list those that are finished.

A folder without `crawl.json` is an unfinished crawl; nothing is read from it.
"""

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from pipeline.archive.warc import PAGES
from pipeline.errors import ArchiveCorruptError, LockHeldError, NotWritableError
from pipeline.models import CrawlKind, Verdict
from pipeline.settings import Home

_RECORD = "crawl.json"


@dataclass(frozen=True, slots=True)
class Crawl:
    """A finished crawl.

    Attributes:
        crawl_id: Folder name; sorts by time.
        source: Name of its source.
        kind: Whether pages were fetched or imported.
        started_at: When it began (UTC).
        verdict: Of its certificate; an import's is UNKNOWN.
        folder: Where it lies.
        record: Everything in crawl.json.
    """

    crawl_id: str
    source: str
    kind: CrawlKind
    started_at: datetime
    verdict: Verdict
    folder: Path
    record: Mapping[str, Any]

    @property
    def pages_path(self) -> Path:
        """Its WARC file."""
        return self.folder / PAGES


@contextmanager
def source_lock(home: Home, source: str) -> Iterator[None]:
    """Hold the one lock under which pages of a source are added; it dies with its process.

    Raises:
        LockHeldError: Another process holds it.
        NotWritableError: The folder can not be made.
    """
    folder = home.crawls(source)
    make_folder(folder)
    lock = FileLock(folder / ".lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        cause = f"another process is adding pages of {source}"
        raise LockHeldError(
            str(folder), cause, "wait until it has ended; `practices status` shows what is there"
        ) from error
    except OSError as error:
        raise not_writable(folder, error) from error
    try:
        yield
    finally:
        lock.release()


def make_folder(folder: Path) -> None:
    """Make a folder and its parents.

    Raises:
        NotWritableError: It can not be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise not_writable(folder, error) from error


def not_writable(folder: Path, error: OSError) -> NotWritableError:
    """Return the error for a folder that can not be written."""
    cause = f"the folder can not be written: {error.strerror}"
    return NotWritableError(str(folder), cause, "choose another with --home DIR, or mend its rights")


def begin_crawl(home: Home, source: str, started_at: datetime, suffix: str = "") -> Path:
    """Make the folder of a new crawl, and return it.

    Args:
        home: The home.
        source: Name of the source.
        started_at: First part of its name.
        suffix: Last part of its name.

    Raises:
        NotWritableError: It can not be made.
    """
    stem = f"{started_at:%Y%m%dT%H%M%SZ}-{source}{suffix}"
    number = 1
    while True:
        folder = home.crawls(source) / (stem if number == 1 else f"{stem}-{number}")
        try:
            folder.mkdir(parents=True)
        except FileExistsError:
            number += 1
        except OSError as error:
            raise not_writable(folder, error) from error
        else:
            return folder


def finish_crawl(folder: Path, record: Mapping[str, Any]) -> None:
    """Write crawl.json, last and at once: from now on the crawl counts."""
    temporary = folder / f".{_RECORD}"
    with temporary.open("w", encoding="utf-8") as file:
        json.dump(record, file, ensure_ascii=False, indent=2)
        file.write("\n")
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(folder / _RECORD)
    directory = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def finished_crawls(home: Home, source: str) -> list[Crawl]:
    """Return the finished crawls of a source, oldest first.

    Raises:
        ArchiveCorruptError: A crawl.json can not be read.
    """
    crawls = [read_crawl(path.parent) for path in home.crawls(source).glob(f"*/{_RECORD}")]
    return sorted(crawls, key=lambda crawl: (crawl.started_at, crawl.crawl_id))


def archived_sources(home: Home) -> list[str]:
    """Return the names of the sources that have a finished crawl, sorted."""
    return sorted({path.parent.parent.name for path in home.raw.glob(f"*/*/{_RECORD}")})


def unfinished_crawls(home: Home, source: str) -> list[Path]:
    """Return the folders of crawls that never ended, sorted."""
    return sorted(path for path in home.crawls(source).glob("*") if path.is_dir() and not (path / _RECORD).exists())


def read_crawl(folder: Path) -> Crawl:
    """Return a finished crawl by its folder.

    Raises:
        ArchiveCorruptError: Its crawl.json can not be read.
    """
    path = folder / _RECORD
    try:
        record = json.loads(path.read_text(encoding="utf-8"))
        crawl = Crawl(
            crawl_id=record["crawl_id"],
            source=record["source"],
            kind=CrawlKind(record["kind"]),
            started_at=datetime.fromisoformat(record["started_at"]),
            verdict=Verdict(record["certificate"]["verdict"]),
            folder=folder,
            record=record,
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        cause = f"this is no record of a crawl: {error}"
        raise ArchiveCorruptError(
            str(path), cause, "restore it from a backup, or move the crawl's folder away"
        ) from error
    return crawl
