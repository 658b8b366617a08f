"""All releases of a home: list, pin, roll back, prune. Every change holds the one lock of curated/."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pipeline.errors import ReleaseDamagedError, UsageError
from pipeline.publish.disk import STAGING, Disk, curating, latest_release, point, write_durably
from pipeline.publish.scrub import Flaw, check_pointer, read_release, refuse_damaged
from pipeline.seal import is_sealed, sealed
from pipeline.settings import Home

_LIST = "practices releases list"
_ID = re.compile(r"\d{8}T\d{6}Z-[0-9a-f]{8}")
_STAMP = "%Y%m%dT%H%M%SZ"


@dataclass(frozen=True, slots=True)
class Listed:
    """A release among others.

    Attributes:
        release_id: Its id.
        newest_crawl_at: Start of the newest crawl that went in, from the id.
        rows: Rows of every table; empty when its record is damaged.
        is_latest: Whether curated/latest points to it.
        pin: Why it is kept, None when it is not pinned.
        accepted: Why it was published in spite of a gate, None when none was closed.
        problem: What is wrong with its record.
    """

    release_id: str
    newest_crawl_at: datetime
    rows: dict[str, int]
    is_latest: bool
    pin: str | None
    accepted: str | None = None
    problem: str | None = None


def release_ids(home: Home) -> list[str]:
    """Return the ids of all release folders, oldest crawl first."""
    if not home.releases.is_dir():
        return []
    return sorted(path.name for path in home.releases.iterdir() if path.is_dir() and _ID.fullmatch(path.name))


def list_releases(home: Home) -> list[Listed]:
    """Return all releases, oldest crawl first.

    Raises:
        ReleaseDamagedError: The pins can not be read.
    """
    latest, pinned = latest_release(home), pins(home)
    return [_listed(home, name, latest, pinned.get(name)) for name in release_ids(home)]


def earlier_releases(home: Home, until: datetime) -> list[dict[str, Any]]:
    """Return the records of releases that a new one can be compared with, oldest first, the one in force last.

    A release that was rolled back is none of them: it is newer than the one in force.

    Args:
        home: The home.
        until: Start of the newest crawl of the new release; later ones do not count.

    Raises:
        ReleaseDamagedError: One of them is not what was written.
    """
    latest = latest_release(home)
    if latest is None:
        return []
    if latest not in release_ids(home):
        cause = f"it points to {latest}, which is no release"
        raise ReleaseDamagedError(str(home.latest), cause, "practices releases rollback ID, with an id of the list")
    end = min(_time_of(latest), until.replace(microsecond=0))
    names = [name for name in release_ids(home) if _time_of(name) <= end]
    return [read_release(home.releases / name) for name in sorted(names, key=lambda name: (name == latest, name))]


def pins(home: Home) -> dict[str, str]:
    """Return the reason of every pin by release id.

    Raises:
        ReleaseDamagedError: The file of pins is not what was written.
    """
    path = _pins_file(home)
    if not path.exists():
        return {}
    try:
        data = path.read_bytes()
        record = json.loads(data)
        is_whole = is_sealed(record, data)
    except (OSError, ValueError):
        is_whole = False
    if not is_whole:
        raise ReleaseDamagedError(
            str(path), "this is no file of pins", "restore it from a backup, or remove it and pin again"
        )
    return dict(record["pins"])


def pin(home: Home, release_id: str, reason: str, disk: Disk | None = None) -> None:
    """Keep a release from being pruned.

    Raises:
        UsageError: There is no such release.
        PublishError, LockHeldError, NotWritableError: It could not be written down.
    """
    disk = disk or Disk()
    _refuse_unknown(home, release_id)
    with curating(home, disk):
        _write_pins(home, {**pins(home), release_id: reason}, disk)


def unpin(home: Home, release_id: str, disk: Disk | None = None) -> None:
    """Let a release be pruned again.

    Raises:
        UsageError: It is not pinned.
        PublishError, LockHeldError, NotWritableError: It could not be written down.
    """
    disk = disk or Disk()
    with curating(home, disk):
        pinned = pins(home)
        if release_id not in pinned:
            raise UsageError(release_id, "this release is not pinned", _LIST)
        _write_pins(home, {name: reason for name, reason in pinned.items() if name != release_id}, disk)


def rollback(home: Home, release_id: str, disk: Disk | None = None) -> None:
    """Point curated/latest to another release that is there, after a look at every byte of it.

    Raises:
        UsageError: There is no such release.
        ReleaseDamagedError: It is not what was written.
        PublishError, LockHeldError, NotWritableError: The pointer could not be replaced.
    """
    disk = disk or Disk()
    _refuse_unknown(home, release_id)
    with curating(home, disk):
        refuse_damaged(home.releases / release_id)
        if latest_release(home) != release_id:
            point(home, release_id, disk)


def prunable(home: Home, keep: int) -> list[str]:
    """Return the releases that pruning would remove: all but the newest, the pinned and the one in force.

    Args:
        home: The home.
        keep: How many of the newest stay.

    Raises:
        ReleaseDamagedError: The pins can not be read.
    """
    names = release_ids(home)
    stay = {*names[max(len(names) - keep, 0) :], *pins(home), latest_release(home)}
    return [name for name in names if name not in stay]


def prune(home: Home, keep: int, disk: Disk | None = None) -> list[str]:
    """Remove what `prunable` names, and return it.

    Raises:
        ReleaseDamagedError: The pins can not be read.
        PublishError, LockHeldError, NotWritableError: Something could not be removed.
    """
    disk = disk or Disk()
    with curating(home, disk):
        names = prunable(home, keep)
        for name in names:
            # First away from the releases, in one step: a run that is killed leaves a leftover, never half a release.
            aside = home.curated / f"{STAGING}{name}"
            disk.rename(home.releases / name, aside)
            disk.sync(home.releases)
            disk.remove(aside)
    return names


def check_curated(home: Home) -> Iterator[Flaw]:
    """Yield what is wrong outside of the releases: the pointer, the pins, and what is no release among them.

    Leftovers of killed runs are no flaw: the next one sweeps them.
    """
    yield from check_pointer(home)
    names = release_ids(home)
    for path in sorted(home.releases.iterdir()) if home.releases.is_dir() else ():
        if path.name not in names:
            yield Flaw(path, "this is no release")
    try:
        gone = sorted(set(pins(home)) - set(names))
    except ReleaseDamagedError as error:
        yield Flaw(_pins_file(home), error.cause)
        return
    for name in gone:
        yield Flaw(_pins_file(home), f"the pinned release {name} is not there")


def _pins_file(home: Home) -> Path:
    return home.curated / "pins.json"


def _write_pins(home: Home, pinned: dict[str, str], disk: Disk) -> None:
    write_durably(_pins_file(home), sealed({"pins": dict(sorted(pinned.items()))}), disk)


def _refuse_unknown(home: Home, release_id: str) -> None:
    if release_id not in release_ids(home):
        raise UsageError(release_id, "there is no such release", _LIST)


def _listed(home: Home, name: str, latest: str | None, reason: str | None) -> Listed:
    folder = home.releases / name
    try:
        record = read_release(folder)
    except ReleaseDamagedError as error:
        return Listed(name, _time_of(name), {}, name == latest, reason, problem=error.cause)
    rows = {table: facts["rows"] for table, facts in record["tables"].items()}
    return Listed(name, _time_of(name), rows, name == latest, reason, record.get("accepted"))


def _time_of(release_id: str) -> datetime:
    return datetime.strptime(release_id.partition("-")[0], _STAMP).replace(tzinfo=UTC)
