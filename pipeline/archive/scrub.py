"""Compute every digest of a crawl again, and name what is not as it was written."""

import zlib
from collections.abc import Iterator, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from pipeline.archive.captures import page_at
from pipeline.archive.record import RECORD, problem_of_file, read_record
from pipeline.archive.records import read_records
from pipeline.archive.scan import CUT_SHORT, Scanned, scan
from pipeline.archive.warc import PAGES
from pipeline.errors import ArchiveCorruptError

_GZIP = 16 + zlib.MAX_WBITS


@dataclass(frozen=True, slots=True)
class Damage:
    """One place in raw/ that is not what was written.

    Attributes:
        path: The file.
        offset: Byte at which the damaged record begins; None when it is about the file as a whole.
        record: Number of the record, 1 for the first; None when it is about the file as a whole.
        problem: What is wrong.
    """

    path: Path
    offset: int | None
    record: int | None
    problem: str


@dataclass(frozen=True, slots=True)
class Scrubbed:
    """What a look at every byte of a crawl gave.

    Attributes:
        folder: The crawl.
        is_finished: Whether it has ended; only then a cut end is damage.
        record_count: Whole records.
        byte_count: Bytes of its files.
        damages: What is not as it was written.
        is_cut_short: Whether it is unfinished and its last record is not whole, which the next run mends.
    """

    folder: Path
    is_finished: bool
    record_count: int
    byte_count: int
    damages: tuple[Damage, ...]
    is_cut_short: bool = False


def scrub(folder: Path) -> Scrubbed:
    """Look at every byte of a crawl.

    Args:
        folder: A crawl's folder, finished or not.
    """
    pages = folder / PAGES
    is_finished = (folder / RECORD).exists()
    records: list[Scanned] = []
    damages: list[Damage] = []
    try:
        records += [replace(record, content=b"") for record in scan(pages)]
    except OSError as error:
        if is_finished or pages.exists():
            damages.append(Damage(pages, None, None, f"the file can not be read: {error.strerror}"))
    broken = [record for record in records if record.problem is not None]
    is_cut_short = not is_finished and any(record.problem == CUT_SHORT for record in broken)
    if not is_cut_short:
        damages += [Damage(pages, record.offset, record.number, str(record.problem)) for record in broken]
    if is_finished:
        damages += _problems_of_files(folder, {damage.path for damage in damages}, records)
    if not damages:
        damages += _problems_of_pages(pages)
    size = sum(path.stat().st_size for path in folder.iterdir() if path.is_file())
    return Scrubbed(folder, is_finished, len(records) - len(broken), size, tuple(damages), is_cut_short)


def _problems_of_files(folder: Path, named: Set[Path], records: Sequence[Scanned]) -> Iterator[Damage]:
    """Yield what differs from crawl.json, for files of which no damage is named yet."""
    try:
        record = read_record(folder)
    except ArchiveCorruptError as error:
        yield Damage(folder / RECORD, None, None, error.cause)
        return
    if record.get("crawl_id") != folder.name:
        yield Damage(folder / RECORD, None, None, f"this is the record of another crawl, {record.get('crawl_id')}")
    for name, stated in record.get("files", {}).items():
        problem = problem_of_file(folder / name, stated)
        if problem is None or folder / name in named:
            continue
        places = _places(folder / name, records, stated["bytes"]) if name == PAGES else [(None, None)]
        yield from (Damage(folder / name, offset, number, problem) for offset, number in places)


def _places(pages: Path, records: Sequence[Scanned], stated_bytes: int) -> list[tuple[int | None, int | None]]:
    """Return offset and number of the records by which a file of whole records differs from the one that was finished.

    It ends too early or too late, or bits have changed that gzip does not check. Those show when the content is packed
    again: that gives the bytes that were written, if it is done by the same library. If it is not, every record looks
    odd, and none can be named.
    """
    size = sum(record.length for record in records)
    if size != stated_bytes:
        whole = [record for record in records if record.offset + record.length <= stated_bytes]
        return [(whole[-1].offset + whole[-1].length if whole else 0, len(whole) + 1)]
    with pages.open("rb") as file:
        odd = [record for record in scan(pages) if _packed(record.content) != _raw(file, record)]
    if len(odd) * 2 > len(records):
        return [(None, None)]
    return [(record.offset, record.number) for record in odd]


def _packed(content: bytes) -> bytes:
    packer = zlib.compressobj(9, zlib.DEFLATED, _GZIP)
    return packer.compress(content) + packer.flush()


def _raw(file: IO[bytes], record: Scanned) -> bytes:
    file.seek(record.offset)
    return file.read(record.length)


def _problems_of_pages(pages: Path) -> Iterator[Damage]:
    """Yield pages that can not be decoded, and revisits whose page is not there any more."""
    with suppress(ArchiveCorruptError):  # The file itself has been looked at.
        for number, (offset, record, payload) in enumerate(read_records(pages), start=1):
            try:
                page_at(pages, offset, record, payload)
            except ArchiveCorruptError as error:
                yield Damage(pages, offset, number, error.cause)
