"""Read what a crawl keeps: its pages, and what went over the wire. A revisit is the page that it stands for."""

from collections.abc import Iterator
from pathlib import Path

from warcio.recordloader import ArcWarcRecord

from pipeline.archive.originals import page_of_revisit
from pipeline.archive.record import RECORD, problem_of_file, read_record
from pipeline.archive.records import corrupt, page_of_record, read_records, time_of
from pipeline.codings import CodingError
from pipeline.models import Capture, Exchange, Page

_PAGE_RECORDS = ("response", "resource", "conversion")


def read_captures(path: Path, crawl_id: str) -> Iterator[Capture]:
    """Yield the pages of a WARC file in the order in which they were captured.

    Other statuses than 200, and bodies that were cut short, are no pages; they are kept as evidence only.

    Args:
        path: The file; a crawl.json beside it must know it as it is.
        crawl_id: The crawl that it belongs to.

    Raises:
        ArchiveCorruptError: The file holds no record, or one that is not whole, does not have the digest it states, or
            refers to a page that is not there; or it is not the file that was finished.
    """
    number = 0
    for offset, record, payload in read_records(path):
        page = page_at(path, offset, record, payload)
        if page is not None:
            number += 1
            yield Capture(crawl_id, number, page, offset)
    if (path.parent / RECORD).exists():
        problem = problem_of_file(path, read_record(path.parent)["files"].get(path.name, {"bytes": 0}))
        if problem is not None:
            raise corrupt(path, 0, problem)


def read_exchanges(path: Path) -> Iterator[tuple[Exchange, Page | None]]:
    """Yield the responses of a WARC file in order, each with the page that it brought; requests are left out.

    Raises:
        ArchiveCorruptError: As for read_captures.
    """
    for offset, record, payload in read_records(path):
        if record.rec_type in ("response", "revisit") and record.http_headers is not None:
            yield _exchange(record, payload), page_at(path, offset, record, payload)


def page_at(path: Path, offset: int, record: ArcWarcRecord, payload: bytes) -> Page | None:
    """Return the page that a record holds or refers to, None when there is none.

    Args:
        path: The file that the record is in.
        offset: Of the record.
        record: Its headers.
        payload: Its payload, with its content coding.

    Raises:
        ArchiveCorruptError: The page can not be decoded, or is not where the record says.
    """
    if record.rec_type == "revisit":
        return page_of_revisit(path, offset, record)
    if record.rec_type not in _PAGE_RECORDS or record.rec_headers.get_header("WARC-Truncated"):
        return None
    try:
        return page_of_record(record, payload)
    except (CodingError, ValueError) as error:
        raise corrupt(path, offset, f"a page can not be read: {error}") from error


def _exchange(record: ArcWarcRecord, payload: bytes) -> Exchange:
    headers, http = record.rec_headers, record.http_headers
    return Exchange(
        url=headers.get_header("WARC-Target-URI"),
        status=int(http.get_statuscode()),
        reason=http.statusline.partition(" ")[2],
        request_headers=(),
        response_headers=tuple(http.headers),
        body=payload,
        captured_at=time_of(record),
        ip_address=headers.get_header("WARC-IP-Address"),
        truncated=headers.get_header("WARC-Truncated"),
    )
