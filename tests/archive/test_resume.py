"""A crawl that did not end: found, mended, and gone on with."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from pipeline.archive.captures import read_captures
from pipeline.archive.crawls import begin_crawl
from pipeline.archive.resume import Interrupted, page_count, set_torn_end_aside, take_up
from pipeline.archive.scan import scan
from pipeline.archive.warc import PAGES, WarcWriter
from pipeline.models import Exchange
from pipeline.settings import Home

from .samples import AT, PAGE, exchange, saved_page

URLS = [f"http://www.twin.test/gp?page={number}" for number in range(4)]
PLAN = {"source": "sample", "languages": "en fr", "strategy": "pages"}
SOON = AT + timedelta(hours=1)


def begun(home: Home, started_at: datetime = AT, urls: list[str] = URLS, **plan: str) -> Path:
    """The folder of a crawl that was killed."""
    folder = begin_crawl(home, "sample", started_at)
    with WarcWriter(folder / PAGES) as warc:
        write_info(warc, PLAN | plan, started_at)
        for url in urls:
            warc.write_exchange(exchange(url, PAGE + url.encode()))
    return folder


def write_info(warc: WarcWriter, plan: Mapping[str, str], started_at: datetime) -> None:
    """The first record of a crawl."""
    warc.write_info({"software": "practices/test", **plan, "started_at": started_at.isoformat()}, started_at)


def found(home: Home, at: datetime = SOON) -> Interrupted | None:
    """What the next run goes on with."""
    return take_up(home, "sample", PLAN, at)


def urls_of(folder: Path) -> list[str]:
    """Addresses of the pages in a crawl."""
    return [capture.page.url for capture in read_captures(folder / PAGES, folder.name)]


def test_a_killed_crawl_is_found_with_all_it_has(home: Home) -> None:
    """Where it lies, when it began, and every answer in order."""
    folder = begun(home)
    interrupted = found(home)
    assert interrupted is not None
    assert (interrupted.folder, interrupted.started_at, interrupted.runs) == (folder, AT, 1)
    assert interrupted.statuses == {200: 4}
    assert interrupted.byte_count == sum(len(PAGE + url.encode()) for url in URLS)
    assert [one.url for one, _ in interrupted.exchanges()] == URLS
    assert [page.body for _, page in interrupted.exchanges() if page] == [PAGE + url.encode() for url in URLS]
    assert sorted(path.name for path in folder.iterdir()) == [PAGES]


def test_an_exchange_is_read_back_as_it_was_written(home: Home) -> None:
    """Status, headers, body, time, peer and cut; only what was asked is not needed."""
    written: list[Exchange] = [
        exchange(URLS[0], gzipped=True),
        exchange(URLS[1], b"", status=301, headers=[("Location", "/gp"), ("Set-Cookie", "a"), ("Set-Cookie", "b")]),
    ]
    folder = begun(home, urls=[])
    with WarcWriter(folder / PAGES, goes_on=True) as warc:
        for one in written:
            warc.write_exchange(one)
    interrupted = found(home)
    assert interrupted is not None
    for (read, _), one in zip(interrupted.exchanges(), written, strict=True):
        assert (read.url, read.status, read.reason, read.body) == (one.url, one.status, one.reason, one.body)
        assert list(read.response_headers) == list(one.response_headers)
        assert (read.captured_at, read.ip_address, read.truncated) == (one.captured_at, one.ip_address, None)


@pytest.mark.parametrize("cut", range(1, 38, 4))
def test_whatever_is_cut_off_nothing_whole_is_lost(home: Home, cut: int) -> None:
    """At every 37th byte: the whole records stay, the rest stands in a file of its own, and writing goes on."""
    whole = begun(home)
    data = (whole / PAGES).read_bytes()
    records = list(scan(whole / PAGES))
    for length in range(cut, len(data), 37):
        (whole / PAGES).write_bytes(data[:length])
        kept = [record for record in records if record.offset + record.length <= length]
        end = kept[-1].offset + kept[-1].length if kept else 0
        aside = set_torn_end_aside(whole)
        assert (whole / PAGES).read_bytes() == data[:end]
        assert (aside.read_bytes() if aside else b"") == data[end:length]
        with WarcWriter(whole / PAGES, goes_on=True) as warc:
            assert warc.write_exchange(exchange("http://www.twin.test/gp?page=9")) == end
        pages = [record for record in kept if b"WARC-Type: response" in record.content]
        assert urls_of(whole) == [*URLS[: len(pages)], "http://www.twin.test/gp?page=9"]
        if aside:
            aside.unlink()


def test_every_torn_end_is_kept(home: Home) -> None:
    """One kill after the other."""
    folder = begun(home)
    for number in (1, 2):
        with (folder / PAGES).open("ab") as file:
            file.write(b"\x1f\x8b\x08torn" + bytes([number]))
        assert set_torn_end_aside(folder) == folder / f"torn-{number}.bin"
    assert [path.read_bytes()[-1] for path in sorted(folder.glob("torn-*.bin"))] == [1, 2]
    assert set_torn_end_aside(folder) is None


def test_a_damaged_record_and_all_behind_it_are_set_aside(home: Home) -> None:
    """What is there can be trusted; the pages behind are asked for again, and their bytes are kept."""
    folder = begun(home)
    records = list(scan(folder / PAGES))
    data = bytearray((folder / PAGES).read_bytes())
    data[records[3].offset + 200] ^= 1
    (folder / PAGES).write_bytes(data)
    interrupted = found(home)
    assert interrupted is not None
    assert [one.url for one, _ in interrupted.exchanges()] == URLS[:1]
    assert (folder / "torn-1.bin").read_bytes() == data[records[3].offset :]


@pytest.mark.parametrize("other", [{"languages": "en"}, {"languages": "fr en"}, {"strategy": "facets"}])
def test_another_plan_is_another_crawl(home: Home, other: dict[str, str]) -> None:
    """It stays as it is."""
    folder = begun(home, **other)
    before = (folder / PAGES).read_bytes()
    assert found(home) is None
    assert (folder / PAGES).read_bytes() == before


@pytest.mark.parametrize(("hours", "is_fresh"), [(0, True), (23.9, True), (24, False), (1000, False), (-1, True)])
def test_a_beginning_is_of_use_for_a_day(home: Home, hours: float, is_fresh: bool) -> None:
    """Also when the clock was set back meanwhile."""
    begun(home)
    assert (found(home, AT + timedelta(hours=hours)) is not None) == is_fresh


def test_the_newest_is_gone_on_with(home: Home) -> None:
    """The others stay."""
    folders = [begun(home, AT + timedelta(minutes=minute)) for minute in (0, 2, 1)]
    interrupted = found(home)
    assert interrupted is not None
    assert interrupted.folder == folders[1]
    assert all(folder.exists() for folder in folders)


def test_runs_are_counted(home: Home) -> None:
    """By the record that each of them begins with."""
    folder = begun(home)
    with WarcWriter(folder / PAGES, goes_on=True) as warc:
        write_info(warc, PLAN, AT)
    interrupted = found(home)
    assert interrupted is not None
    assert interrupted.runs == 2


@pytest.mark.parametrize("length", [None, 0, 5, 100, 10_000])
def test_a_folder_without_any_answer_is_removed(home: Home, length: int | None) -> None:
    """Killed before the first page: no file, an empty one, half of its first record, or nothing but that."""
    folder = begun(home, urls=[])
    (folder / ".crawl.json").write_text("{")
    if length is None:
        (folder / PAGES).unlink()
    else:
        (folder / PAGES).write_bytes((folder / PAGES).read_bytes()[:length])
    assert found(home) is None
    assert not folder.exists()


def test_a_folder_with_anything_of_value_is_kept(home: Home) -> None:
    """A file that somebody put there, a torn end, whole records behind a damaged one."""
    folders = [begun(home, AT - timedelta(days=day), urls=URLS[:day]) for day in (0, 1, 2)]
    (folders[0] / "torn-1.bin").write_bytes(b"half a page")
    data = bytearray((folders[2] / PAGES).read_bytes())
    data[40] ^= 1
    (folders[2] / PAGES).write_bytes(data)
    found(home, AT + timedelta(days=100))
    assert all(folder.exists() for folder in folders)


def test_an_import_that_did_not_end_is_no_crawl(home: Home) -> None:
    """It has no plan; its pages stay."""
    folder = begin_crawl(home, "sample", AT, "-import-0123456789ab")
    with WarcWriter(folder / PAGES) as warc:
        warc.write_info({"software": "practices/test", "source": "sample"}, AT)
        warc.write_page(saved_page(), is_conversion=False)
    assert found(home) is None
    assert folder.exists()


def test_pages_of_an_unfinished_crawl_are_counted(home: Home) -> None:
    """Whole ones, without robots.txt."""
    folder = begun(home, urls=["http://www.twin.test/robots.txt", *URLS])
    assert page_count(folder) == 4
    (folder / PAGES).write_bytes((folder / PAGES).read_bytes()[:-600])
    assert page_count(folder) == 3
    (folder / PAGES).unlink()
    assert page_count(folder) == 0
