"""crawl.json: it says what lies beside it, and a changed byte shows."""

import json
from contextlib import suppress
from pathlib import Path

import pytest

from pipeline.archive.captures import read_captures
from pipeline.archive.crawls import begin_crawl, finish_crawl, read_crawl
from pipeline.archive.record import RECORD, read_record
from pipeline.archive.scan import scan
from pipeline.archive.warc import PAGES
from pipeline.errors import ArchiveCorruptError, NotWritableError
from pipeline.models import digest_of
from pipeline.settings import Home

from .samples import AT, exchange, write_warc


@pytest.fixture
def folder(home: Home) -> Path:
    """A finished crawl of three pages, with a torn end that was set aside."""
    folder = begin_crawl(home, "sample", AT)
    write_warc(folder / PAGES, [exchange(f"http://www.twin.test/gp?page={number}") for number in range(3)])
    (folder / "torn-1.bin").write_bytes(b"torn")
    record = {
        "crawl_id": folder.name,
        "source": "sample",
        "kind": "crawl",
        "started_at": AT.isoformat(),
        "certificate": {"verdict": "complete", "oracles": []},
        "note": "Año de implementación, \u000b\u001f 1e-07 \\ /",
        "numbers": [1, 1e-07, 1.0, -5, True, None],
    }
    finish_crawl(folder, record)
    return folder


def test_size_and_digest_of_every_file_are_stated(folder: Path) -> None:
    """What was set aside as well; crawl.json itself is not among them."""
    stated = read_record(folder)["files"]
    assert stated == {
        name: {"bytes": len(data), "digest": digest_of(data)}
        for name in (PAGES, "torn-1.bin")
        for data in [(folder / name).read_bytes()]
    }


def test_every_flipped_bit_is_noticed(folder: Path) -> None:
    """Also in blanks, in the case of an escape, and in the digest itself."""
    path = folder / RECORD
    data = path.read_bytes()
    unnoticed = []
    for bit in range(len(data) * 8):
        damaged = bytearray(data)
        damaged[bit // 8] ^= 1 << bit % 8
        path.write_bytes(damaged)
        with suppress(ArchiveCorruptError):
            read_record(folder)
            unnoticed.append(bit)
    assert unnoticed == []


def test_a_changed_value_is_noticed(folder: Path) -> None:
    """Nobody edits the record of a crawl."""
    path = folder / RECORD
    record = json.loads(path.read_text())
    record["certificate"]["verdict"] = "unknown"
    path.write_text(json.dumps(record, ensure_ascii=False, indent=2) + "\n")
    with pytest.raises(ArchiveCorruptError, match="digest"):
        read_crawl(folder)


def test_a_file_that_ends_behind_a_whole_record_is_no_crawl(folder: Path) -> None:
    """Every record of it is whole, but pages are missing."""
    path = folder / PAGES
    ends = [record.offset for record in scan(path)][1:]
    data = path.read_bytes()
    for end in ends:
        path.write_bytes(data[:end])
        with pytest.raises(ArchiveCorruptError, match="finished crawl"):
            list(read_captures(path, folder.name))


def test_a_flipped_bit_that_gzip_does_not_check_is_noticed(folder: Path) -> None:
    """The time in a member's header, for one."""
    path = folder / PAGES
    data = bytearray(path.read_bytes())
    data[5] ^= 1
    path.write_bytes(data)
    with pytest.raises(ArchiveCorruptError, match="digest of the finished crawl"):
        list(read_captures(path, folder.name))


def test_a_record_that_can_not_be_written_is_said_so(home: Home) -> None:
    """With the folder; the crawl stays unfinished."""
    folder = begin_crawl(home, "sample", AT)
    (folder / ".crawl.json").mkdir()
    with pytest.raises(NotWritableError) as caught:
        finish_crawl(folder, {"crawl_id": folder.name})
    assert caught.value.place == str(folder)
    assert not (folder / RECORD).exists()
