"""What bad input gets: one clear message, the right exit code, and a release that is as it was."""

import errno
import os
import re
import resource
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from .conftest import PAGE, Hole, source_file

Practices = Callable[..., Any]
TreeDigest = Callable[[Path], str]
MESSAGE = re.compile(r"practices: (?P<stage>[a-z]+): (?P<place>.+?): (?P<cause>.+)\nnext: (?P<next>.+)\n")


def refused(done: Any, code: int, stage: str, place: str, cause: str, follow: str) -> None:
    """Check that a command said one thing: where it failed, why, and what to do next."""
    assert "Traceback" not in done.err, done.err
    match = MESSAGE.fullmatch(done.err)
    assert match, done.err
    assert (done.code, done.out, match["stage"]) == (code, "", stage)
    assert place in done.err.splitlines()[0]
    assert cause in done.err.splitlines()[0]
    assert follow in match["next"]


@pytest.fixture
def untouched(small: Path, tree_digest: TreeDigest, tmp_path: Path) -> Any:
    """Return a home with a release, and check afterwards that the release is as it was."""
    home = Path(shutil.copytree(small, tmp_path / "untouched", symlinks=True))
    latest = home / "curated" / "latest"
    before = (tree_digest(home / "curated"), latest.readlink())
    yield home
    assert (tree_digest(home / "curated"), latest.readlink()) == before


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("diary.txt", b"Dear diary,\n\nnothing happened today.\n"),
        ("other.html", b"<!doctype html><html lang=en><body><h1>Weather</h1><p>Rain.</p></body></html>"),
    ],
)
def test_a_file_that_is_no_listing(
    name: str, content: bytes, untouched: Path, practices: Practices, tmp_path: Path
) -> None:
    """Nothing is imported."""
    (tmp_path / name).write_bytes(content)
    raw = sorted(path.name for path in (untouched / "raw").rglob("*"))
    done = practices(untouched, "import", tmp_path / name, "--source", "issa")
    refused(done, 1, "parse", str(tmp_path / name), "this is no listing of issa", "check the file and --source")
    assert sorted(path.name for path in (untouched / "raw").rglob("*")) == raw


def test_an_empty_file(untouched: Path, practices: Practices, tmp_path: Path) -> None:
    """Blanks are nothing."""
    (tmp_path / "empty.txt").write_text(" \n\t\n")
    done = practices(untouched, "import", tmp_path / "empty.txt", "--source", "issa")
    refused(done, 2, "usage", "empty.txt", "the file is empty", "save the page again")


@pytest.mark.parametrize(
    ("arguments", "place", "cause", "follow"),
    [
        (("import", "nowhere.txt", "--source", "issa"), "nowhere.txt", "No such file or directory", "check the path"),
        (("import", "raw", "--source", "issa"), "raw", "can not be read: Is a directory", "check the path"),
        (("import", "page.txt", "--source", "isa"), "isa", "no source of that name", "did you mean `issa`?"),
        (("refresh", "nobody"), "nobody", "no source of that name is registered", "`practices sources` lists them"),
        (("ingest", "./nowhere.toml"), "./nowhere.toml", "can not be read", "`practices sources` lists them"),
        (("build", "--source", "sample"), "raw", "there is no finished crawl of sample", "practices ingest sample"),
        (("refresh", "issa"), "issa", "somebody who can be reached", "PRACTICES_CONTACT"),
        (
            ("import", "page.txt", "--source", "issa", "--captured-at", "noon"),
            "--captured-at",
            "'noon' is no ISO 8601 time",
            "2026-11-22T08:30",
        ),
        (
            ("import", "page.txt", "--source", "issa", "--url", "https://example.org/gp"),
            "https://example.org/gp",
            "no host of the source",
            "--url",
        ),
    ],
)
def test_wrong_usage(
    arguments: tuple[str, ...], place: str, cause: str, follow: str, untouched: Path, practices: Practices
) -> None:
    """Exit code 2."""
    refused(practices(untouched, *arguments), 2, "usage", place, cause, follow)


def test_a_live_site_is_not_asked_without_contact(untouched: Path, practices: Practices, serve: Any) -> None:
    """Not a single request leaves, robots.txt included; nothing is begun in raw/."""
    server, path = serve(name="shy", needs_contact="true")
    done = practices(untouched, "refresh", path, PRACTICES_CONTACT="")
    refused(done, 2, "usage", "shy", "somebody who can be reached", "PRACTICES_CONTACT")
    assert server.requests == []
    assert not (untouched / "raw" / "shy").exists()


def test_a_live_site_is_told_who_asks(practices: Practices, serve: Any, tmp_path: Path) -> None:
    """In the user agent of every request."""
    server, path = serve(needs_contact="true")
    done = practices(tmp_path, "ingest", path, "--languages", "en", PRACTICES_CONTACT="who@example.org")
    assert done.code == 0, done.err
    assert [request.path for request in server.requests][:2] == ["/robots.txt", "/databases/gp"]
    assert all("(+who@example.org)" in request.user_agent for request in server.requests)


def test_a_site_that_does_not_answer(untouched: Path, practices: Practices, tmp_path: Path) -> None:
    """The message names the address; the crawl is not finished, so nothing is built from it."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    (tmp_path / "gone.toml").write_text(source_file("gone", port))
    done = practices(untouched, "refresh", tmp_path / "gone.toml")
    refused(done, 1, "fetch", f"http://127.0.0.1:{port}/", "does not answer", "run the same command again later")
    assert list((untouched / "raw" / "gone").glob("*/crawl.json")) == []


def test_a_page_without_anything(untouched: Path, practices: Practices, serve: Any, site: Any) -> None:
    """A body of blanks is no listing: the crawl ends, and what it saw is kept."""
    server, path = serve(Hole(site, b" \n"), name="blank")
    done = practices(untouched, "refresh", path, "--languages", "en")
    refused(done, 1, "fetch", f":{server.port}/databases/gp?page=1", "empty", "")
    assert len(list((untouched / "raw" / "blank").glob("*/pages.warc.gz"))) == 1
    assert list((untouched / "raw" / "blank").glob("*/crawl.json")) == []


HOLD = """
import sys
from pathlib import Path
from pipeline.archive.crawls import source_lock
from pipeline.settings import Home
with source_lock(Home(Path(sys.argv[1])), "issa"):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_busy_lock(untouched: Path, practices: Practices, surroundings: dict[str, str], tmp_path: Path) -> None:
    """While another process adds pages of a source, a second one is told to wait."""
    (tmp_path / "page.txt").write_text(PAGE)
    command = [sys.executable, "-c", HOLD, str(untouched)]
    with subprocess.Popen(command, env=surroundings, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout.readline() == b"held\n"
        done = practices(untouched, "import", tmp_path / "page.txt", "--source", "issa")
        other.stdin.close()
    refused(done, 1, "archive", "raw/issa", "another process is adding pages of issa", "practices status")


@pytest.mark.parametrize("blocked", ["", "raw/issa"])
def test_a_file_where_raw_must_be(blocked: str, practices: Practices, tmp_path: Path) -> None:
    """The message names it, and how to choose another."""
    (tmp_path / "page.txt").write_text(PAGE)
    place = tmp_path / "home" / blocked
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_text("not a folder")
    done = practices(tmp_path, "import", "page.txt", "--source", "issa", "--home", "home")
    refused(done, 1, "archive", "home", "the folder can not be written", "--home DIR")
    assert place.read_text() == "not a folder"


def test_a_file_where_curated_must_be(practices: Practices, small: Path, tmp_path: Path) -> None:
    """The same for a build."""
    shutil.copytree(small / "raw", tmp_path / "raw")
    (tmp_path / "curated").write_text("not a folder")
    refused(practices(tmp_path, "build"), 1, "publish", "curated", "the folder can not be written", "--home DIR")
    assert (tmp_path / "curated").read_text() == "not a folder"


@pytest.mark.parametrize("arguments", [("build",), ("import", "other.txt", "--source", "issa")])
def test_a_full_disk(
    arguments: tuple[str, ...], practices: Practices, small: Path, tree_digest: TreeDigest, tmp_path: Path
) -> None:
    """No file can grow beyond some bytes; the release is as it was, and nothing unfinished counts."""
    home = tmp_path / "home"
    shutil.copytree(small, home, symlinks=True)
    (home / "other.txt").write_text(PAGE.replace("2021", "2018"))
    if arguments == ("build",):
        assert practices(home, "import", "other.txt", "--source", "issa").code == 0
    before = tree_digest(home / "curated" / "releases")
    crawls = set(home.glob("raw/issa/*/crawl.json"))
    done = practices(
        home,
        *arguments,
        before=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (400, resource.RLIM_INFINITY)),
        # Python 3.11 takes a compiled module that the limit has cut for a whole one, and all later tests would load it.
        PYTHONDONTWRITEBYTECODE="1",
    )
    stage = "publish" if arguments == ("build",) else "archive"
    refused(done, 1, stage, "", os.strerror(errno.EFBIG), "")
    assert tree_digest(home / "curated" / "releases") == before
    assert set(home.glob("raw/issa/*/crawl.json")) == crawls
    assert practices(home, *arguments).code == 0


def test_a_damaged_archive(practices: Practices, small: Path, tree_digest: TreeDigest, tmp_path: Path) -> None:
    """The message names the file and the place in it."""
    home = tmp_path / "home"
    shutil.copytree(small, home, symlinks=True)
    (pages,) = home.glob("raw/issa/*/pages.warc.gz")
    pages.write_bytes(pages.read_bytes()[:-30])
    before = tree_digest(home / "curated")
    done = practices(home, "build")
    refused(done, 1, "archive", "pages.warc.gz at byte", "", "practices verify")
    assert tree_digest(home / "curated") == before


def test_the_message_for_a_machine(untouched: Path, practices: Practices) -> None:
    """With --json the same parts stand on stdout, beside the message on stderr."""
    done = practices(untouched, "import", "nowhere.txt", "--source", "issa", "--json")
    assert (done.code, MESSAGE.fullmatch(done.err) is None) == (2, False)
    assert done.data == {
        "error": "UsageError",
        "stage": "usage",
        "place": "nowhere.txt",
        "cause": "the file can not be read: No such file or directory",
        "next": "check the path",
    }
