"""Where records lie, and whether each is whole."""

from pathlib import Path

import pytest

from pipeline.archive.scan import CUT_SHORT, Scanned, scan, scan_at, whole_length
from pipeline.archive.warc import WarcWriter

from .samples import PAGE, exchange, write_warc

URLS = [f"http://www.twin.test/gp?page={number}" for number in range(3)]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file of seven records: information, and three times response and request."""
    path = tmp_path / "pages.warc.gz"
    write_warc(path, [exchange(url) for url in URLS])
    return path


def damaged(path: Path) -> Scanned:
    """The last record, which is not whole."""
    last = list(scan(path))[-1]
    assert last.problem is not None
    return last


def test_records_follow_each_other_without_a_gap(path: Path) -> None:
    """From the first byte to the last."""
    records = list(scan(path))
    ends = [record.offset + record.length for record in records]
    assert [record.offset for record in records] == [0, *ends[:-1]]
    assert ends[-1] == path.stat().st_size == whole_length(path)
    assert [record.number for record in records] == [1, 2, 3, 4, 5, 6, 7]


def test_a_record_can_be_had_by_its_place(path: Path) -> None:
    """The same as on the way to it; at any other byte there is none."""
    for record in scan(path):
        assert scan_at(path, record.offset).content == record.content
        assert scan_at(path, record.offset + 1).problem is not None
    assert scan_at(path, path.stat().st_size).problem == CUT_SHORT


def test_only_the_end_of_a_file_can_be_cut_short(path: Path) -> None:
    """Whatever bit of an earlier record has changed, others follow it: that is damage, and nothing is missing."""
    data = path.read_bytes()
    start, end = (record.offset for record in list(scan(path))[1:3])
    for bit in range(start * 8, end * 8, 5):
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        path.write_bytes(changed)
        problems = [record.problem for record in scan(path)]
        assert CUT_SHORT not in problems


def test_a_cut_end_is_told_from_damage(path: Path) -> None:
    """At every byte of the last record."""
    data = path.read_bytes()
    last = list(scan(path))[-1]
    for length in range(last.offset + 1, len(data)):
        path.write_bytes(data[:length])
        found = damaged(path)
        assert (found.number, found.offset, found.length) == (7, last.offset, length - last.offset)
        assert found.problem == CUT_SHORT


@pytest.mark.parametrize("garbage", [b"\0", b"garbage", PAGE, b"\x1f\x8b\x07" + b"\0" * 20])
def test_garbage_behind_the_last_record_is_damage(path: Path, garbage: bytes) -> None:
    """It was never written by a crawl."""
    size = path.stat().st_size
    with path.open("ab") as file:
        file.write(garbage)
    found = damaged(path)
    assert (found.offset, found.number, found.problem == CUT_SHORT) == (size, 8, False)
    assert whole_length(path) == size


def test_records_of_several_runs_are_one_file(path: Path) -> None:
    """What is appended stands behind what is there."""
    before = list(scan(path))
    with WarcWriter(path, goes_on=True) as warc:
        offset = warc.write_exchange(exchange(URLS[0] + "0"))
    after = list(scan(path))
    assert after[:7] == before
    assert (offset, len(after), after[-1].problem) == (after[7].offset, 9, None)
