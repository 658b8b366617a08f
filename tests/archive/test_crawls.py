"""Crawl folders: begun, finished, listed, locked."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.archive.crawls import (
    Crawl,
    archived_sources,
    begin_crawl,
    finish_crawl,
    finished_crawls,
    read_crawl,
    source_lock,
    unfinished_crawls,
)
from pipeline.archive.warc import PAGES
from pipeline.errors import ArchiveCorruptError, LockHeldError, NotWritableError
from pipeline.models import CrawlKind, Verdict
from pipeline.settings import Home

from .samples import AT

HOLD = """
import sys
from pathlib import Path
from pipeline.archive.crawls import source_lock
from pipeline.settings import Home

with source_lock(Home(Path(sys.argv[1])), "sample"):
    print("held", flush=True)
    sys.stdin.read()
"""


def record_of(folder: Path, started_at: datetime = AT, **changes: Any) -> dict[str, Any]:
    """What a crawl.json says at least."""
    return {
        "crawl_id": folder.name,
        "source": folder.parent.name,
        "kind": "crawl",
        "started_at": started_at.isoformat(),
        "certificate": {"verdict": "complete", "oracles": []},
        **changes,
    }


def crawl(home: Home, started_at: datetime = AT, source: str = "sample", **changes: Any) -> Path:
    """A finished crawl's folder."""
    folder = begin_crawl(home, source, started_at)
    finish_crawl(folder, record_of(folder, started_at, **changes))
    return folder


@contextmanager
def another_process(home: Home) -> Iterator[subprocess.Popen[str]]:
    """A real second process that holds the lock of `sample`."""
    command = [sys.executable, "-c", HOLD, str(home.path)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == "held\n"
            yield process
        finally:
            process.kill()


def test_a_crawl_is_named_by_time_and_source(home: Home) -> None:
    """So that names sort by time; the home is made on the way."""
    assert begin_crawl(home, "sample", AT) == home.path / "raw" / "sample" / "20260301T123045Z-sample"


def test_two_crawls_of_one_second_have_names_of_their_own(home: Home) -> None:
    """A folder is never shared."""
    names = [begin_crawl(home, "sample", AT, "-import-abc").name for _ in range(3)]
    stem = "20260301T123045Z-sample-import-abc"
    assert names == [stem, f"{stem}-2", f"{stem}-3"]


def test_an_unfinished_crawl_is_not_listed(home: Home) -> None:
    """Whatever pages it has: without crawl.json nothing is read from it."""
    folder = begin_crawl(home, "sample", AT)
    (folder / PAGES).write_bytes(b"pages")
    (folder / ".crawl.json").write_text("{}", encoding="utf-8")
    assert (finished_crawls(home, "sample"), archived_sources(home)) == ([], [])
    assert unfinished_crawls(home, "sample") == [folder]


def test_finishing_makes_it_count(home: Home) -> None:
    """The record comes back with everything that was put in, and no draft of it stays behind."""
    folder = begin_crawl(home, "sample", AT)
    record = record_of(folder, title="Año de implementación")
    finish_crawl(folder, record)
    found = read_crawl(folder)
    assert finished_crawls(home, "sample") == [found]
    assert found == Crawl(folder.name, "sample", CrawlKind.CRAWL, AT, Verdict.COMPLETE, folder, found.record)
    assert {name: found.record[name] for name in record} == record
    assert found.pages_path == folder / PAGES
    assert unfinished_crawls(home, "sample") == []
    assert [path.name for path in folder.iterdir()] == ["crawl.json"]


def test_a_finish_that_fails_leaves_the_crawl_unfinished(home: Home) -> None:
    """A record that can not be written is no half-written crawl.json."""
    folder = begin_crawl(home, "sample", AT)
    with pytest.raises(TypeError):
        finish_crawl(folder, record_of(folder, pages={"a set"}))
    assert unfinished_crawls(home, "sample") == [folder]
    assert not (folder / "crawl.json").exists()


def test_crawls_are_listed_oldest_first(home: Home) -> None:
    """By the time at which they began; those of one moment by name."""
    times = [AT + timedelta(days=day) for day in (2, 0, 1, 0)]
    folders = [crawl(home, time) for time in times]
    order = [folders[1], folders[3], folders[2], folders[0]]
    assert [found.folder for found in finished_crawls(home, "sample")] == order


def test_sources_with_a_finished_crawl_are_listed(home: Home) -> None:
    """Sorted by name, each once."""
    for source in ("sample", "issa", "sample"):
        crawl(home, source=source)
    begin_crawl(home, "begun", AT)
    assert archived_sources(home) == ["issa", "sample"]


def test_a_home_without_raw_has_nothing(home: Home) -> None:
    """And asking for it makes no folder."""
    assert (finished_crawls(home, "sample"), unfinished_crawls(home, "sample"), archived_sources(home)) == ([], [], [])
    assert not home.path.exists()


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "null",
        "{}",
        '"text"',
        json.dumps({**record_of(Path("sample/c")), "kind": "walk"}),
        json.dumps({**record_of(Path("sample/c")), "started_at": "yesterday"}),
        json.dumps({**record_of(Path("sample/c")), "started_at": None}),
        json.dumps({**record_of(Path("sample/c")), "certificate": None}),
        json.dumps({**record_of(Path("sample/c")), "certificate": {"verdict": "maybe"}}),
    ],
)
def test_a_damaged_crawl_record_is_named(home: Home, content: str) -> None:
    """Never skipped in silence."""
    folder = begin_crawl(home, "sample", AT)
    (folder / "crawl.json").write_text(content, encoding="utf-8")
    with pytest.raises(ArchiveCorruptError) as caught:
        finished_crawls(home, "sample")
    assert caught.value.place == str(folder / "crawl.json")


def test_a_crawl_record_that_is_no_text_is_named(home: Home) -> None:
    """The same for bytes that are no UTF-8."""
    folder = begin_crawl(home, "sample", AT)
    (folder / "crawl.json").write_bytes(b"\xff\xfe{")
    with pytest.raises(ArchiveCorruptError, match=r"crawl\.json"):
        finished_crawls(home, "sample")


def test_a_second_process_is_refused_while_the_first_is_at_work(home: Home) -> None:
    """At once, with the folder and the source; other sources are free."""
    with another_process(home):
        with pytest.raises(LockHeldError) as caught, source_lock(home, "sample"):
            pass
        assert caught.value.place == str(home.crawls("sample"))
        assert "sample" in caught.value.cause
        with source_lock(home, "issa"):
            pass


def test_a_lock_ends_with_its_block(home: Home) -> None:
    """Also when the block fails; the lock's file may stay."""
    with pytest.raises(ZeroDivisionError), source_lock(home, "sample"):
        _ = 1 / 0
    with source_lock(home, "sample"):
        pass


def test_a_lock_dies_with_its_process(home: Home) -> None:
    """A killed crawl does not bar the next one."""
    with another_process(home) as process:
        process.kill()
        process.wait()
        with source_lock(home, "sample"):
            pass


def test_the_lock_is_no_crawl(home: Home) -> None:
    """Its file stands among the crawls' folders."""
    with source_lock(home, "sample"):
        assert (finished_crawls(home, "sample"), unfinished_crawls(home, "sample")) == ([], [])


@pytest.mark.parametrize("blocked", [".", "raw", "raw/sample"])
def test_a_file_in_place_of_a_folder_is_named(home: Home, blocked: str) -> None:
    """Neither a lock nor a crawl can be made there; the message says how to choose another home."""
    place = home.path / blocked
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("no folder", encoding="utf-8")
    with pytest.raises(NotWritableError) as caught, source_lock(home, "sample"):
        pass
    assert "--home" in caught.value.next_command
    with pytest.raises(NotWritableError) as caught:
        begin_crawl(home, "sample", datetime(2026, 1, 1, tzinfo=UTC))
    assert caught.value.place.startswith(str(home.crawls("sample")))


def test_a_folder_in_place_of_the_lock_is_named(home: Home) -> None:
    """Whatever stands in the way, it is no traceback."""
    (home.crawls("sample") / ".lock").mkdir(parents=True)
    with pytest.raises(NotWritableError), source_lock(home, "sample"):
        pass
