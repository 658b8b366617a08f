"""Write the WARC file of one crawl (ISO 28500, WARC 1.1), every record durable before the next is begun."""

import os
from collections.abc import Mapping
from datetime import UTC, datetime
from io import BytesIO, FileIO
from pathlib import Path
from types import TracebackType
from typing import Self

from warcio.recordbuilder import RecordBuilder
from warcio.recordloader import ArcWarcRecord
from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from pipeline.archive.disk import not_writable, sync_folder
from pipeline.models import Exchange, Page, digest_of

PAGES = "pages.warc.gz"
_VERSION = "WARC/1.1"


class WarcWriter:
    """Appends records to a WARC file.

    Args:
        path: The file.
        goes_on: Whether the file exists, and ends with a whole record; without that it must not exist.

    Raises:
        FileExistsError: It exists.
        NotWritableError: It can not be opened.
    """

    def __init__(self, path: Path, *, goes_on: bool = False) -> None:
        self._folder = path.parent
        try:
            self._file = FileIO(path, "ab" if goes_on else "xb")
            sync_folder(self._folder)
        except FileExistsError:
            raise
        except OSError as error:
            raise not_writable(self._folder, error) from error
        self._builder = RecordBuilder(warc_version=_VERSION)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def write_info(self, fields: Mapping[str, str], created_at: datetime) -> None:
        """Write the record that says who writes this file and why."""
        payload = "".join(f"{name}: {value}\r\n" for name, value in fields.items()).encode()
        self._append(self._record("warcinfo", None, payload, created_at, "application/warc-fields"))

    def write_exchange(self, exchange: Exchange) -> int:
        """Write a response and its request; return the byte offset of the response."""
        extra = {"WARC-Payload-Digest": digest_of(exchange.body), "WARC-Truncated": exchange.truncated}
        return self._write_answer("response", exchange, exchange.body, extra)

    def write_revisit(self, exchange: Exchange, refers_to: Mapping[str, str]) -> int:
        """Write a 304 that stands for a page of an earlier crawl, and its request; return its byte offset.

        Args:
            exchange: The request and its response.
            refers_to: Headers that lead to the original; see archive.originals.
        """
        return self._write_answer("revisit", exchange, b"", refers_to)

    def write_page(self, page: Page, *, is_conversion: bool) -> int:
        """Write an imported file; return the byte offset of its record.

        Args:
            page: The file.
            is_conversion: Whether it is a rendition of a page, not the page itself.
        """
        kind = "conversion" if is_conversion else "resource"
        extra = {"WARC-Payload-Digest": digest_of(page.body)}
        return self._append(self._record(kind, page.url, page.body, page.captured_at, page.content_type, extra=extra))

    def _write_answer(self, kind: str, exchange: Exchange, body: bytes, extra: Mapping[str, str | None]) -> int:
        at = exchange.captured_at
        answer = StatusAndHeaders(f"{exchange.status} {exchange.reason}", list(exchange.response_headers), "HTTP/1.1")
        target = exchange.url.split("//", 1)[-1].partition("/")
        asked = StatusAndHeaders(f"GET /{target[2]} HTTP/1.1", list(exchange.request_headers), is_http_request=True)
        return self._append(
            self._record(kind, exchange.url, body, at, "", answer, {"WARC-IP-Address": exchange.ip_address, **extra}),
            self._record("request", exchange.url, b"", at, "", asked, {"WARC-Payload-Digest": digest_of(b"")}),
        )

    def _record(
        self,
        kind: str,
        url: str | None,
        payload: bytes,
        at: datetime,
        content_type: str,
        http_headers: StatusAndHeaders | None = None,
        extra: Mapping[str, str | None] | None = None,
    ) -> ArcWarcRecord:
        date = at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
        headers = {"WARC-Date": date, **{name: value for name, value in (extra or {}).items() if value}}
        return self._builder.create_warc_record(
            url,
            kind,
            payload=BytesIO(payload),
            length=len(payload),
            warc_content_type=content_type,
            warc_headers_dict=headers,
            http_headers=http_headers,
        )

    def _append(self, *records: ArcWarcRecord) -> int:
        """Write records at once, so that as little as possible can be torn; return the byte offset of the first."""
        buffer = BytesIO()
        writer = WARCWriter(buffer, gzip=True, warc_version=_VERSION)
        for record in records:
            writer.write_record(record)
        rest = memoryview(buffer.getvalue())
        try:
            offset = self._file.seek(0, os.SEEK_END)
            while rest:
                rest = rest[self._file.write(rest) :]
            os.fsync(self._file.fileno())
        except OSError as error:
            raise not_writable(self._folder, error) from error
        return offset
