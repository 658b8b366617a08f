"""The WARC file of a crawl: what is written can be read back, and what is damaged is noticed."""

import gzip
import io
import zlib
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from warcio.archiveiterator import ArchiveIterator

from pipeline.archive.captures import read_captures
from pipeline.archive.warc import WarcWriter
from pipeline.errors import ArchiveCorruptError
from pipeline.models import Capture, Page, digest_of

from .samples import AT, INFO, PAGE, exchange, saved_page, write_warc

URLS = [f"http://www.twin.test/gp?page={number}" for number in range(3)]
LAW = settings(max_examples=60, deadline=None)


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """A file with three pages, the second one gzipped."""
    path = tmp_path / "pages.warc.gz"
    write_warc(path, [exchange(url, PAGE + url.encode(), gzipped=url == URLS[1]) for url in URLS])
    return path


def seen(path: Path) -> list[tuple[int, str, bytes]]:
    """Number, address and body of every page of a file."""
    return [(capture.number, capture.page.url, capture.page.body) for capture in read_captures(path, "crawl")]


def test_pages_are_read_back_as_they_were_written(pages: Path) -> None:
    """Number, address, bytes without coding, content type, time to the microsecond, and digest."""
    captures = list(read_captures(pages, "20260301T123045Z-sample"))
    expected = [
        Page(url, PAGE + url.encode(), "text/html; charset=UTF-8", AT, digest_of(PAGE + url.encode())) for url in URLS
    ]
    assert [capture.page for capture in captures] == expected
    assert [capture.number for capture in captures] == [1, 2, 3]
    assert {capture.crawl_id for capture in captures} == {"20260301T123045Z-sample"}


def test_every_offset_points_to_the_record_of_its_page(tmp_path: Path) -> None:
    """The writer's and the reader's offsets agree, and a reader that starts there finds the response."""
    path = tmp_path / "pages.warc.gz"
    written = write_warc(path, [exchange(url) for url in URLS])
    assert [capture.warc_offset for capture in read_captures(path, "crawl")] == written
    for offset, url in zip(written, URLS, strict=True):
        record = next(iter(ArchiveIterator(io.BytesIO(path.read_bytes()[offset:]))))
        assert (record.rec_type, record.rec_headers.get_header("WARC-Target-URI")) == ("response", url)


def test_another_tool_reads_the_file_and_agrees_with_every_digest(pages: Path) -> None:
    """Info first, then response and request of each page; warcio itself compares digests and raises."""
    with pages.open("rb") as file:
        kinds = [
            (record.rec_type, len(record.raw_stream.read())) for record in ArchiveIterator(file, check_digests="raise")
        ]
    assert [kind for kind, _ in kinds] == ["warcinfo", *["response", "request"] * 3]


def test_another_tool_reads_what_was_asked_and_answered(pages: Path) -> None:
    """Version, request line, status line, headers of both sides, and the address of the peer."""
    with pages.open("rb") as file:
        info, response, request, *_ = [
            (record.rec_headers, record.http_headers, record.content_stream().read())
            for record in ArchiveIterator(file)
        ]
    assert info[2].decode() == "".join(f"{name}: {value}\r\n" for name, value in INFO.items())
    assert (response[0].protocol, response[0].get_header("WARC-Date")) == ("WARC/1.1", "2026-03-01T12:30:45.678901Z")
    assert response[0].get_header("WARC-IP-Address") == "127.0.0.1"
    assert (response[1].get_statuscode(), response[1].get_header("content-type")) == ("200", "text/html; charset=UTF-8")
    assert response[2] == PAGE + URLS[0].encode()
    assert request[1].protocol + " " + request[1].statusline == "GET /gp?page=0 HTTP/1.1"
    assert request[1].get_header("User-Agent") == "practices/test"


def test_a_body_is_kept_with_its_content_coding(pages: Path) -> None:
    """The archive holds the bytes of the wire; only reading undoes gzip."""
    with pages.open("rb") as file:
        bodies = {
            record.rec_headers.get_header("WARC-Target-URI"): record.raw_stream.read()
            for record in ArchiveIterator(file)
            if record.rec_type == "response"
        }
    assert bodies[URLS[1]].startswith(b"\x1f\x8b")
    assert bodies[URLS[0]] == PAGE + URLS[0].encode()


@LAW
@given(
    bodies=st.lists(st.binary(max_size=400) | st.just(b"\r\n\r\nWARC/1.1\r\n"), max_size=4),
    gzipped=st.booleans(),
)
def test_any_bytes_come_back(tmp_path_factory: pytest.TempPathFactory, bodies: list[bytes], gzipped: bool) -> None:
    """Empty ones, and those that look like the archive's own, included."""
    path = tmp_path_factory.mktemp("law") / "pages.warc.gz"
    write_warc(path, [exchange(body=body, gzipped=gzipped) for body in bodies])
    assert [body for _, _, body in seen(path)] == bodies


@pytest.mark.parametrize("status", [301, 304, 404, 500, 503])
def test_other_statuses_are_kept_and_are_no_pages(tmp_path: Path, status: int) -> None:
    """Numbers count pages only."""
    path = tmp_path / "pages.warc.gz"
    write_warc(path, [exchange(URLS[0], status=status), exchange(URLS[1])])
    assert seen(path) == [(1, URLS[1], PAGE)]
    assert path.read_bytes().count(b"\x1f\x8b\x08") == 5


def test_imported_files_are_records_of_their_own_kinds(tmp_path: Path) -> None:
    """A saved page is a resource, a text rendition a conversion; both are pages."""
    path = tmp_path / "pages.warc.gz"
    html, text = saved_page(), saved_page("file:///page.txt", b"Topic:\nHealth", "text/plain")
    with WarcWriter(path) as warc:
        offsets = [warc.write_page(html, is_conversion=False), warc.write_page(text, is_conversion=True)]
    captures = list(read_captures(path, "crawl"))
    assert captures == [Capture("crawl", 1, html, offsets[0]), Capture("crawl", 2, text, offsets[1])]
    with path.open("rb") as file:
        assert [record.rec_type for record in ArchiveIterator(file)] == ["resource", "conversion"]


def test_time_is_kept_in_utc(tmp_path: Path) -> None:
    """Whatever zone it came in."""
    path = tmp_path / "pages.warc.gz"
    local = datetime(2026, 3, 1, 1, 0, 0, tzinfo=timezone(timedelta(hours=9)))
    with WarcWriter(path) as warc:
        warc.write_page(Page("file:///a.html", PAGE, "text/html", local, digest_of(PAGE)), is_conversion=False)
    captured_at = next(read_captures(path, "crawl")).page.captured_at
    assert captured_at == datetime(2026, 2, 28, 16, 0, 0, tzinfo=UTC)
    assert captured_at.utcoffset() == timedelta(0)


def test_a_page_is_on_disk_before_the_next_one_is_written(tmp_path: Path) -> None:
    """A second reader sees every finished page while the writer is still at work."""
    path = tmp_path / "pages.warc.gz"
    with WarcWriter(path) as warc:
        for number, url in enumerate(URLS, start=1):
            warc.write_exchange(exchange(url))
            assert [url for _, url, _ in seen(path)] == URLS[:number]


def test_a_file_is_never_written_twice(pages: Path) -> None:
    """Raw data is write-once."""
    with pytest.raises(FileExistsError):
        WarcWriter(pages)


def test_no_flipped_byte_goes_unnoticed(pages: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """The error names the file and an offset; only bytes that mean nothing (time and system of a member) may differ."""
    whole, data = seen(pages), pages.read_bytes()
    places: list[str] = []
    for index in range(len(data)):
        damaged = bytearray(data)
        damaged[index] ^= 0x55
        pages.write_bytes(damaged)
        try:
            assert seen(pages) == whole
        except ArchiveCorruptError as error:
            places.append(error.place)
    assert all(place.startswith(f"{pages} at byte ") for place in places)
    assert len(places) > len(data) - 10 * 7
    capfd.readouterr()  # warcio prints what it finds odd


def test_the_error_names_the_record_that_is_damaged(tmp_path: Path) -> None:
    """File and offset lead to the damage; the pages before it are still read."""
    path = tmp_path / "pages.warc.gz"
    offsets = write_warc(path, [exchange(url) for url in URLS])
    damaged = bytearray(path.read_bytes())
    damaged[offsets[1] + 200] ^= 0x55
    path.write_bytes(damaged)
    captures = read_captures(path, "crawl")
    assert next(captures).page.url == URLS[0]
    with pytest.raises(ArchiveCorruptError) as caught:
        next(captures)
    assert caught.value.place == f"{path} at byte {offsets[1]}"


def test_a_payload_without_its_stated_digest_is_named(tmp_path: Path) -> None:
    """Also where the checksum of gzip is right, because somebody packed the changed record again."""
    path = tmp_path / "pages.warc.gz"
    offset = write_warc(path, [exchange(URLS[0]), exchange(URLS[1], b"<p>another</p>")])[1]
    data = path.read_bytes()
    decoder = zlib.decompressobj(16 + zlib.MAX_WBITS)
    record = decoder.decompress(data[offset:]).replace(b"<p>another</p>", b"<p>an0ther</p>")
    path.write_bytes(data[:offset] + gzip.compress(record) + decoder.unused_data)
    captures = read_captures(path, "crawl")
    assert next(captures).page.url == URLS[0]
    with pytest.raises(ArchiveCorruptError, match="digest") as caught:
        next(captures)
    assert caught.value.place == f"{path} at byte {offset}"


def test_a_file_cut_inside_a_record_is_noticed(pages: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Half a page is never read as none: a finished crawl would silently lose practices."""
    data = pages.read_bytes()
    ends = {index for index in range(len(data) + 1) if data[index:].startswith(b"\x1f\x8b\x08") or index == len(data)}
    unnoticed = []
    for length in set(range(1, len(data))) - ends:
        pages.write_bytes(data[:length])
        try:
            seen(pages)
            unnoticed.append(length)
        except ArchiveCorruptError:
            continue
    assert unnoticed == []
    capfd.readouterr()


@pytest.mark.parametrize("content", [b"", b"<html>", b"\x1f\x8b\x08", b"WARC/1.1\r\nWARC-Type: response\r\n\r\n"])
def test_what_is_no_warc_file_is_corrupt(tmp_path: Path, content: bytes) -> None:
    """An empty file too: the first record is written before the first page is asked for."""
    path = tmp_path / "pages.warc.gz"
    path.write_bytes(content)
    with pytest.raises(ArchiveCorruptError):
        list(read_captures(path, "crawl"))


def test_a_missing_file_is_corrupt(tmp_path: Path) -> None:
    """A crawl without its pages is not what was written."""
    with pytest.raises(ArchiveCorruptError, match=r"pages\.warc\.gz"):
        list(read_captures(tmp_path / "pages.warc.gz", "crawl"))
