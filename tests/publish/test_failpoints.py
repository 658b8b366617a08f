"""Every step of publishing fails, in every way: the old release is untouched, and what latest names is whole."""

import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from fnmatch import fnmatch
from pathlib import Path

import polars as pl
import pytest

from pipeline.errors import LockHeldError, NotWritableError, PracticesError, PublishError, ReleaseDamagedError
from pipeline.publish import Release, latest_release
from pipeline.publish.disk import Disk
from pipeline.publish.releases import pin, prune, release_ids, rollback
from pipeline.publish.scrub import check_release
from pipeline.settings import Home

from .trap import EVENTS, Trap

Tables = dict[str, pl.DataFrame]
Put = Callable[..., Release]
TreeDigest = Callable[[Path], str]
# Some step of each sort, the first and the last ones among them, as Trap spells them.
STEPS = (
    "make_folder .staging-*",
    "write practices.parquet",
    "sync practices.parquet",
    "write changes.parquet",
    "write release.json",
    "sync release.json",
    "sync .staging-*",
    "rename .staging-*",
    "sync releases",
    "remove .latest",
    "link .latest",
    "rename .latest",
    "sync curated",
)


def titled(tables: Tables, title: str) -> Tables:
    return {**tables, "practices": tables["practices"].with_columns(pl.lit(title).alias("title"))}


def is_whole(home: Home) -> bool:
    name = latest_release(home)
    return name is not None and check_release(home.releases / name).flaws == ()


def steps_of_publishing(put: Put, home: Home, tables: Tables) -> list[str]:
    trap = Trap(lambda _steps: False, EVENTS["exception"])
    put(home, tables, disk=trap)
    return [step if ".staging-" not in step else step.split("-")[0] + "-*" for step in trap.steps]


def test_the_steps_are_known(put: Put, home: Home, small_tables: Tables) -> None:
    """The names that the killing test uses are real ones, and the pointer is replaced after everything else."""
    put(home, titled(small_tables, "Old"))
    steps = steps_of_publishing(put, home, small_tables)
    assert set(STEPS) <= set(steps)
    assert steps[-4:] == ["remove .latest", "link .latest", "rename .latest", "sync curated"]
    written = [step.removeprefix("write ") for step in steps if step.startswith("write ")]
    assert all(steps.index(f"write {name}") < steps.index(f"sync {name}") for name in written)
    assert steps.index("sync release.json") < steps.index("sync .staging-*") < steps.index("rename .staging-*")


@pytest.mark.parametrize("kind", EVENTS)
def test_a_failure_at_any_step_leaves_whole_releases(
    kind: str, put: Put, home: Home, small_tables: Tables, tree_digest: TreeDigest
) -> None:
    """A typed error for whatever a disk does; the old release is untouched; the next run goes on as if nothing was."""
    error = {"exception": RuntimeError, "read-only": NotWritableError}.get(kind, PublishError)
    old = put(home, titled(small_tables, "Old"))
    before = tree_digest(old.folder)
    for number, step in enumerate(STEPS):
        trap = Trap(lambda steps, due=step: fnmatch(steps[-1], due), EVENTS[kind])
        with pytest.raises(error):
            put(home, titled(small_tables, f"{kind} {number}"), disk=trap)
        assert tree_digest(old.folder) == before
        # Only the very last step comes after the pointer.
        assert (latest_release(home) == old.release_id) == (step != STEPS[-1])
    assert all(check_release(home.releases / name).flaws == () for name in release_ids(home))
    last = put(home, titled(small_tables, "Last"))
    assert latest_release(home) == last.release_id
    assert list(home.curated.glob(".staging-*")) == []


KILL = """
import sys
from datetime import datetime
from fnmatch import fnmatch
from pathlib import Path
sys.path.insert(0, sys.argv[3])
from trap import Trap, kill
from pipeline.publish import publish
from pipeline.settings import Home
from pipeline.tables import TABLES, empty

disk = Trap(lambda steps: fnmatch(steps[-1], sys.argv[2]), kill)
publish(Home(Path(sys.argv[1])), {name: empty(name) for name in TABLES}, datetime(2027, 1, 1), {}, {}, disk)
"""


@pytest.mark.parametrize("step", STEPS)
def test_a_kill_at_any_step_leaves_whole_releases(
    step: str, put: Put, home: Home, small_tables: Tables, surroundings: dict[str, str], tree_digest: TreeDigest
) -> None:
    """The lock dies with the process, leftovers are swept, and what latest names is whole all the time."""
    old = put(home, titled(small_tables, "Old"))
    before = tree_digest(old.folder)
    command = [sys.executable, "-c", KILL, str(home.path), step, str(Path(__file__).parent)]
    done = subprocess.run(command, env=surroundings, capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert (is_whole(home), tree_digest(old.folder)) == (True, before)
    assert (latest_release(home) == old.release_id) == (step != "sync curated")
    again = put(home, small_tables)
    assert (latest_release(home), is_whole(home)) == (again.release_id, True)
    assert list(home.curated.glob(".staging-*")) == []


def test_a_full_disk_is_named_with_file_and_cause(put: Put, home: Home, small_tables: Tables) -> None:
    """So that a person knows which disk."""
    trap = Trap(lambda steps: steps[-1] == "write editions.parquet", EVENTS["disk full"])
    with pytest.raises(PublishError, match=r"editions\.parquet: writing failed: No space left on device\nnext: mend"):
        put(home, small_tables, disk=trap)


class Lying(Disk):
    """A disk that changes one bit of what it writes, and says nothing."""

    def write(self, path: Path, data: bytes | memoryview) -> None:
        """Write something else."""
        changed = bytearray(data)
        if path.name == "practices.parquet":
            changed[len(changed) // 3] ^= 1
        super().write(path, bytes(changed))


def test_what_can_not_be_read_back_is_not_published(put: Put, home: Home, small_tables: Tables) -> None:
    """The file is read again before anybody else can."""
    old = put(home, titled(small_tables, "Old"))
    with pytest.raises(
        PublishError, match=r"practices\.parquet: (reading it back failed|[a-zA-Z ]+ does not (read|hold) what was)"
    ):
        put(home, small_tables, disk=Lying())
    assert (latest_release(home), is_whole(home)) == (old.release_id, True)


@pytest.mark.parametrize("harm", ["cut", "remove", "add", "record"])
def test_a_damaged_release_of_the_same_id_is_not_pointed_to(
    harm: str, put: Put, home: Home, small_tables: Tables
) -> None:
    """It is there already, but is not what was written: somebody must look at it first."""
    wrong, right = put(home, small_tables), put(home, titled(small_tables, "Other"))
    path = wrong.folder / ("release.json" if harm == "record" else "merges.parquet")
    if harm == "remove":
        path.unlink()
    elif harm == "add":
        (wrong.folder / "notes.txt").write_text("mine")
    else:
        path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ReleaseDamagedError, match=r"next: restore it from a backup, or move"):
        put(home, small_tables)
    assert latest_release(home) == right.release_id


class Waiting(Disk):
    """A disk that stops before the pointer is replaced.

    Args:
        here: Set when it is reached.
        go: Waited for.
    """

    def __init__(self, here: threading.Event, go: threading.Event) -> None:
        self.here, self.go = here, go

    def link(self, path: Path, target: Path) -> None:
        """Wait, then do it."""
        self.here.set()
        self.go.wait(60)
        super().link(path, target)


def test_of_two_publishers_one_wins(put: Put, home: Home, small_tables: Tables) -> None:
    """The other one is told so by a typed error, as is whoever wants to roll back, pin or prune meanwhile."""
    old = put(home, titled(small_tables, "Old"))
    here, go = threading.Event(), threading.Event()
    winner = threading.Thread(
        target=put, args=(home, titled(small_tables, "Winner")), kwargs={"disk": Waiting(here, go)}
    )
    winner.start()
    try:
        assert here.wait(60)
        for attempt in (
            lambda: put(home, titled(small_tables, "Loser")),
            lambda: rollback(home, old.release_id),
            lambda: pin(home, old.release_id, "mine"),
            lambda: prune(home, 1),
        ):
            with pytest.raises(LockHeldError, match="another process is publishing here") as caught:
                attempt()
            assert caught.value.exit_code == 1
        assert latest_release(home) == old.release_id
    finally:
        go.set()
        winner.join()
    titles = pl.read_parquet(home.latest / "practices.parquet")["title"].unique().to_list()
    assert (titles, is_whole(home), len(release_ids(home))) == (["Winner"], True, 2)


def test_publishing_sweeps_nothing_that_is_pointed_to_or_pinned(put: Put, home: Home, small_tables: Tables) -> None:
    """Only folders with the name of a leftover go."""
    pinned = put(home, titled(small_tables, "Pinned"), datetime(2020, 1, 1, tzinfo=UTC))
    pin(home, pinned.release_id, "quoted in a report")
    put(home, small_tables)
    (home.curated / ".staging-20200101T000000Z-00000000").mkdir()
    (home.curated / "notes").mkdir()
    put(home, titled(small_tables, "New"))
    assert {path.name for path in home.curated.iterdir()} == {".lock", "latest", "notes", "pins.json", "releases"}
    assert len(release_ids(home)) == 3
    assert issubclass(LockHeldError, PracticesError)


@pytest.mark.parametrize("step", ["make_folder releases", "sync curated", "sync home"])
def test_a_failure_of_the_very_first_steps(step: str, put: Put, home: Home, small_tables: Tables) -> None:
    """There is no release yet, and none is pointed to; the next run publishes."""
    home.path.mkdir()
    with pytest.raises(PublishError, match="No space left on device"):
        put(home, small_tables, disk=Trap(lambda steps: steps[-1] == step, EVENTS["disk full"]))
    assert (latest_release(home), release_ids(home)) == (None, [])
    assert put(home, small_tables).is_new
