"""Is a release still what was written? Its record is sealed, and states digest, rows and columns of everything else."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.errors import ReleaseDamagedError
from pipeline.publish.digest import table_digest
from pipeline.seal import file_digest, is_sealed
from pipeline.settings import Home

RECORD = "release.json"
RESTORE = "restore it from a backup, or move the release's folder away and run `practices build`"


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing in curated/ that is not what was written.

    Attributes:
        path: The file, folder or link.
        problem: What differs.
    """

    path: Path
    problem: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What a look at a release gave.

    Attributes:
        folder: The release.
        file_count, byte_count: Of its folder.
        flaws: What is not as it was written.
    """

    folder: Path
    file_count: int
    byte_count: int
    flaws: tuple[Flaw, ...]


def read_release(folder: Path) -> dict[str, Any]:
    """Return what a release.json says.

    Raises:
        ReleaseDamagedError: It can not be read, or is not what was written.
    """
    path = folder / RECORD
    try:
        data = path.read_bytes()
        record = json.loads(data)
        is_whole = is_sealed(record, data)
    except (OSError, ValueError) as error:
        raise ReleaseDamagedError(str(path), f"this is no record of a release: {error}", RESTORE) from error
    if not is_whole:
        raise ReleaseDamagedError(str(path), "the record does not have the digest that it states", RESTORE)
    if record.get("release_id") != folder.name:
        cause = f"this is the record of another release, {record.get('release_id')}"
        raise ReleaseDamagedError(str(path), cause, RESTORE)
    return dict(record)


def check_release(folder: Path, *, is_deep: bool = True) -> Checked:
    """Look at every byte of a release.

    Args:
        folder: The release.
        is_deep: Whether tables are opened too, and rows, columns and values compared.
    """
    found = tuple(_flaws(folder, is_deep=is_deep))
    files = [path for path in folder.rglob("*") if path.is_file()] if folder.is_dir() else []
    return Checked(folder, len(files), sum(path.stat().st_size for path in files), found)


def refuse_damaged(folder: Path) -> None:
    """Accept a release whose files are all as they were written.

    Raises:
        ReleaseDamagedError: One is not.
    """
    flaws = check_release(folder, is_deep=False).flaws
    if flaws:
        more = f", and {len(flaws) - 1} more" if len(flaws) > 1 else ""
        raise ReleaseDamagedError(str(flaws[0].path), flaws[0].problem + more, RESTORE)


def check_pointer(home: Home) -> Iterator[Flaw]:
    """Yield what is wrong with the pointer: it must be a link to a folder among the releases."""
    if not home.latest.is_symlink():
        if home.latest.exists():
            yield Flaw(home.latest, "this is no link to a release")
        return
    target = home.latest.readlink()
    if target.parent != Path("releases"):
        yield Flaw(home.latest, f"it points out of the releases, to {target}")
    elif not (home.releases / target.name).is_dir():
        yield Flaw(home.latest, f"it points to {target.name}, which is not there")


def _flaws(folder: Path, *, is_deep: bool) -> Iterator[Flaw]:
    try:
        record = read_release(folder)
    except ReleaseDamagedError as error:
        yield Flaw(folder / RECORD, error.cause)
        return
    present = {path.name for path in folder.iterdir()}
    for name in sorted(present - {RECORD, *record["files"]}):
        yield Flaw(folder / name, "the release does not know this file")
    for name, digest in record["files"].items():
        problem = _problem_of_file(folder / name, digest)
        if problem is not None:
            yield Flaw(folder / name, problem)
    for name, stated in record["tables"].items() if is_deep else ():
        problem = _problem_of_table(folder / f"{name}.parquet", stated)
        if problem is not None:
            yield Flaw(folder / f"{name}.parquet", problem)


def _problem_of_file(path: Path, digest: str) -> str | None:
    try:
        return None if file_digest(path) == digest else "the file does not have the digest that release.json states"
    except OSError as error:
        return f"the file can not be read: {error.strerror}"


def _problem_of_table(path: Path, stated: dict[str, Any]) -> str | None:
    try:
        frame = pl.read_parquet(path)
    except (OSError, pl.exceptions.PolarsError, pl.exceptions.PanicException) as error:
        return f"the table can not be read: {str(error).splitlines()[0]}"
    if columns_of(frame) != stated["columns"]:
        return "the table has other columns or types than release.json states"
    if frame.height != stated["rows"]:
        return f"the table has {frame.height} rows, but release.json states {stated['rows']}"
    if table_digest(frame) != stated["digest"]:
        return "the values do not have the digest that release.json states"
    return None


def columns_of(frame: pl.DataFrame) -> dict[str, str]:
    """Return names and types as release.json states them."""
    return {name: str(dtype) for name, dtype in frame.schema.items()}
