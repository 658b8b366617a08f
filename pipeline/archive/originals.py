"""Pages that an earlier crawl keeps, and the revisit records that stand for them.

A revisit record says "not modified since", and where the page is: crawl folder, byte, address, time and digest. It
always names the crawl that received the page itself, so there are no chains to follow.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from warcio.recordloader import ArcWarcRecord

from pipeline.archive.records import corrupt, page_of_record, read_record_at, read_records, time_of
from pipeline.archive.warc import PAGES
from pipeline.codings import CodingError
from pipeline.errors import ArchiveCorruptError
from pipeline.models import Page

_PROFILE = "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
_CRAWL = "Practices-Refers-To-Crawl"
_OFFSET = "Practices-Refers-To-Offset"
_FOLDER_NAME = re.compile(r"[A-Za-z0-9-]+")
# What is sent back to a site is what a site may have sent: nothing else than a quoted text and a date of RFC 9110.
_ETAG = re.compile(r'(W/)?"[\x21\x23-\x7e]{0,190}"')
_HTTP_DATE = re.compile(r"[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9]{2}:[0-9]{2}:[0-9]{2} GMT")


@dataclass(frozen=True, slots=True)
class Original:
    """Where a page is that an earlier crawl received, and by what the site knows it again.

    Attributes:
        crawl_id: Folder of the crawl that received it.
        offset: Byte offset of its record.
        url: Its address.
        captured_at: When it was received, as the record says it.
        payload_digest: Digest of its payload, with its content coding.
        etag, last_modified: Its validators, as sent.
    """

    crawl_id: str
    offset: int
    url: str
    captured_at: str
    payload_digest: str
    etag: str
    last_modified: str

    def headers(self) -> dict[str, str]:
        """Return the headers of a revisit record that stands for it."""
        return {
            "WARC-Profile": _PROFILE,
            "WARC-Refers-To-Target-URI": self.url,
            "WARC-Refers-To-Date": self.captured_at,
            "WARC-Payload-Digest": self.payload_digest,
            _CRAWL: self.crawl_id,
            _OFFSET: str(self.offset),
        }


def originals_of(pages: Path) -> Mapping[str, Original]:
    """Return what a crawl knows of its pages by address, the newest capture of each, both validators given.

    Args:
        pages: WARC file of the crawl; its folder lies beside those of the crawls that it refers to.

    Raises:
        ArchiveCorruptError: A record of the file, or one that it refers to, is damaged.
    """
    found: dict[str, Original] = {}
    for offset, record, _ in read_records(pages):
        url = record.rec_headers.get_header("WARC-Target-URI")
        original = None
        if record.rec_type == "revisit":
            place, start = _place(pages, offset, record)
            original = _original(place, start, read_record_at(place, start)[0])
        elif record.rec_type == "response" and _is_whole_page(record):
            original = _original(pages, offset, record)
        if original is not None:
            found[url] = original
        elif record.rec_type == "response":
            found.pop(url, None)
    return found


def page_of_original(crawls: Path, original: Original) -> Page:
    """Return the page itself.

    Args:
        crawls: Folder of all crawls of the source.
        original: Where it is.

    Raises:
        ArchiveCorruptError: It is not there any more, or damaged.
    """
    path = crawls / original.crawl_id / PAGES
    return _page(path, original.offset, original.headers())


def page_of_revisit(path: Path, offset: int, record: ArcWarcRecord) -> Page:
    """Return the page that a revisit record stands for, with the time of the revisit.

    Args:
        path: WARC file of the revisit.
        offset: Of the revisit.
        record: The revisit.

    Raises:
        ArchiveCorruptError: The original is missing, is another one, or is damaged.
    """
    original, start = _place(path, offset, record)
    try:
        page = _page(original, start, dict(record.rec_headers.headers))
        return replace(page, url=record.rec_headers.get_header("WARC-Target-URI"), captured_at=time_of(record))
    except (ArchiveCorruptError, ValueError) as error:
        cause = error.cause if isinstance(error, ArchiveCorruptError) else str(error)
        raise corrupt(
            path, offset, f"the page that this record refers to, {original} at byte {start}: {cause}"
        ) from error


def _place(path: Path, offset: int, revisit: ArcWarcRecord) -> tuple[Path, int]:
    """Return file and byte of what a revisit record refers to."""
    crawl = revisit.rec_headers.get_header(_CRAWL) or ""
    start = revisit.rec_headers.get_header(_OFFSET) or ""
    if not _FOLDER_NAME.fullmatch(crawl) or not start.isdecimal():
        raise corrupt(path, offset, "this revisit record does not say where the page is that it refers to")
    return path.parent.parent / crawl / PAGES, int(start)


def _page(path: Path, offset: int, refers_to: Mapping[str, str]) -> Page:
    """Return the page at a byte of a file, if it is the one that is meant."""
    record, payload = read_record_at(path, offset)
    headers = record.rec_headers
    found = tuple(headers.get_header(name) for name in ("WARC-Target-URI", "WARC-Date", "WARC-Payload-Digest"))
    meant = tuple(
        refers_to.get(name) for name in ("WARC-Refers-To-Target-URI", "WARC-Refers-To-Date", "WARC-Payload-Digest")
    )
    if record.rec_type != "response" or found != meant:
        raise corrupt(path, offset, "another record than the one that is meant")
    try:
        page = page_of_record(record, payload)
    except (CodingError, ValueError) as error:
        raise corrupt(path, offset, f"a page can not be read: {error}") from error
    if page is None:
        raise corrupt(path, offset, "the record that is meant is no page")
    return page


def _original(path: Path, offset: int, record: ArcWarcRecord) -> Original | None:
    """Return what leads to the page of a record, None when a site can not be asked about it."""
    if record.http_headers is None:
        return None
    etag = record.http_headers.get_header("ETag") or ""
    last_modified = record.http_headers.get_header("Last-Modified") or ""
    if not _ETAG.fullmatch(etag) or not _HTTP_DATE.fullmatch(last_modified):
        return None
    headers = record.rec_headers
    return Original(
        crawl_id=path.parent.name,
        offset=offset,
        url=headers.get_header("WARC-Target-URI"),
        captured_at=headers.get_header("WARC-Date"),
        payload_digest=headers.get_header("WARC-Payload-Digest"),
        etag=etag,
        last_modified=last_modified,
    )


def _is_whole_page(record: ArcWarcRecord) -> bool:
    return record.http_headers.get_statuscode() == "200" and not record.rec_headers.get_header("WARC-Truncated")
