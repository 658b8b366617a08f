"""Whatever changes in curated/ is found, and the file is named."""

import json
import random
import shutil
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest

from pipeline.publish import Release
from pipeline.publish.releases import check_curated, pin
from pipeline.publish.scrub import RECORD, check_release
from pipeline.seal import sealed
from pipeline.settings import Home

Tables = dict[str, pl.DataFrame]


@pytest.fixture
def copy(release: Release, tmp_path: Path) -> Path:
    """A release to be harmed."""
    return Path(shutil.copytree(release.folder, tmp_path / release.release_id))


def problems(folder: Path) -> list[tuple[str, str]]:
    return [(flaw.path.name, flaw.problem) for flaw in check_release(folder).flaws]


def test_a_whole_release_has_no_flaw(release: Release) -> None:
    """Files and bytes are counted."""
    checked = check_release(release.folder)
    assert checked.flaws == ()
    assert (checked.file_count, checked.byte_count) == (
        len(list(release.folder.iterdir())),
        sum(path.stat().st_size for path in release.folder.iterdir()),
    )


def test_every_flipped_bit_is_found(copy: Path) -> None:
    """In any file, at any place; the file is named."""
    chance = random.Random(1)
    paths = sorted(copy.iterdir())
    for path in (*paths, *paths, *chance.choices(paths, k=30)):
        before = path.read_bytes()
        harmed = bytearray(before)
        harmed[chance.randrange(len(harmed))] ^= 1 << chance.randrange(8)
        path.write_bytes(harmed)
        assert path.name in [name for name, _ in problems(copy)]
        path.write_bytes(before)
    assert problems(copy) == []


def test_a_file_too_many_and_one_too_few(copy: Path) -> None:
    """Both are named."""
    (copy / "README.md").unlink()
    (copy / "more.parquet").write_bytes(b"PAR1")
    assert problems(copy) == [
        ("more.parquet", "the release does not know this file"),
        ("README.md", "the file can not be read: No such file or directory"),
    ]


def restated(folder: Path, change: Callable[[dict[str, object]], None]) -> None:
    """Let the record say something else, and seal it again, as a broken writer would."""
    record = json.loads((folder / RECORD).read_text())
    change(record)
    (folder / RECORD).write_bytes(sealed(record))


@pytest.mark.parametrize(
    ("key", "value", "problem"),
    [
        ("rows", 77, "rows, but release.json states 77"),
        ("digest", "sha256:0", "the values do not have the digest that release.json states"),
        ("columns", {}, "the table has other columns or types than release.json states"),
    ],
)
def test_tables_are_compared_value_by_value(key: str, value: object, problem: str, copy: Path) -> None:
    """A record that fits the files, but not what is in them, is found too."""
    restated(copy, lambda record: record["tables"]["editions"].update({key: value}))
    ((name, found),) = problems(copy)
    assert (name, found.endswith(problem)) == ("editions.parquet", True)


def test_a_renamed_release_is_another_one(copy: Path) -> None:
    """A folder has the name that its record states."""
    other = copy.rename(copy.with_name("20200101T000000Z-00000000"))
    assert problems(other) == [(RECORD, f"this is the record of another release, {copy.name}")]


@pytest.mark.parametrize(
    ("target", "problem"),
    [
        ("releases/20200101T000000Z-00000000", "it points to 20200101T000000Z-00000000, which is not there"),
        ("../elsewhere", "it points out of the releases, to ../elsewhere"),
        (None, "this is no link to a release"),
    ],
)
def test_a_pointer_to_nowhere(target: str | None, problem: str, home: Home) -> None:
    """It is named, dangling or not."""
    home.releases.mkdir(parents=True)
    if target is None:
        home.latest.mkdir()
    else:
        home.latest.symlink_to(target)
    assert [(flaw.path, flaw.problem) for flaw in check_curated(home)] == [(home.latest, problem)]


def test_strangers_among_the_releases_and_pins_of_nothing(
    home: Home, small_tables: Tables, put: Callable[..., Release]
) -> None:
    """What is no release is named; leftovers of a killed run are swept, and no flaw."""
    release = put(home, small_tables)
    pin(home, release.release_id, "mine")
    (home.releases / "copy of a release").mkdir()
    (home.curated / ".staging-x").mkdir()
    assert [flaw.problem for flaw in check_curated(home)] == ["this is no release"]
    shutil.rmtree(release.folder)
    assert [(flaw.path.name, flaw.problem) for flaw in check_curated(home)] == [
        ("latest", f"it points to {release.release_id}, which is not there"),
        ("copy of a release", "this is no release"),
        ("pins.json", f"the pinned release {release.release_id} is not there"),
    ]
