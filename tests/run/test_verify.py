"""`practices verify`: all is well, or every damage by file, byte and record."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.archive.scan import scan

Practices = Callable[..., Any]


@pytest.fixture
def home(small: Path, tmp_path: Path) -> Path:
    """A home with one import."""
    return Path(shutil.copytree(small, tmp_path / "home", symlinks=True))


@pytest.fixture
def pages(home: Path) -> Path:
    """Its pages."""
    (path,) = home.glob("raw/issa/*/pages.warc.gz")
    return path


def test_all_is_well(home: Path, practices: Practices) -> None:
    """Exit code 0; what was read is counted."""
    done = practices(home, "--json", "verify")
    assert done.code == 0, done.err
    (crawl,) = done.data["crawls"]
    assert (crawl["source"], crawl["is_finished"], crawl["records"]) == ("issa", True, 2)
    assert done.data["damages"] == []


def test_nothing_is_well_too(practices: Practices, tmp_path: Path) -> None:
    """A home without raw/ has no damage, and is not made."""
    done = practices(tmp_path, "verify", "--home", "nowhere")
    assert (done.code, done.out) == (0, "")
    assert list(tmp_path.iterdir()) == []


def test_damage_is_named(home: Path, pages: Path, practices: Practices) -> None:
    """One line for each, then one message; exit code 1."""
    record = list(scan(pages))[1]
    data = bytearray(pages.read_bytes())
    data[record.offset + 50] ^= 1
    pages.write_bytes(data)
    (pages.parent / "crawl.json").write_text("{}")
    done = practices(home, "verify")
    assert (done.code, done.out) == (1, "")
    *_, first, second, message, follow = done.err.splitlines()
    shown = pages.relative_to(home)
    assert first.startswith(f"{shown}: byte {record.offset}, record 2: the record can not be decompressed")
    assert second == f"{shown.parent}/crawl.json: the record of the crawl does not have the digest that it states"
    assert message.startswith(f"practices: archive: {shown} at byte {record.offset}: the record can not be")
    assert message.endswith(", and 1 more")
    assert follow == "next: restore the file from a backup, or crawl again"


def test_damage_for_a_machine(home: Path, pages: Path, practices: Practices) -> None:
    """One document: the failure, and every damage."""
    pages.write_bytes(pages.read_bytes()[:-9])
    done = practices(home, "verify", "--json")
    assert (done.code, done.data["error"], done.data["stage"]) == (1, "ArchiveCorruptError", "archive")
    (damage,) = done.data["damages"]
    assert damage == {
        "file": str(pages.relative_to(home)),
        "offset": list(scan(pages))[1].offset,
        "record": 2,
        "problem": "the record is cut short",
    }


def test_an_unfinished_crawl_may_end_in_half_a_record(home: Path, pages: Path, practices: Practices) -> None:
    """It is said, and is no damage."""
    (pages.parent / "crawl.json").unlink()
    pages.write_bytes(pages.read_bytes()[:-9])
    done = practices(home, "verify")
    assert done.code == 0
    assert f"{pages.parent.relative_to(home)}: unfinished: cut short, 1 whole records\n" in done.err


def test_folders_that_are_no_crawls_do_no_harm(home: Path, practices: Practices) -> None:
    """Nor do files among them."""
    (home / "raw" / "README.md").write_text("pages")
    (home / "raw" / "issa" / "notes.txt").write_text("mine")
    (home / "raw" / "empty").mkdir()
    assert practices(home, "verify").code == 0


def test_damage_in_curated_is_named(home: Path, practices: Practices) -> None:
    """One line for each file and one message; exit code 1."""
    path = (home / "curated" / "latest").resolve() / "merges.parquet"
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)
    done = practices(home, "verify")
    assert (done.code, done.out) == (1, "")
    shown = path.relative_to(home.resolve())
    assert f"{shown}: the file does not have the digest that release.json states\n" in done.err
    *_, message, follow = done.err.splitlines()
    assert message.startswith(f"practices: publish: {shown}: the file does not have the digest")
    assert follow.startswith("next: restore it from a backup, or move the release's folder away")


def test_a_dangling_pointer_is_named(home: Path, practices: Practices) -> None:
    """For a machine too."""
    latest = home / "curated" / "latest"
    shutil.rmtree(latest.resolve())
    done = practices(home, "verify", "--json")
    assert (done.code, done.data["error"], done.data["damages"]) == (1, "ReleaseDamagedError", [])
    (flaw,) = done.data["flaws"]
    assert (flaw["file"], flaw["problem"].endswith("which is not there")) == ("curated/latest", True)


def test_releases_are_counted(home: Path, practices: Practices) -> None:
    """With their files and bytes."""
    (release,) = practices(home, "verify", "--json").data["releases"]
    folder = (home / "curated" / "latest").resolve()
    assert (release["release_id"], release["files"]) == (folder.name, len(list(folder.iterdir())))
