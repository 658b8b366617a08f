"""Release folders, and the pointer to one of them."""

import errno
import hashlib
import json
import signal
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipeline.errors import LockHeldError, NotWritableError, PublishError
from pipeline.publish import Release, latest_release
from pipeline.publish.digest import table_digest
from pipeline.settings import Home

Tables = dict[str, pl.DataFrame]
Put = Callable[..., Release]
TreeDigest = Callable[[Path], str]
ROWS = (
    {"sighting_id": "a", "source_key": "1"},
    {"sighting_id": "b", "source_key": "1", "block": "map", "title": None},
    {"sighting_id": "c", "source_key": "2", "topics": ["Migration", "Telepathy"]},
    {"sighting_id": "d", "summary": "No link.", "award_year": "soon"},
)


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def release_ids(home: Home) -> list[str]:
    return [folder.name for folder in home.releases.iterdir()]


def with_title(tables: Tables, title: str | None) -> Tables:
    return {**tables, "practices": tables["practices"].with_columns(pl.lit(title, pl.String).alias("title"))}


def test_the_first_release(put: Put, home: Home, small_tables: Tables) -> None:
    """A folder named by time and content, and a relative link to it."""
    release = put(home, small_tables)
    assert release == Release(release.release_id, home.path / "curated" / "releases" / release.release_id, is_new=True)
    assert release.release_id.startswith("20261122T083005Z-")
    assert str(home.latest.readlink()) == f"releases/{release.release_id}"
    assert latest_release(home) == release.release_id


def test_the_same_tables_are_the_same_release(
    put: Put, home: Home, small_tables: Tables, tree_digest: TreeDigest
) -> None:
    """Nothing is written again, and the second one is not new."""
    first = put(home, small_tables)
    before = tree_digest(home.curated)
    second = put(home, small_tables)
    assert second == Release(first.release_id, first.folder, is_new=False)
    assert tree_digest(home.curated) == before


def test_another_home_gets_the_same_bytes(put: Put, home: Home, tmp_path: Path, small_tables: Tables) -> None:
    """No clock, no path and no chance goes into a file."""
    assert files(put(home, small_tables).folder) == files(put(Home(tmp_path / "other"), small_tables).folder)


def test_the_order_of_rows_does_not_matter(
    put: Put, home: Home, tmp_path: Path, curated: Callable[..., Tables]
) -> None:
    """The same sightings in another order are the same release, byte for byte."""
    one, other = put(home, curated(*ROWS)), put(Home(tmp_path / "other"), curated(*ROWS[::-1]))
    assert one.release_id == other.release_id
    assert files(one.folder) == files(other.folder)


@pytest.mark.parametrize("title", ["Another", None, ""])
def test_another_value_is_another_release(
    title: str | None, put: Put, home: Home, small_tables: Tables, tree_digest: TreeDigest
) -> None:
    """The old folder stays as it was, and latest moves."""
    old = put(home, with_title(small_tables, "One"))
    before = tree_digest(old.folder)
    new = put(home, with_title(small_tables, title))
    assert (new.is_new, latest_release(home)) == (True, new.release_id)
    assert new.release_id != old.release_id
    assert tree_digest(old.folder) == before


def test_no_text_is_another_release_than_an_empty_one(put: Put, home: Home, small_tables: Tables) -> None:
    """Null says that nothing was printed."""
    assert put(home, with_title(small_tables, None)).release_id != put(home, with_title(small_tables, "")).release_id


def test_the_time_of_the_newest_crawl_is_part_of_the_id(put: Put, home: Home, small_tables: Tables) -> None:
    """The same content seen later is a release of its own."""
    put(home, small_tables)
    later = put(home, small_tables, datetime(2026, 12, 1, tzinfo=UTC))
    assert (later.is_new, later.release_id[:17]) == (True, "20261201T000000Z-")


def test_an_earlier_release_can_be_latest_again(put: Put, home: Home, small_tables: Tables) -> None:
    """Its folder is there already; only the pointer moves, and that is news."""
    one, other = with_title(small_tables, "One"), with_title(small_tables, "Other")
    first = put(home, one)
    put(home, other)
    again = put(home, one)
    assert again == first
    assert latest_release(home) == first.release_id


def test_digests_in_the_record_match_the_files(release: Release) -> None:
    """Of the bytes of every file, and of the values of every table."""
    record = json.loads((release.folder / "release.json").read_text())
    for name, digest in record["files"].items():
        assert digest == f"sha256:{hashlib.sha256((release.folder / name).read_bytes()).hexdigest()}"
    for name, table in record["tables"].items():
        assert table["digest"] == table_digest(pl.read_parquet(release.folder / f"{name}.parquet"))


def test_nothing_is_left_over(release: Release) -> None:
    """Beside the releases and the pointer there is only the lock."""
    curated = release.folder.parents[1]
    assert {path.name for path in curated.iterdir()} <= {"releases", "latest", ".lock"}


def test_leftovers_of_a_killed_run_are_swept(put: Put, home: Home, small_tables: Tables) -> None:
    """Even of the very release that is published now."""
    release = put(home, small_tables)
    for name in (release.release_id, "20200101T000000Z-00000000"):
        (home.curated / f".staging-{name}").mkdir()
        (home.curated / f".staging-{name}" / "practices.parquet").write_bytes(b"PAR1")
    put(home, with_title(small_tables, "Another"))
    assert list(home.curated.glob(".staging-*")) == []


class Unwritable(pl.DataFrame):
    """A table at which the disk fails."""

    error: BaseException = OSError(errno.ENOSPC, "No space left on device")

    def write_parquet(self, *_: object, **__: object) -> None:
        raise self.error


class Overfull(Unwritable):
    """The same, as polars reports it."""

    error = pl.exceptions.ComputeError("parquet: underlying IO error: No space left on device (os error 28)")


@pytest.mark.parametrize("kind", [Unwritable, Overfull])
@pytest.mark.parametrize("name", ["practices", "changes"])
def test_a_failure_in_the_middle_leaves_latest(
    name: str, kind: type[Unwritable], put: Put, home: Home, small_tables: Tables, tree_digest: TreeDigest
) -> None:
    """The error says that latest is as it was; it is, and the next run publishes."""
    old = put(home, small_tables)
    before = tree_digest(old.folder)
    new = with_title(small_tables, "Another")
    with pytest.raises(PublishError, match=r"(?s)publish: .*No space left.*next: .*practices build"):
        put(home, {**new, name: kind(new[name])})
    assert (latest_release(home), tree_digest(old.folder)) == (old.release_id, before)
    assert release_ids(home) == [old.release_id]
    assert put(home, new).release_id == latest_release(home)
    assert list(home.curated.glob(".staging-*")) == []


CRASH = """
import os, sys
from datetime import UTC, datetime
from pathlib import Path
import polars as pl
from pipeline.publish import publish
from pipeline.settings import Home
from pipeline.tables import TABLES, empty

class Crash(pl.DataFrame):
    def write_parquet(self, *_, **__):
        os.kill(os.getpid(), 9)

tables = {name: empty(name) for name in TABLES} | {"changes": Crash(empty("changes"))}
publish(Home(Path(sys.argv[1])), tables, datetime(2027, 1, 1, tzinfo=UTC), {}, {})
"""


def test_a_killed_process_leaves_latest(
    put: Put, home: Home, small_tables: Tables, surroundings: dict[str, str]
) -> None:
    """Its half release is no release, its lock dies with it, and the next run sweeps."""
    old = put(home, small_tables)
    done = subprocess.run(
        [sys.executable, "-c", CRASH, str(home.path)], env=surroundings, capture_output=True, check=False
    )
    assert done.returncode == -signal.SIGKILL
    assert (latest_release(home), release_ids(home)) == (old.release_id, [old.release_id])
    assert len(list(home.curated.glob(".staging-20270101T000000Z-*"))) == 1
    assert put(home, with_title(small_tables, "Another")).is_new
    assert list(home.curated.glob(".staging-*")) == []


@pytest.mark.parametrize("blocked", ["home", "home/curated", "home/curated/releases"])
def test_a_file_where_a_folder_must_be(
    blocked: str, put: Put, home: Home, tmp_path: Path, small_tables: Tables
) -> None:
    """The error names it, and says how to choose another."""
    place = tmp_path / blocked
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("not a folder")
    with pytest.raises(NotWritableError) as caught:
        put(home, small_tables)
    assert caught.value.at_stage == "publish"
    assert caught.value.place.startswith(str(place))
    assert "--home" in caught.value.next_command
    assert place.read_text() == "not a folder"


def test_a_folder_where_the_pointer_must_be(put: Put, home: Home, small_tables: Tables) -> None:
    """Somebody copied a release to latest: it is theirs, and stays."""
    home.latest.mkdir(parents=True)
    (home.latest / "mine.txt").write_text("mine")
    with pytest.raises(PublishError, match="latest"):
        put(home, small_tables)
    assert (home.latest / "mine.txt").read_text() == "mine"


HOLD = """
import sys
from filelock import FileLock
with FileLock(sys.argv[1]):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_two_processes_do_not_publish_at_once(
    put: Put, home: Home, small_tables: Tables, surroundings: dict[str, str], tree_digest: TreeDigest
) -> None:
    """The second one is told to wait, and touches nothing; later it can."""
    put(home, small_tables)
    before = tree_digest(home.releases)
    command: list[Any] = [sys.executable, "-c", HOLD, home.curated / ".lock"]
    with subprocess.Popen(command, env=surroundings, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout.readline() == b"held\n"
        with pytest.raises(LockHeldError, match=r"another process is publishing here\nnext: wait"):
            put(home, with_title(small_tables, "Another"))
        assert tree_digest(home.releases) == before
        other.stdin.close()
    assert put(home, with_title(small_tables, "Another")).is_new


def test_nothing_published_has_no_latest(home: Home) -> None:
    """Not even a home is needed to ask."""
    assert latest_release(home) is None
