"""The steps by which publishing changes a disk, and the lock under which it may.

Every change goes through a method of `Disk`. A test hands in a disk of its own, whose steps fail as real ones do.
"""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import polars as pl
from filelock import FileLock, Timeout

from pipeline.errors import LockHeldError, NotWritableError, PublishError
from pipeline.settings import Home

STAGING = ".staging-"
_NEXT_POINTER = ".latest"
_NOT_WRITABLE = (errno.EACCES, errno.EPERM, errno.EROFS, errno.ENOTDIR, errno.EEXIST)
_MEND = "mend the disk, then run `practices build`; curated/latest names a whole release, as before"


class Disk:
    """A disk as it is. Every step raises OSError when the disk refuses."""

    def make_folder(self, folder: Path) -> None:
        """Make a folder and its parents."""
        folder.mkdir(parents=True, exist_ok=True)

    def write(self, path: Path, data: bytes | memoryview) -> None:
        """Write a new file."""
        path.write_bytes(data)

    def sync(self, path: Path) -> None:
        """Make a file's content, or the names in a folder, durable."""
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def link(self, path: Path, target: Path) -> None:
        """Make a symbolic link to a folder."""
        path.symlink_to(target, target_is_directory=True)

    def rename(self, source: Path, target: Path) -> None:
        """Give a file, folder or link another name, in one step; what had that name is replaced."""
        source.replace(target)

    def remove(self, path: Path) -> None:
        """Remove a file, a link, or a folder with all that is in it."""
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)


@contextmanager
def curating(home: Home, disk: Disk) -> Iterator[None]:
    """Hold the one lock under which curated/ is changed, sweep leftovers, and name what stands in the way.

    Raises:
        LockHeldError: Another process holds it.
        NotWritableError: A folder can not be written.
        PublishError: The disk refuses otherwise.
    """
    try:
        if not home.releases.is_dir():
            disk.make_folder(home.releases)
            disk.sync(home.curated)
            disk.sync(home.path)
        with FileLock(home.curated / ".lock", timeout=0):
            _sweep(home, disk)
            yield
    except Timeout as error:
        cause = "another process is publishing here"
        raise LockHeldError(
            str(home.curated), cause, "wait until it has ended, then run the command again", stage="publish"
        ) from error
    except (pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        # A full disk can reach us as a polars error; a panic is no Exception at all.
        raise PublishError(str(home.curated), f"writing failed: {error}", _MEND) from error
    except OSError as error:
        place = str(error.filename or home.curated)
        if error.errno in _NOT_WRITABLE:
            cause = f"the folder can not be written: {error.strerror}"
            raise NotWritableError(
                place, cause, "choose another with --home DIR, or mend its rights", stage="publish"
            ) from error
        raise PublishError(place, f"writing failed: {error.strerror or error}", _MEND) from error


def latest_release(home: Home) -> str | None:
    """Return the id that curated/latest points to, None when nothing was published."""
    return home.latest.resolve().name if home.latest.exists() else None


def point(home: Home, release_id: str, disk: Disk) -> None:
    """Replace the pointer in one step: a symbolic link is made aside and renamed over it.

    Raises:
        OSError: The disk refuses.
    """
    aside = home.curated / _NEXT_POINTER
    disk.remove(aside)
    disk.link(aside, Path("releases") / release_id)
    disk.rename(aside, home.latest)
    disk.sync(home.curated)


def write_durably(path: Path, data: bytes, disk: Disk) -> None:
    """Write a file that is there whole, under its name, or as it was before.

    Raises:
        OSError: The disk refuses.
    """
    aside = path.with_name(f"{STAGING}{path.name}")
    disk.write(aside, data)
    disk.sync(aside)
    disk.rename(aside, path)
    disk.sync(path.parent)


def _sweep(home: Home, disk: Disk) -> None:
    """Remove what killed processes left: only names that are never a release's or the pointer's."""
    for leftover in sorted(home.curated.glob(f"{STAGING}*")):
        disk.remove(leftover)
