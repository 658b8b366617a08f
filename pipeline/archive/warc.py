"""Write and read the WARC file of one crawl (ISO 28500, WARC 1.1), every record durable before the next is begun."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from warcio.archiveiterator import ArchiveIterator
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from pipeline.archive.scan import scan
from pipeline.codings import CodingError, decode_content
from pipeline.errors import ArchiveCorruptError
from pipeline.models import Capture, Exchange, Page, digest_of

PAGES = "pages.warc.gz"
_VERIFY = "practices verify"
_PAGE_RECORDS = ("response", "resource", "conversion")
# Stored pages were within the source's own cap when they were fetched; this only bounds what a damaged file can do.
_MAX_PAGE_BYTES = 1 << 28


class WarcWriter:
    """Appends records to a new WARC file.

    Args:
        path: The file; it must not exist.
    """

    def __init__(self, path: Path) -> None:
        self._file: IO[bytes] = path.open("xb")
        self._writer = WARCWriter(self._file, gzip=True, warc_version="WARC/1.1")
        self.offset = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def write_info(self, fields: dict[str, str], created_at: datetime) -> None:
        """Write the record that says who wrote this file and why."""
        payload = "".join(f"{name}: {value}\r\n" for name, value in fields.items()).encode()
        self._write("warcinfo", None, payload, created_at, "application/warc-fields")

    def write_exchange(self, exchange: Exchange) -> int:
        """Write a response and its request; return the byte offset of the response."""
        offset = self._file.tell()
        extra = {"WARC-IP-Address": exchange.ip_address, "WARC-Truncated": exchange.truncated}
        response = StatusAndHeaders(f"{exchange.status} {exchange.reason}", list(exchange.response_headers), "HTTP/1.1")
        self._write("response", exchange.url, exchange.body, exchange.captured_at, "", response, extra)
        target = exchange.url.split("//", 1)[-1].partition("/")
        request = StatusAndHeaders(f"GET /{target[2]} HTTP/1.1", list(exchange.request_headers), is_http_request=True)
        self._write("request", exchange.url, b"", exchange.captured_at, "", request)
        self._sync()
        return offset

    def write_page(self, page: Page, *, is_conversion: bool) -> int:
        """Write an imported file; return the byte offset of its record.

        Args:
            page: The file.
            is_conversion: Whether it is a rendition of a page, not the page itself.
        """
        offset = self._file.tell()
        kind = "conversion" if is_conversion else "resource"
        self._write(kind, page.url, page.body, page.captured_at, page.content_type)
        self._sync()
        return offset

    def _write(
        self,
        kind: str,
        url: str | None,
        payload: bytes,
        at: datetime,
        content_type: str,
        http_headers: StatusAndHeaders | None = None,
        extra: dict[str, str | None] | None = None,
    ) -> None:
        headers = {"WARC-Date": at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")}
        if kind != "warcinfo":
            headers["WARC-Payload-Digest"] = digest_of(payload)
        record = self._writer.create_warc_record(
            url,
            kind,
            payload=BytesIO(payload),
            length=len(payload),
            warc_content_type=content_type,
            warc_headers_dict=headers | {name: value for name, value in (extra or {}).items() if value},
            http_headers=http_headers,
        )
        self._writer.write_record(record)

    def _sync(self) -> None:
        self._file.flush()
        os.fsync(self._file.fileno())


def read_captures(path: Path, crawl_id: str) -> Iterator[Capture]:
    """Yield the pages of a WARC file in the order in which they were captured.

    Other statuses than 200, and bodies that were cut short, are no pages; they are kept as evidence only.

    Args:
        path: The file.
        crawl_id: The crawl that it belongs to.

    Raises:
        ArchiveCorruptError: The file holds no record, or one that is not whole or does not have the digest it states.
    """
    number = 0
    for offset, record, payload in read_records(path):
        if record.rec_type not in _PAGE_RECORDS or record.rec_headers.get_header("WARC-Truncated"):
            continue
        try:
            page = page_of_record(record, payload)
        except (CodingError, ValueError) as error:
            raise _corrupt(path, offset, f"a page can not be read: {error}") from error
        if page is not None:
            number += 1
            yield Capture(crawl_id, number, page, offset)


def read_records(path: Path) -> Iterator[tuple[int, ArcWarcRecord, bytes]]:
    """Yield offset, headers and payload of every record of a WARC file.

    Raises:
        ArchiveCorruptError: The file can not be read, holds no record, or one that is damaged.
    """
    last = None
    try:
        for last in scan(path):
            if last.problem is not None:
                raise _corrupt(path, last.offset, f"record {last.number}: {last.problem}")
            record = next(iter(ArchiveIterator(BytesIO(last.content))))
            yield last.offset, record, record.raw_stream.read()
    except OSError as error:
        raise _corrupt(path, 0, f"the file can not be read: {error.strerror}") from error
    if last is None:
        raise _corrupt(path, 0, "the file holds no record")


def _corrupt(path: Path, offset: int, cause: str) -> ArchiveCorruptError:
    return ArchiveCorruptError(f"{path} at byte {offset}", cause, _VERIFY)


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
    captured_at = datetime.fromisoformat(headers.get_header("WARC-Date").replace("Z", "+00:00"))
    return Page(headers.get_header("WARC-Target-URI"), body, content_type, captured_at, digest_of(body))
