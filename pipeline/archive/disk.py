"""Make folders and names durable, and say it well when a disk refuses."""

import os
from pathlib import Path

from pipeline.errors import NotWritableError


def make_folder(folder: Path) -> None:
    """Make a folder and its parents.

    Raises:
        NotWritableError: It can not be made.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise not_writable(folder, error) from error


def not_writable(folder: Path, error: OSError) -> NotWritableError:
    """Return the error for a folder that can not be written."""
    cause = f"the folder can not be written: {error.strerror}"
    return NotWritableError(str(folder), cause, "make room or mend its rights, or choose another with --home DIR")


def sync_folder(folder: Path) -> None:
    """Make the names in a folder durable: those of new files, and those that were moved.

    Raises:
        OSError: The disk refuses.
    """
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_durably(path: Path, data: bytes) -> None:
    """Write a file that is there whole, under its name, or not at all.

    Raises:
        NotWritableError: It can not be written.
    """
    temporary = path.with_name(f".{path.name}")
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise not_writable(path.parent, error) from error
