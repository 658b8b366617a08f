"""Every damage is named: the file, the byte, the record."""

import random
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.archive.crawls import begin_crawl, finish_crawl
from pipeline.archive.originals import originals_of
from pipeline.archive.record import RECORD
from pipeline.archive.scan import scan
from pipeline.archive.scrub import Damage, scrub
from pipeline.archive.warc import PAGES, WarcWriter
from pipeline.settings import Home

from .samples import AT, INFO, PAGE, exchange, saved_page, write_warc

URLS = [f"http://www.twin.test/gp?page={number}" for number in range(6)]
HEADERS = [
    ("Content-Type", "text/html"),
    ("ETag", '"1"'),
    ("Last-Modified", "Tue, 14 Nov 2023 22:13:20 GMT"),
]


def finish(folder: Path) -> Path:
    """Write crawl.json."""
    record = {
        "crawl_id": folder.name,
        "source": "sample",
        "kind": "crawl",
        "started_at": AT.isoformat(),
        "certificate": {"verdict": "complete", "oracles": []},
    }
    finish_crawl(folder, record)
    return folder


@pytest.fixture
def crawl(home: Home) -> Path:
    """A finished crawl."""
    folder = begin_crawl(home, "sample", AT)
    write_warc(folder / PAGES, [exchange(url, PAGE + url.encode(), gzipped=True, headers=HEADERS) for url in URLS])
    return finish(folder)


@pytest.fixture
def unfinished(home: Home) -> Path:
    """A crawl that was killed."""
    folder = begin_crawl(home, "sample", AT)
    write_warc(folder / PAGES, [exchange(url) for url in URLS])
    return folder


def test_a_whole_crawl_has_no_damage(crawl: Path) -> None:
    """Records and bytes are counted."""
    found = scrub(crawl)
    assert (found.is_finished, found.is_cut_short, found.record_count, found.damages) == (True, False, 13, ())
    assert found.byte_count == sum(path.stat().st_size for path in crawl.iterdir())


def test_an_import_has_no_damage(home: Home) -> None:
    """Its records are of other kinds."""
    folder = begin_crawl(home, "sample", AT, "-import-0123456789ab")
    with WarcWriter(folder / PAGES) as warc:
        warc.write_info(INFO, AT)
        warc.write_page(saved_page(), is_conversion=False)
        warc.write_page(saved_page("file:///page.txt", b"Topic:", "text/plain"), is_conversion=True)
    found = scrub(finish(folder))
    assert (found.record_count, found.damages) == (3, ())


def test_every_flipped_bit_of_the_pages_is_found_in_its_record(crawl: Path) -> None:
    """Five hundred at random, those that gzip does not check included: byte and number of the very record."""
    path = crawl / PAGES
    data = path.read_bytes()
    records = list(scan(path))
    chance = random.Random(20)
    headers = [record.offset * 8 + bit for record in records for bit in range(32, 80, 7)]
    for bit in [*chance.sample(range(len(data) * 8), 500), *headers]:
        damaged = bytearray(data)
        damaged[bit // 8] ^= 1 << bit % 8
        path.write_bytes(damaged)
        (hit,) = [one for one in records if one.offset <= bit // 8 < one.offset + one.length]
        (damage,) = scrub(crawl).damages
        assert (damage.path, damage.offset, damage.record) == (path, hit.offset, hit.number)


def test_a_cut_end_of_a_finished_crawl_is_damage(crawl: Path) -> None:
    """At every 37th byte, between two records too: the place at which something is missing."""
    path = crawl / PAGES
    data = path.read_bytes()
    records = list(scan(path))
    for length in sorted({*range(0, len(data), 37), *(record.offset for record in records)}):
        path.write_bytes(data[:length])
        (damage,) = scrub(crawl).damages
        number = 1 + sum(record.offset + record.length <= length for record in records)
        if length:
            assert (damage.offset, damage.record) == (records[number - 1].offset, number)


def test_records_too_many_are_damage(crawl: Path) -> None:
    """A finished crawl is never written to."""
    size = (crawl / PAGES).stat().st_size
    with WarcWriter(crawl / PAGES, goes_on=True) as warc:
        warc.write_exchange(exchange())
    (damage,) = scrub(crawl).damages
    assert (damage.offset, damage.record) == (size, 14)


def test_a_missing_file_is_damage(crawl: Path) -> None:
    """By its name."""
    (crawl / PAGES).unlink()
    assert [damage.path for damage in scrub(crawl).damages] == [crawl / PAGES]


def test_a_damaged_record_of_the_crawl_is_damage(crawl: Path) -> None:
    """The pages are looked at all the same."""
    (crawl / RECORD).write_text("{}")
    data = bytearray((crawl / PAGES).read_bytes())
    data[100] ^= 1
    (crawl / PAGES).write_bytes(data)
    assert {(damage.path.name, damage.record) for damage in scrub(crawl).damages} == {(RECORD, None), (PAGES, 1)}


def test_what_was_set_aside_is_looked_at(crawl: Path) -> None:
    """It is evidence like the rest."""
    (crawl / RECORD).unlink()
    (crawl / "torn-1.bin").write_bytes(b"torn")
    finish(crawl)
    (crawl / "torn-1.bin").write_bytes(b"torn!")
    cause = "the file has 5 bytes, not the 4 of the finished crawl"
    assert scrub(crawl).damages == (Damage(crawl / "torn-1.bin", None, None, cause),)


def test_a_renamed_crawl_is_damage(crawl: Path) -> None:
    """Other crawls refer to it by its name."""
    moved = crawl.rename(crawl.with_name("20200101T000000Z-sample"))
    assert [(damage.path, damage.offset) for damage in scrub(moved).damages] == [(moved / RECORD, None)]


def test_every_revisit_without_its_page_is_damage(home: Home, crawl: Path) -> None:
    """Each by its own place in the crawl that refers to it."""
    folder = begin_crawl(home, "sample", AT)
    originals = originals_of(crawl / PAGES)
    with WarcWriter(folder / PAGES) as warc:
        warc.write_info(INFO, AT)
        offsets = [
            warc.write_revisit(replace(exchange(url, b"", status=304), response_headers=()), originals[url].headers())
            for url in URLS
        ]
    finish(folder)
    assert scrub(folder).damages == ()
    (crawl / PAGES).unlink()
    assert [(damage.offset, damage.record) for damage in scrub(folder).damages] == list(
        zip(offsets, range(2, 14, 2), strict=True)
    )


def test_a_cut_end_of_an_unfinished_crawl_is_none(unfinished: Path) -> None:
    """The next run mends it; it is said, though."""
    path = unfinished / PAGES
    path.write_bytes(path.read_bytes()[:-20])
    found = scrub(unfinished)
    assert (found.is_finished, found.is_cut_short, found.record_count, found.damages) == (False, True, 12, ())


def test_any_other_damage_of_an_unfinished_crawl_is_damage(unfinished: Path) -> None:
    """Something has changed what was written."""
    path = unfinished / PAGES
    third = list(scan(path))[2]
    data = bytearray(path.read_bytes())
    data[third.offset + 60] ^= 4
    path.write_bytes(data)
    found = scrub(unfinished)
    assert [(damage.offset, damage.record) for damage in found.damages] == [(third.offset, 3)]
    assert not found.is_cut_short


def test_an_unfinished_crawl_without_pages_is_no_damage(home: Home) -> None:
    """It was killed before its first byte."""
    found = scrub(begin_crawl(home, "sample", AT))
    assert (found.is_finished, found.record_count, found.damages) == (False, 0, ())
