"""Revisit records: a 304 is the page that an earlier crawl received, or an error, never an empty page."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from warcio.archiveiterator import ArchiveIterator

from pipeline.archive.captures import read_captures, read_exchanges
from pipeline.archive.originals import Original, originals_of, page_of_original
from pipeline.archive.scan import scan
from pipeline.archive.warc import PAGES, WarcWriter
from pipeline.errors import ArchiveCorruptError
from pipeline.models import Exchange, Page

from .samples import AT, INFO, PAGE, exchange, write_warc

URL = "http://www.twin.test/gp?page=1"
VALIDATORS = (("ETag", '"1700000000"'), ("Last-Modified", "Tue, 14 Nov 2023 22:13:20 GMT"))
HTML = ("Content-Type", "text/html; charset=UTF-8")
LATER = AT + timedelta(days=7)


def answer(url: str = URL, body: bytes = PAGE, validators: tuple[tuple[str, str], ...] = VALIDATORS) -> Exchange:
    """A page with validators, gzipped as Drupal sends it."""
    return exchange(url, body, gzipped=True, headers=[HTML, *validators])


def not_modified(url: str = URL) -> Exchange:
    """The answer that a page is the same."""
    return replace(exchange(url, b"", status=304, headers=[]), captured_at=LATER)


def first(tmp_path: Path, *exchanges: Exchange) -> Path:
    """The file of a first crawl."""
    path = tmp_path / "20260301T123045Z-sample" / PAGES
    path.parent.mkdir()
    write_warc(path, exchanges)
    return path


def second(tmp_path: Path, original: Original, name: str = "20260308T123045Z-sample") -> Path:
    """The file of a crawl to which the site answered that nothing has changed."""
    path = tmp_path / name / PAGES
    path.parent.mkdir()
    with WarcWriter(path) as warc:
        warc.write_info(INFO, LATER)
        warc.write_revisit(not_modified(), original.headers())
    return path


def pages(path: Path) -> list[Page]:
    """The pages of a file."""
    return [capture.page for capture in read_captures(path, path.parent.name)]


def test_a_revisit_is_the_page_it_stands_for(tmp_path: Path) -> None:
    """Its bytes and content type, with the time at which the site said so."""
    old = first(tmp_path, answer())
    new = second(tmp_path, originals_of(old)[URL])
    assert pages(new) == [replace(pages(old)[0], captured_at=LATER)]
    ((stored, page),) = read_exchanges(new)
    assert (stored.status, stored.body, page) == (304, b"", pages(new)[0])


def test_another_tool_reads_the_revisit(tmp_path: Path) -> None:
    """As the standard wants it: profile, what it refers to, the original's digest, and the 304 itself."""
    old = first(tmp_path, answer())
    new = second(tmp_path, originals_of(old)[URL])
    with new.open("rb") as file:
        records = {record.rec_type: record for record in ArchiveIterator(file, check_digests="raise")}
    headers = records["revisit"].rec_headers
    assert headers.get_header("WARC-Profile") == "http://netpreserve.org/warc/1.1/revisit/server-not-modified"
    assert headers.get_header("WARC-Refers-To-Target-URI") == URL
    assert headers.get_header("WARC-Refers-To-Date") == "2026-03-01T12:30:45.678901Z"
    assert headers.get_header("WARC-Payload-Digest") == originals_of(old)[URL].payload_digest
    assert headers.get_header("Practices-Refers-To-Crawl") == old.parent.name
    assert records["revisit"].http_headers.get_statuscode() == "304"
    assert [record.problem for record in scan(new)] == [None, None, None]


def test_a_third_crawl_refers_to_the_first(tmp_path: Path) -> None:
    """There are no chains: whoever has the revisit and the first crawl has the page."""
    old = first(tmp_path, answer())
    new = second(tmp_path, originals_of(old)[URL])
    assert originals_of(new) == originals_of(old)
    assert page_of_original(tmp_path, originals_of(new)[URL]).body == PAGE


def test_the_newest_capture_of_an_address_is_asked_about(tmp_path: Path) -> None:
    """A listing's first page is read twice in a crawl."""
    old = first(tmp_path, answer(body=b"<p>before</p>"), answer(body=PAGE))
    assert page_of_original(tmp_path, originals_of(old)[URL]).body == PAGE


@pytest.mark.parametrize(
    "validators",
    [
        (),
        VALIDATORS[:1],
        VALIDATORS[1:],
        (("ETag", "1700000000"), VALIDATORS[1]),
        (("ETag", '"' + "x" * 65_536 + '"'), VALIDATORS[1]),
        (("ETag", '"caf\xe9"'), VALIDATORS[1]),
        (("ETag", '"a" "b"'), VALIDATORS[1]),
        (VALIDATORS[0], ("Last-Modified", "yesterday")),
        (VALIDATORS[0], ("Last-Modified", "Tue, 14 Nov 2023 22:13:20 GMT, Tue, 14 Nov 2023 22:13:20 GMT")),
    ],
)
def test_a_page_without_two_sane_validators_is_not_asked_about(
    tmp_path: Path, validators: tuple[tuple[str, str], ...]
) -> None:
    """What is odd is never sent back to a site."""
    assert originals_of(first(tmp_path, answer(validators=validators))) == {}


def test_other_statuses_and_cut_bodies_are_not_asked_about(tmp_path: Path) -> None:
    """Also when an older capture of the same address was a page."""
    error = replace(answer(), status=503)
    cut = replace(answer(URL + "2"), truncated="length")
    assert originals_of(first(tmp_path, answer(), error, cut)) == {}


def test_a_missing_original_is_named(tmp_path: Path) -> None:
    """The revisit's place, and which page of which crawl is gone."""
    old = first(tmp_path, answer())
    new = second(tmp_path, originals_of(old)[URL])
    old.unlink()
    with pytest.raises(ArchiveCorruptError, match=r"20260301T123045Z-sample.*at byte") as caught:
        pages(new)
    assert caught.value.place.startswith(f"{new} at byte ")


def test_another_record_in_its_place_is_no_original(tmp_path: Path) -> None:
    """Byte, address, time and digest must agree."""
    old = first(tmp_path, answer())
    original = originals_of(old)[URL]
    for number, change in enumerate(
        (
            {"url": URL + "0"},
            {"captured_at": "2026-03-01T12:30:45.678902Z"},
            {"payload_digest": f"sha256:{'0' * 64}"},
            {"offset": 0},
            {"offset": original.offset + 1},
        )
    ):
        new = second(tmp_path, replace(original, **change), f"2026030{number}T000000Z-sample")
        with pytest.raises(ArchiveCorruptError):
            pages(new)


@pytest.mark.parametrize("crawl_id", ["..", "../secret", "/etc", "a/b", ""])
def test_a_revisit_never_leads_out_of_raw(tmp_path: Path, crawl_id: str) -> None:
    """The name of a crawl is a name."""
    old = first(tmp_path, answer())
    new = second(tmp_path, replace(originals_of(old)[URL], crawl_id=crawl_id))
    with pytest.raises(ArchiveCorruptError, match="does not say where"):
        pages(new)


def test_a_damaged_original_is_no_page(tmp_path: Path) -> None:
    """Its own digests are checked whenever it is read."""
    old = first(tmp_path, answer())
    original = originals_of(old)[URL]
    new = second(tmp_path, original)
    data = bytearray(old.read_bytes())
    data[original.offset + 300] ^= 1
    old.write_bytes(data)
    with pytest.raises(ArchiveCorruptError):
        pages(new)
    with pytest.raises(ArchiveCorruptError):
        page_of_original(tmp_path, original)
