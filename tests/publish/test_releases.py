"""List, pin, roll back, prune: as functions, and on the real command line."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipeline.errors import PublishError, ReleaseDamagedError, UsageError
from pipeline.publish import Release, latest_release
from pipeline.publish.releases import (
    check_curated,
    earlier_releases,
    list_releases,
    pin,
    pins,
    prunable,
    prune,
    release_ids,
    rollback,
    unpin,
)
from pipeline.settings import Home

from .trap import EVENTS, Trap

Tables = dict[str, pl.DataFrame]
Put = Callable[..., Release]
DAYS = [datetime(2026, 11, day, tzinfo=UTC) for day in (1, 2, 3, 4)]


@pytest.fixture
def four(put: Put, home: Home, small_tables: Tables) -> list[str]:
    """Ids of four releases, of one day each."""
    return [put(home, small_tables, day).release_id for day in DAYS]


def test_the_list_says_what_there_is(four: list[str], home: Home, small_tables: Tables) -> None:
    """Oldest first: id, time, rows, which one is latest and which ones are pinned."""
    pin(home, four[1], "quoted in a report")
    listed = list_releases(home)
    assert [(found.release_id, found.newest_crawl_at) for found in listed] == list(zip(four, DAYS, strict=True))
    assert [found.is_latest for found in listed] == [False, False, False, True]
    assert [found.pin for found in listed] == [None, "quoted in a report", None, None]
    assert {found.rows["practices"] for found in listed} == {small_tables["practices"].height}


def test_nothing_is_a_list_too(home: Home) -> None:
    """Looking makes no folder."""
    assert (list_releases(home), prunable(home, 1), list(check_curated(home))) == ([], [], [])
    assert not home.path.exists()


def test_a_damaged_release_is_listed_with_its_problem(four: list[str], home: Home) -> None:
    """It is not left out, and the others are there."""
    (home.releases / four[0] / "release.json").write_text("{}")
    first, *others = list_releases(home)
    assert (first.release_id, first.rows, first.problem) == (
        four[0],
        {},
        "the record does not have the digest that it states",
    )
    assert [found.problem for found in others] == [None, None, None]


def test_rolling_back_moves_the_pointer_and_nothing_else(
    four: list[str], home: Home, put: Put, small_tables: Tables, tree_digest: Callable[[Path], str]
) -> None:
    """A later build publishes as usual: the same tables make the same release latest again."""
    before = tree_digest(home.releases)
    rollback(home, four[1])
    assert (latest_release(home), tree_digest(home.releases)) == (four[1], before)
    assert put(home, small_tables, DAYS[3]) == Release(four[3], home.releases / four[3], is_new=True)
    assert latest_release(home) == four[3]


def test_there_is_no_rolling_back_to_damage(four: list[str], home: Home) -> None:
    """Every byte is looked at before the pointer moves."""
    path = home.releases / four[1] / "merges.parquet"
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ReleaseDamagedError, match=r"merges\.parquet: the file does not have the digest"):
        rollback(home, four[1])
    assert latest_release(home) == four[3]


@pytest.mark.parametrize("act", [rollback, unpin, lambda home, name: pin(home, name, "why")])
@pytest.mark.parametrize("name", ["20200101T000000Z-00000000", "..", "latest"])
def test_a_release_that_is_not_there(act: Callable[[Home, str], None], name: str, four: list[str], home: Home) -> None:
    """Wrong usage, whatever is wanted of it."""
    with pytest.raises(UsageError, match="practices releases list"):
        act(home, name)
    assert (latest_release(home), pins(home)) == (four[3], {})


def test_pruning_keeps_the_newest_the_pinned_and_the_latest(four: list[str], home: Home) -> None:
    """And says what it removes."""
    pin(home, four[0], "quoted")
    rollback(home, four[1])
    assert prunable(home, 1) == [four[2]]
    assert prune(home, 1) == [four[2]]
    assert release_ids(home) == [four[0], four[1], four[3]]
    unpin(home, four[0])
    assert prune(home, 1) == [four[0]]
    assert (release_ids(home), list(check_curated(home))) == ([four[1], four[3]], [])


def test_a_failure_while_pruning_leaves_whole_releases(four: list[str], home: Home) -> None:
    """A release is moved away in one step before it is removed; what is left of it is swept."""
    trap = Trap(lambda steps: steps[-1].startswith("remove .staging-"), EVENTS["I/O error"])
    with pytest.raises(PublishError, match="Input/output error"):
        prune(home, 2, disk=trap)
    assert release_ids(home) == four[1:]
    assert prune(home, 2) == [four[1]]
    assert list(home.curated.glob(".staging-*")) == []


@pytest.mark.parametrize("kind", ["disk full", "I/O error"])
@pytest.mark.parametrize("step", ["write", "sync", "rename"])
def test_a_failure_while_pinning_leaves_the_pins(kind: str, step: str, four: list[str], home: Home) -> None:
    """All of them, or none of the new ones."""
    pin(home, four[0], "one")
    trap = Trap(lambda steps: steps[-1] == f"{step} .staging-pins.json", EVENTS[kind])
    with pytest.raises(PublishError):
        pin(home, four[1], "two", disk=trap)
    assert pins(home) == {four[0]: "one"}
    pin(home, four[1], "two")
    assert pins(home) == {four[0]: "one", four[1]: "two"}


def test_changed_pins_prune_nothing(four: list[str], home: Home) -> None:
    """A reason that somebody edited by hand is found, and everything stays."""
    pin(home, four[0], "one")
    path = home.curated / "pins.json"
    path.write_text(path.read_text().replace("one", "two"))
    with pytest.raises(ReleaseDamagedError, match="this is no file of pins"):
        prune(home, 1)
    assert release_ids(home) == four
    assert [flaw.problem for flaw in check_curated(home)] == ["this is no file of pins"]


def test_earlier_releases_end_with_the_one_in_force(four: list[str], home: Home) -> None:
    """Later crawls do not count, nor does what was rolled back."""

    def ids(until: datetime) -> list[str]:
        return [record["release_id"] for record in earlier_releases(home, until)]

    assert ids(DAYS[3] + timedelta(days=1)) == four
    assert ids(DAYS[2]) == four[:3]
    assert ids(DAYS[0] - timedelta(days=1)) == []
    rollback(home, four[1])
    assert ids(DAYS[3]) == four[:2]


def test_a_pointer_to_no_release_teaches_nothing(four: list[str], home: Home) -> None:
    """It is said, and how to get out of it."""
    (home.releases / "copy").mkdir()
    home.latest.unlink()
    home.latest.symlink_to("releases/copy")
    with pytest.raises(ReleaseDamagedError, match="it points to copy, which is no release\nnext: practices releases"):
        earlier_releases(home, DAYS[3])


def test_the_commands(four: list[str], home: Home, practices: Callable[..., Any]) -> None:
    """Each does what its function does; a machine gets it as data, and a person in a line."""
    at = home.path
    assert practices(at, "releases", "pin", four[0], "--reason", "quoted", "--json").data["pin"] == "quoted"
    assert practices(at, "releases", "rollback", four[1], "--json").data == {"latest": four[1]}
    listed = practices(at, "releases", "list", "--json").data["releases"]
    assert [(found["release_id"], found["is_latest"], found["pin"]) for found in listed] == [
        (four[0], False, "quoted"),
        (four[1], True, None),
        (four[2], False, None),
        (four[3], False, None),
    ]
    dry = practices(at, "releases", "prune", "--keep", "1", "--dry-run", "--json").data
    assert (dry, len(release_ids(home))) == ({"removed": [four[2]], "is_dry_run": True}, 4)
    done = practices(at, "releases", "prune", "--keep", "1")
    assert (done.code, done.out, done.err) == (0, "", f"removed: {four[2]}\n")
    assert practices(at, "releases", "unpin", four[0]).err == f"{four[0]} is not pinned any more\n"
    assert practices(at, "releases", "unpin", four[0]).code == 2
    assert practices(at, "releases", "prune", "--keep", "0").code == 2
