"""Crawl folders under raw/<source>/: begin one, finish one, list those that are finished.

A folder without `crawl.json` is an unfinished crawl; nothing is read from it.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from pipeline.archive.disk import make_folder, not_writable, sync_folder, write_durably
from pipeline.archive.record import RECORD, files_of, read_record
from pipeline.archive.warc import PAGES
from pipeline.errors import ArchiveCorruptError, LockHeldError
from pipeline.models import CrawlKind, Verdict
from pipeline.seal import sealed
from pipeline.settings import Home


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
            sync_folder(folder.parent)
        except FileExistsError:
            number += 1
        except OSError as error:
            raise not_writable(folder, error) from error
        else:
            return folder


def finish_crawl(folder: Path, record: Mapping[str, Any]) -> None:
    """Write crawl.json, last and at once: from now on the crawl counts, and none of its files may change.

    Raises:
        NotWritableError: It can not be written.
    """
    try:
        files = files_of(folder)
    except OSError as error:
        raise not_writable(folder, error) from error
    write_durably(folder / RECORD, sealed({**record, "files": files}))


def finished_crawls(home: Home, source: str) -> list[Crawl]:
    """Return the finished crawls of a source, oldest first.

    Raises:
        ArchiveCorruptError: A crawl.json can not be read.
    """
    crawls = [read_crawl(path.parent) for path in home.crawls(source).glob(f"*/{RECORD}")]
    return sorted(crawls, key=lambda crawl: (crawl.started_at, crawl.crawl_id))


def newest_complete(home: Home, source: str) -> Crawl | None:
    """Return the newest crawl of a source that is complete, None without one; imports do not count.

    Raises:
        ArchiveCorruptError: A crawl.json can not be read.
    """
    complete = (
        crawl
        for crawl in reversed(finished_crawls(home, source))
        if crawl.kind is CrawlKind.CRAWL and crawl.verdict is Verdict.COMPLETE
    )
    return next(complete, None)


def archived_sources(home: Home) -> list[str]:
    """Return the names of the sources that have a finished crawl, sorted."""
    return sorted({path.parent.parent.name for path in home.raw.glob(f"*/*/{RECORD}")})


def unfinished_crawls(home: Home, source: str) -> list[Path]:
    """Return the folders of crawls that never ended, sorted."""
    return sorted(path for path in home.crawls(source).glob("*") if path.is_dir() and not (path / RECORD).exists())


def read_crawl(folder: Path) -> Crawl:
    """Return a finished crawl by its folder.

    Raises:
        ArchiveCorruptError: Its crawl.json can not be read.
    """
    record = read_record(folder)
    try:
        return Crawl(
            crawl_id=record["crawl_id"],
            source=record["source"],
            kind=CrawlKind(record["kind"]),
            started_at=datetime.fromisoformat(record["started_at"]),
            verdict=Verdict(record["certificate"]["verdict"]),
            folder=folder,
            record=record,
        )
    except (ValueError, KeyError, TypeError) as error:
        cause = f"this is no record of a crawl: {error}"
        raise ArchiveCorruptError(str(folder / RECORD), cause, "move the crawl's folder away") from error
