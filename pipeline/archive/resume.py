"""Go on with a crawl that did not end: find it, set its torn end aside, and say what it has.

The whole records in its file are all there is to know; nothing else has to be in step with them.
"""

import os
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from pipeline.archive.captures import read_exchanges
from pipeline.archive.crawls import unfinished_crawls
from pipeline.archive.disk import not_writable, write_durably
from pipeline.archive.records import read_records
from pipeline.archive.scan import CUT_SHORT, scan, whole_length
from pipeline.archive.warc import PAGES
from pipeline.errors import ArchiveCorruptError
from pipeline.models import Exchange, Page
from pipeline.settings import Home

# An older beginning says too little about the listing of today.
_FRESH = timedelta(hours=24)
_WARCINFO = b"\r\nWARC-Type: warcinfo\r\n"


@dataclass(frozen=True, slots=True)
class Interrupted:
    """A crawl that can go on.

    Attributes:
        folder: Where it lies.
        started_at: When it began.
        runs: How many runs have worked on it.
        statuses: How often each status came.
        byte_count: Bytes of bodies received.
    """

    folder: Path
    started_at: datetime
    runs: int
    statuses: Mapping[int, int]
    byte_count: int

    def exchanges(self) -> Iterator[tuple[Exchange, Page | None]]:
        """Yield every response that it has, in order, with the page that it brought."""
        return read_exchanges(self.folder / PAGES)


def take_up(home: Home, source: str, plan: Mapping[str, str], at: datetime) -> Interrupted | None:
    """Return the newest unfinished crawl of the same plan, mended; None when there is none that is fresh and readable.

    Folders that hold nothing are removed on the way. The source's lock must be held.

    Args:
        home: The home.
        source: Name of the source.
        plan: What the first record must say, besides `started_at`.
        at: Time now.

    Raises:
        NotWritableError: The torn end of its file can not be set aside.
    """
    for folder in reversed(unfinished_crawls(home, source)):
        if _is_empty(folder):
            shutil.rmtree(folder, ignore_errors=True)
            continue
        info = info_of(folder)
        started_at = datetime.fromisoformat(info.get("started_at", "0001-01-01T00:00+00:00"))
        if abs(at - started_at) >= _FRESH or not plan.items() <= info.items():
            continue
        set_torn_end_aside(folder)
        with suppress(ArchiveCorruptError):  # It stays as it is; `practices verify` names what is wrong.
            return _look(folder, started_at)
    return None


def info_of(folder: Path) -> dict[str, str]:
    """Return what the first record of a crawl says of it; nothing when it can not be read."""
    with suppress(ArchiveCorruptError):
        _, record, payload = next(read_records(folder / PAGES))
        if record.rec_type == "warcinfo":
            return dict(line.split(": ", 1) for line in payload.decode().splitlines() if ": " in line)
    return {}


def set_torn_end_aside(folder: Path) -> Path | None:
    """Move what stands behind the last whole record into a file of its own, and return that; None when all is whole.

    The copy is durable before the file is cut, so that no byte is ever in neither.

    Raises:
        NotWritableError: It can not be done.
    """
    path = folder / PAGES
    try:
        length = whole_length(path)
        if length == path.stat().st_size:
            return None
        number = 1 + sum(1 for _ in folder.glob("torn-*.bin"))
        aside = folder / f"torn-{number}.bin"
        with path.open("r+b") as file:
            file.seek(length)
            write_durably(aside, file.read())
            file.truncate(length)
            os.fsync(file.fileno())
    except OSError as error:
        raise not_writable(folder, error) from error
    return aside


def page_count(folder: Path) -> int:
    """Return how many pages an unfinished crawl has."""
    count = 0
    with suppress(ArchiveCorruptError):
        for exchange, page in read_exchanges(folder / PAGES):
            count += page is not None and not exchange.url.endswith("/robots.txt")
    return count


def _look(folder: Path, started_at: datetime) -> Interrupted:
    """Return a crawl of which every record was read, and every page found."""
    statuses: Counter[int] = Counter()
    byte_count = 0
    for exchange, _ in read_exchanges(folder / PAGES):
        statuses[exchange.status] += 1
        byte_count += len(exchange.body)
    runs = sum(_WARCINFO in record.content[:1024] for record in scan(folder / PAGES))
    return Interrupted(folder, started_at, runs, statuses, byte_count)


def _is_empty(folder: Path) -> bool:
    """Whether a folder holds no answer of a site, and nothing that could be one."""
    if any(path.name != PAGES and not path.name.startswith(".") for path in folder.iterdir()):
        return False
    if not (folder / PAGES).exists():
        return True
    try:
        return all(
            record.problem == CUT_SHORT or (record.problem is None and _WARCINFO in record.content[:1024])
            for record in scan(folder / PAGES)
        )
    except OSError:
        return False
