"""Saved pages from anywhere: HTML, text renditions, WARC and WACZ files become pages."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import IO
from urllib.parse import urlsplit

from warcio.archiveiterator import ArchiveIterator
from warcio.exceptions import ArchiveLoadFailed

from pipeline.archive.records import page_of_record
from pipeline.errors import ArchiveError, UsageError
from pipeline.models import Page, digest_of

# Browsers write the address into a comment at the top of a saved page; the number is the address's length.
_SAVED_FROM = re.compile(rb"<!--\s*saved from url=\(\d+\)(\S+?)\s*-->|<!--[^>]*?\burl: (https?://\S+)", re.DOTALL)
_TEXT_SUFFIXES = frozenset({".txt", ".text", ".md"})
_ARCHIVE_SUFFIXES = (".warc", ".warc.gz", ".wacz")
# warcio trusts what it reads; on a damaged file it fails in any of these ways.
_DAMAGE = (
    ArchiveLoadFailed,
    AttributeError,
    EOFError,
    IndexError,
    KeyError,
    OSError,
    TypeError,
    ValueError,
    zlib.error,
)
_MAX_FILE_BYTES = 1 << 30


def read_files(paths: list[Path], url: str | None, captured_at: datetime, hosts: tuple[str, ...]) -> Iterator[Page]:
    """Yield the pages in files, in order.

    Args:
        paths: HTML, text, WARC or WACZ files.
        url: Address of the one page; by default what the browser wrote into it, or else `file:///` and its name.
        captured_at: Time of capture, of pages that do not carry their own.
        hosts: Hosts of the source; a WARC file's other pages are left out.

    Raises:
        UsageError: A file can not be read, is empty, or an address is given for several.
        ArchiveError: An archive file is damaged.
    """
    if url is not None and (len(paths) > 1 or paths[0].name.endswith(_ARCHIVE_SUFFIXES)):
        raise UsageError("--url", "one address can not be that of several pages", "import the files one by one")
    if url is not None and _host(url) not in hosts:
        raise UsageError(url, f"the address is on no host of the source ({', '.join(hosts)})", "mend --url or --source")
    for path in paths:
        body = _read(path)
        if path.name.endswith(".wacz"):
            yield from _pages_of_wacz(path, body, hosts)
        elif path.name.endswith(_ARCHIVE_SUFFIXES):
            yield from _pages_of_warc(path, BytesIO(body), hosts)
        else:
            yield _page_of_file(path, body, url, captured_at, hosts)


def _read(path: Path) -> bytes:
    try:
        if path.stat().st_size > _MAX_FILE_BYTES:
            raise UsageError(str(path), f"the file is larger than {_MAX_FILE_BYTES >> 20} MiB", "split it")
        body = path.read_bytes()
    except OSError as error:
        raise UsageError(str(path), f"the file can not be read: {error.strerror}", "check the path") from error
    if not body.strip():
        raise UsageError(str(path), "the file is empty", "save the page again")
    return body


def _page_of_file(path: Path, body: bytes, url: str | None, captured_at: datetime, hosts: tuple[str, ...]) -> Page:
    is_text = path.suffix.lower() in _TEXT_SUFFIXES or b"<" not in body[:4096]
    address = url or (None if is_text else _saved_from(body, hosts)) or f"file:///{path.name}"
    return Page(address, body, "text/plain" if is_text else "text/html", captured_at, digest_of(body))


def _saved_from(body: bytes, hosts: tuple[str, ...]) -> str | None:
    match = _SAVED_FROM.search(body[:4096])
    if match is None:
        return None
    address = (match[1] or match[2]).decode("utf-8", errors="replace")
    return address if _host(address) in hosts else None


def _pages_of_wacz(path: Path, body: bytes, hosts: tuple[str, ...]) -> Iterator[Page]:
    try:
        with zipfile.ZipFile(BytesIO(body)) as wacz:
            for name in sorted(wacz.namelist()):
                if name.startswith("archive/") and name.endswith((".warc", ".warc.gz")):
                    with wacz.open(name) as member:
                        yield from _pages_of_warc(path, member, hosts)
    except (zipfile.BadZipFile, NotImplementedError) as error:
        raise ArchiveError(str(path), f"this is no WACZ file: {error}", "save it again") from error


def _pages_of_warc(path: Path, file: IO[bytes], hosts: tuple[str, ...]) -> Iterator[Page]:
    try:
        for record in ArchiveIterator(file):
            if record.rec_type not in ("response", "resource", "conversion"):
                continue
            address = record.rec_headers.get_header("WARC-Target-URI") or ""
            payload = record.raw_stream.read()
            if record.raw_stream.limit > 0:
                raise ValueError("it is cut short")
            page = page_of_record(record, payload)
            if page is not None and _is_text_page(page) and _host(address) in (*hosts, None):
                yield page
    except _DAMAGE as error:
        raise ArchiveError(
            str(path), f"a record can not be read: {error}", "check the file with its own tool"
        ) from error


def _host(url: str) -> str | None:
    try:
        return urlsplit(url).hostname
    except ValueError:
        return ""


def _is_text_page(page: Page) -> bool:
    return page.content_type.split(";")[0].strip().lower() in ("text/html", "text/plain", "application/xhtml+xml")
