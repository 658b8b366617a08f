"""The command line: options in any place, machines on stdout, and nothing heavy for a help page."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.sources.registry import source_text

Practices = Callable[..., Any]
HEAVY = (
    *("babel", "dataframely", "duckdb", "httpx", "polars", "prefect", "pydantic", "rapidfuzz", "rich", "selectolax"),
    "warcio",
)
COMMANDS = ("refresh", "ingest", "build", "import", "status", "verify", "releases", "review", "sources", "twin")
PROBE = """
import sys
from pipeline.cli import main
try:
    main(sys.argv[1:])
finally:
    sys.stderr.write(",".join(name for name in {heavy!r} if name in sys.modules))
"""


def helped(arguments: tuple[str, ...], surroundings: dict[str, str]) -> tuple[str, str]:
    """Return the help page, and which heavy modules it took."""
    done = subprocess.run(
        [sys.executable, "-c", PROBE.format(heavy=HEAVY), *arguments],
        env={**surroundings, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout, done.stderr


@pytest.mark.parametrize("arguments", [("--help",), ("-h",), ("--version",), *((name, "--help") for name in COMMANDS)])
def test_help_imports_nothing_heavy(arguments: tuple[str, ...], surroundings: dict[str, str]) -> None:
    """It is there at once."""
    page, modules = helped(arguments, surroundings)
    assert modules == ""
    assert page


def test_help_names_every_command_and_the_exit_codes(surroundings: dict[str, str]) -> None:
    """A newcomer finds everything from here."""
    page, _ = helped(("--help",), surroundings)
    assert all(f"  {name} " in page for name in COMMANDS)
    assert "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 refused to publish." in page
    assert "--home" in page
    assert "--json" in page


@pytest.mark.parametrize(
    "arguments",
    [(), ("nothing",), ("build", "--nothing"), ("import", "--source", "issa"), ("import", "x"), ("refresh",)],
)
def test_a_command_line_that_makes_no_sense(arguments: tuple[str, ...], practices: Practices, tmp_path: Path) -> None:
    """Exit code 2, and nothing is made."""
    done = practices(tmp_path, *arguments)
    assert (done.code, done.out, "Traceback" in done.err) == (2, "", False)
    assert list(tmp_path.iterdir()) == []


def test_json_is_all_there_is_on_stdout(practices: Practices, tmp_path: Path) -> None:
    """One document, and nothing beside it."""
    done = practices(tmp_path, "sources", "--json")
    assert done.code == 0
    assert [source["name"] for source in json.loads(done.out)["sources"]] == ["issa", "sample"]


def test_without_json_stdout_is_empty(practices: Practices, tmp_path: Path) -> None:
    """The report is for people, on stderr."""
    done = practices(tmp_path, "sources")
    assert (done.code, done.out) == (0, "")
    assert "sample" in done.err


def test_a_source_file_is_shown_as_it_is(practices: Practices, tmp_path: Path) -> None:
    """On stdout, to be redirected into a file and to start another from."""
    assert practices(tmp_path, "sources", "--show", "sample").out == source_text("sample")


@pytest.mark.parametrize(
    ("arguments", "environment", "expected"),
    [
        (("status",), None, "."),
        (("--home", "one", "status"), None, "one"),
        (("status", "--home", "one"), None, "one"),
        (("status",), "two", "two"),
        (("status", "--home", "one"), "two", "one"),
    ],
)
def test_the_home_can_be_named_anywhere(
    arguments: tuple[str, ...], environment: str | None, expected: str, practices: Practices, tmp_path: Path
) -> None:
    """Before the command, behind it, or by PRACTICES_HOME; what is typed wins, and looking makes no folder."""
    more = {} if environment is None else {"PRACTICES_HOME": environment}
    done = practices(tmp_path, "--json", *arguments, **more)
    assert done.data == {"home": expected, "latest": None, "crawls": [], "unfinished": []}
    assert list(tmp_path.iterdir()) == []


def test_a_home_is_filled_where_it_was_named(practices: Practices, seed: Path, tmp_path: Path) -> None:
    """Import, build and status agree on it, in each way of naming it, and speak JSON."""
    home = tmp_path / "far" / "away"
    imported = practices(tmp_path, "--home", home, "--json", "import", seed, "--source", "issa").data
    built = practices(tmp_path, "build", "--home", home, "--json").data
    status = practices(tmp_path, "status", "--json", PRACTICES_HOME=str(home)).data
    assert (imported["pages"], imported["is_new"]) == (1, True)
    assert (built["is_new"], built["rows"]["practices"], built["findings"]) == (True, 29, {"missing_title": 29})
    assert status["latest"] == built["release_id"]
    assert [crawl["crawl_id"] for crawl in status["crawls"]] == [imported["crawl_id"]]
    assert [path.name for path in tmp_path.iterdir()] == ["far"]
