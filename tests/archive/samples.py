"""Exchanges and pages that tests of the archive write."""

import gzip
import io
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

from pipeline.archive.warc import WarcWriter
from pipeline.models import Exchange, Page, digest_of

AT = datetime(2026, 3, 1, 12, 30, 45, 678901, tzinfo=UTC)
PAGE = "<html lang='en'><p>“Untact” – a page.</p></html>".encode()
INFO = {"software": "practices/test", "source": "sample"}


def exchange(
    url: str = "http://www.twin.test/gp?page=1",
    body: bytes = PAGE,
    *,
    status: int = 200,
    gzipped: bool = False,
    headers: Sequence[tuple[str, str]] = (("Content-Type", "text/html; charset=UTF-8"),),
) -> Exchange:
    """Return one request and its response."""
    coding = [("Content-Encoding", "gzip")] if gzipped else []
    return Exchange(
        url=url,
        status=status,
        reason="OK" if status == 200 else "Other",
        request_headers=[("Host", "www.twin.test"), ("User-Agent", "practices/test")],
        response_headers=[*headers, *coding],
        body=gzip.compress(body, mtime=0) if gzipped else body,
        captured_at=AT,
        ip_address="127.0.0.1",
    )


def saved_page(url: str = "file:///page.html", body: bytes = PAGE, content_type: str = "text/html") -> Page:
    """Return a page as an import makes it."""
    return Page(url, body, content_type, AT, digest_of(body))


def write_warc(path: Path, exchanges: Sequence[Exchange]) -> list[int]:
    """Write a crawl's WARC file; return the offset of every response."""
    with WarcWriter(path) as warc:
        warc.write_info(INFO, AT)
        return [warc.write_exchange(one) for one in exchanges]


def foreign_warc(records: Sequence[tuple[str, str, str, bytes]], *, zipped: bool = True) -> bytes:
    """Return a WARC file as another tool writes it.

    Args:
        records: Record type, address, HTTP status line's status (empty for a record without HTTP), and body.
        zipped: Whether every record is a gzip member.
    """
    file = io.BytesIO()
    writer = WARCWriter(file, gzip=zipped)
    file_headers = {"WARC-Date": "2025-11-05T08:09:10Z"}
    for kind, url, status, body in records:
        http = StatusAndHeaders(status, [("Content-Type", "text/html")], "HTTP/1.1") if status else None
        if kind == "request":
            http = StatusAndHeaders("GET / HTTP/1.1", [], is_http_request=True)
        record = writer.create_warc_record(
            url, kind, io.BytesIO(body), len(body), "" if http else "text/html", dict(file_headers), http_headers=http
        )
        writer.write_record(record)
    return file.getvalue()
