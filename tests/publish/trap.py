"""A disk on which something happens at a chosen step."""

import errno
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pipeline.publish.disk import Disk


def raise_os_error(number: int) -> Callable[[Path], None]:
    """Return what fails as a disk does."""

    def fail(path: Path) -> None:
        raise OSError(number, os.strerror(number), str(path))

    return fail


def raise_other(path: Path) -> None:
    """Fail as a bug does."""
    raise RuntimeError(path)


def kill(_path: Path) -> None:
    """End at once, as after a power cut."""
    os.kill(os.getpid(), signal.SIGKILL)


EVENTS: dict[str, Callable[[Path], None]] = {
    "exception": raise_other,
    "disk full": raise_os_error(errno.ENOSPC),
    "I/O error": raise_os_error(errno.EIO),
    "read-only": raise_os_error(errno.EROFS),
}


def _step(name: str) -> Any:
    def step(self: "Trap", path: Path, *rest: Any) -> None:
        self.steps.append(f"{name} {path.name}")
        if self.is_due(self.steps):
            if name == "write":
                Disk.write(self, path, rest[0][: len(rest[0]) // 2])
            self.event(path)
        getattr(Disk, name)(self, path, *rest)

    return step


class Trap(Disk):
    """A disk that counts its steps; at one of them, an event happens, a write having been done by half.

    Args:
        is_due: Told the steps so far, says whether it is time.
        event: What happens.
    """

    def __init__(self, is_due: Callable[[list[str]], bool], event: Callable[[Path], None]) -> None:
        self.steps: list[str] = []
        self.is_due = is_due
        self.event = event

    make_folder, write, sync, link, rename, remove = map(
        _step, ("make_folder", "write", "sync", "link", "rename", "remove")
    )
