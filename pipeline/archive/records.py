"""Read single records of a WARC file, and the page that each one holds."""

from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from pathlib import Path

from warcio.archiveiterator import ArchiveIterator
from warcio.recordloader import ArcWarcRecord

from pipeline.archive.scan import Scanned, scan, scan_at
from pipeline.codings import decode_content
from pipeline.errors import ArchiveCorruptError
from pipeline.models import Page, digest_of

# Stored pages were within the source's own cap when they were fetched; this only bounds what a damaged file can do.
_MAX_PAGE_BYTES = 1 << 28


def read_records(path: Path) -> Iterator[tuple[int, ArcWarcRecord, bytes]]:
    """Yield offset, headers and payload of every record of a WARC file.

    Raises:
        ArchiveCorruptError: The file can not be read, holds no record, or one that is damaged.
    """
    scanned = None
    try:
        for scanned in scan(path):
            yield scanned.offset, *_content(path, scanned)
    except OSError as error:
        raise corrupt(path, 0, f"the file can not be read: {error.strerror}") from error
    if scanned is None:
        raise corrupt(path, 0, "the file holds no record")


def read_record_at(path: Path, offset: int) -> tuple[ArcWarcRecord, bytes]:
    """Return headers and payload of the record that begins at a byte of a WARC file.

    Raises:
        ArchiveCorruptError: There is none, or it is damaged.
    """
    try:
        return _content(path, scan_at(path, offset))
    except OSError as error:
        raise corrupt(path, offset, f"the file can not be read: {error.strerror}") from error


def corrupt(path: Path, offset: int, cause: str) -> ArchiveCorruptError:
    """Return the error for what lies at a byte of a WARC file."""
    return ArchiveCorruptError(f"{path} at byte {offset}", cause, "practices verify")


def page_of_record(record: ArcWarcRecord, payload: bytes) -> Page | None:
    """Return the page that a WARC record holds, None when it is a response with another status than 200.

    Args:
        record: A response, resource or conversion record.
        payload: Its payload, with its content coding.

    Raises:
        CodingError: The payload can not be decoded as declared.
        ValueError: The record states no time.
    """
    headers, http = record.rec_headers, record.http_headers
    content_type = headers.get_header("Content-Type") or ""
    body = payload
    if http is not None:
        if http.get_statuscode() != "200":
            return None
        content_type = http.get_header("Content-Type") or ""
        body = decode_content(payload, http.get_header("Content-Encoding"), _MAX_PAGE_BYTES)
    return Page(headers.get_header("WARC-Target-URI"), body, content_type, time_of(record), digest_of(body))


def time_of(record: ArcWarcRecord) -> datetime:
    """Return the time of capture.

    Raises:
        ValueError: The record states none.
    """
    return datetime.fromisoformat(record.rec_headers.get_header("WARC-Date").replace("Z", "+00:00"))


def _content(path: Path, scanned: Scanned) -> tuple[ArcWarcRecord, bytes]:
    if scanned.problem is not None:
        number = f"record {scanned.number}: " if scanned.number else ""
        raise corrupt(path, scanned.offset, f"{number}{scanned.problem}")
    record = next(iter(ArchiveIterator(BytesIO(scanned.content))))
    return record, record.raw_stream.read()
