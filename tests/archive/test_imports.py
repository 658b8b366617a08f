"""Saved pages from anywhere."""

import gzip
import io
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.archive.imports import read_files
from pipeline.errors import ArchiveError, UsageError
from pipeline.models import Page, digest_of

from .samples import AT, PAGE, exchange, foreign_warc, write_warc

HOSTS = ("www.twin.test", "ww1.twin.test")
URL = "http://www.twin.test/gp?page=3"
THEIR_TIME = datetime(2025, 11, 5, 8, 9, 10, tzinfo=UTC)
Write = Callable[[str, bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Write a file, and return its path."""

    def write(name: str, content: bytes) -> Path:
        path = tmp_path / name
        path.write_bytes(content)
        return path

    return write


def read(*paths: Path, url: str | None = None) -> list[Page]:
    """The pages in files."""
    return list(read_files(list(paths), url, AT, HOSTS))


def wacz(members: dict[str, bytes]) -> bytes:
    """A WACZ file: a zip of WARC files and of much that is none."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return file.getvalue()


def saved_from(url: str, length: int | None = None) -> bytes:
    """A page as a browser saves it, with its address in a comment."""
    comment = f"<!-- saved from url=({len(url) if length is None else length:04}){url} -->"
    return f"<!DOCTYPE html>\n{comment}\n<html><p>A page.</p></html>".encode()


@pytest.mark.parametrize("name", ["page.html", "page.htm", "page.HTML", "page", "page.php"])
def test_a_saved_page_is_html(write: Write, name: str) -> None:
    """Without an address of its own it has its file's name, and the time that was given."""
    assert read(write(name, PAGE)) == [Page(f"file:///{name}", PAGE, "text/html", AT, digest_of(PAGE))]


@pytest.mark.parametrize("name", ["page.txt", "page.TXT", "page.text", "page.md", "copied"])
def test_a_text_rendition_is_text(write: Write, name: str) -> None:
    """By its name, or because there is no tag in it."""
    body = b"Implementation year:\n2020\n"
    assert read(write(name, body)) == [Page(f"file:///{name}", body, "text/plain", AT, digest_of(body))]


def test_several_files_are_read_in_order(write: Write) -> None:
    """The same file twice is read twice: who keeps pages knows which of them it has."""
    one, two = write("one.html", PAGE), write("two.txt", b"Topic:")
    assert [page.url for page in read(two, one, two)] == ["file:///two.txt", "file:///one.html", "file:///two.txt"]


def test_a_given_address_is_the_pages(write: Write) -> None:
    """It wins over what a browser wrote; a text rendition takes it as well."""
    assert [page.url for page in read(write("page.html", saved_from("http://www.twin.test/gp")), url=URL)] == [URL]
    assert [page.url for page in read(write("page.txt", b"Topic:"), url=URL)] == [URL]


@pytest.mark.parametrize(
    "body",
    [
        saved_from(URL),
        saved_from(URL, length=0),
        f"<html><!--\n Page saved with SingleFile \n url: {URL} \n saved date: today\n--><p>A page.</p>".encode(),
    ],
)
def test_the_address_is_what_the_browser_wrote(write: Write, body: bytes) -> None:
    """Two habits are known: one comment of browsers, one of a well-known extension."""
    assert [page.url for page in read(write("page.html", body))] == [URL]


@pytest.mark.parametrize(
    "url", ["http://elsewhere.example/gp", "http://www.twin.test.elsewhere.example/gp", "about:internet", "http://[/gp"]
)
def test_an_address_on_another_host_is_not_believed(write: Write, url: str) -> None:
    """The comment is part of a file from anywhere; one that makes no sense is none."""
    assert [page.url for page in read(write("page.html", saved_from(url)))] == ["file:///page.html"]


def test_a_comment_deep_in_the_page_is_not_the_browsers(write: Write) -> None:
    """Browsers write it at the top."""
    body = b"<html>" + b" " * 5000 + saved_from(URL)
    assert [page.url for page in read(write("page.html", body))] == ["file:///page.html"]


@pytest.mark.parametrize("url", ["http://elsewhere.example/gp", "www.twin.test/gp", "gp", "", "http://[/gp"])
def test_a_given_address_on_another_host_is_refused(write: Write, url: str) -> None:
    """With the hosts that would do; an address without scheme has no host, one that makes no sense neither."""
    with pytest.raises(UsageError) as caught:
        read(write("page.html", PAGE), url=url)
    assert "www.twin.test, ww1.twin.test" in caught.value.cause


def test_one_address_for_several_files_is_refused(write: Write) -> None:
    """Nor for an archive, which knows its own."""
    html, warc = write("a.html", PAGE), write("a.warc.gz", foreign_warc([]))
    for paths in ([html, html], [warc]):
        with pytest.raises(UsageError, match="--url"):
            read(*paths, url=URL)


@pytest.mark.parametrize("content", [b"", b" \n\t\r\n"])
@pytest.mark.parametrize("name", ["page.html", "page.txt", "page.warc.gz", "page.wacz"])
def test_an_empty_file_is_refused(write: Write, name: str, content: bytes) -> None:
    """Blanks only are empty too."""
    path = write(name, content)
    with pytest.raises(UsageError, match="empty") as caught:
        read(path)
    assert caught.value.place == str(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """So is a folder; the message names it and has the system's own reason."""
    with pytest.raises(UsageError, match="No such file") as caught:
        read(tmp_path / "nowhere.html")
    assert caught.value.place == str(tmp_path / "nowhere.html")
    with pytest.raises(UsageError, match="directory"):
        read(tmp_path)


def test_a_crawls_own_file_can_be_imported(tmp_path: Path) -> None:
    """Pages come decoded, with their own address and time; statuses other than 200 stay behind."""
    path = tmp_path / "pages.warc.gz"
    write_warc(path, [exchange(URL, gzipped=True), exchange("http://www.twin.test/gp?page=4", status=404)])
    assert read(path) == [Page(URL, PAGE, "text/html; charset=UTF-8", AT, digest_of(PAGE))]


@pytest.mark.parametrize(("name", "zipped"), [("saved.warc.gz", True), ("saved.warc", False)])
def test_a_warc_file_of_another_tool_gives_the_pages_of_the_source(write: Write, name: str, zipped: bool) -> None:
    """Other hosts, other statuses, requests and pictures are left out; the time is the record's own."""
    records = [
        ("response", URL, "200 OK", PAGE),
        ("response", "http://elsewhere.example/gp", "200 OK", PAGE),
        ("response", "http://www.twin.test/gone", "404 Not Found", PAGE),
        ("request", URL, "", b""),
        ("resource", "file:///saved.html", "", PAGE),
        ("metadata", URL, "", b"outlinks"),
    ]
    expected = [Page(url, PAGE, "text/html", THEIR_TIME, digest_of(PAGE)) for url in (URL, "file:///saved.html")]
    assert read(write(name, foreign_warc(records, zipped=zipped))) == expected


def test_pictures_and_data_of_a_warc_file_are_left_out(tmp_path: Path) -> None:
    """Only text and HTML are pages, whatever parameters their type carries."""
    path = tmp_path / "pages.warc.gz"
    types = ["text/html; charset=utf-8", "TEXT/HTML", "application/xhtml+xml", "image/png", "application/json", ""]
    write_warc(path, [exchange(f"{URL}&{at}", headers=[("Content-Type", kind)]) for at, kind in enumerate(types)])
    assert [page.content_type for page in read(path)] == types[:3]


def test_a_wacz_file_gives_the_pages_of_its_warc_files(write: Write) -> None:
    """In the order of their names; indexes and page lists are no pages."""
    one, two = (foreign_warc([("response", f"{URL}&{number}", "200 OK", PAGE)]) for number in (1, 2))
    members = {
        "archive/b.warc.gz": two,
        "archive/a.warc": gzip.decompress(one),
        "pages/pages.jsonl": b"{}",
        "x.warc.gz": b"",
    }
    assert [page.url for page in read(write("saved.wacz", wacz(members)))] == [f"{URL}&1", f"{URL}&2"]


def test_a_zip_file_without_pages_gives_none(write: Write) -> None:
    """Whoever imports it says so."""
    assert read(write("saved.wacz", wacz({"datapackage.json": b"{}"}))) == []


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("saved.wacz", b"no zip"),
        ("saved.wacz", wacz({"archive/a.warc.gz": foreign_warc([("response", URL, "200 OK", PAGE)])})[:-30]),
        ("saved.wacz", wacz({"archive/a.warc.gz": b"no warc"})),
        ("saved.warc.gz", b"no warc"),
        ("saved.warc", b"<html>"),
        ("saved.warc.gz", foreign_warc([("response", URL, "200 OK", PAGE)])[:-20]),
        ("saved.warc", foreign_warc([("response", URL, "200 OK", PAGE)], zipped=False)[:-60]),
    ],
)
def test_a_damaged_archive_is_refused(write: Write, name: str, content: bytes) -> None:
    """By name: half an archive is not imported as a whole one."""
    path = write(name, content)
    with pytest.raises(ArchiveError) as caught:
        read(path)
    assert caught.value.place == str(path)


def test_a_flipped_byte_in_a_zip_is_refused(write: Write) -> None:
    """The zip's own checksum protects its members."""
    content = wacz({"archive/a.warc": gzip.decompress(foreign_warc([("response", URL, "200 OK", PAGE)]))})
    damaged = content.replace(b"a page.", b"a p4ge.")
    assert damaged != content
    with pytest.raises(ArchiveError):
        read(write("saved.wacz", damaged))


def test_a_bomb_in_an_archive_is_refused(tmp_path: Path) -> None:
    """A response that decodes to more than any page is damage, not a page."""
    path = tmp_path / "pages.warc.gz"
    write_warc(path, [exchange(URL, bytes(300 << 20), gzipped=True)])
    with pytest.raises(ArchiveError, match="allowed"):
        read(path)
