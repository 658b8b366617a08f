"""What the tests of several stages share: sightings made by hand, tables built from them, and the real command line."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from hypothesis import settings

from pipeline.dedupe import find_contradictions, identify, merge_editions, merge_practices
from pipeline.normalize import load_vocabulary, normalize
from pipeline.parse.frames import FINDING_SCHEMA, SIGHTING_SCHEMA
from pipeline.sources.registry import load_source

# The same examples each time, so that a failure is the change's; the commands in benchmarks/ look for new ones.
settings.register_profile("repeatable", derandomize=True)
settings.load_profile("repeatable")

SEED = Path(__file__).parents[2] / "shared" / "seed" / "issa-korea.txt"
DEFAULTS = {
    "source": "sample",
    "crawl_kind": "crawl",
    "crawl_id": "20260101T000000Z-sample",
    "page_url": "http://www.twin.test/databases/gp",
    "page_digest": f"sha256:{'0' * 64}",
    "captured_at": datetime(2026, 1, 1, tzinfo=UTC),
    "language": "en",
    "block": "list",
    "position": 1,
    "title": "Pensions on the phone",
    "summary": "The fund answers questions about pensions on the phone.",
    "implementation_year": "2020",
    "award_year": "2021",
    "institution": "National Pension Service",
    "country": "Korea, Republic of",
    "region": "Asia and Pacific",
    "topics": ["Health", "Migration"],
    "raw_digest": f"sha256:{'1' * 64}",
}

Row = Mapping[str, object]


def make_sightings(*rows: Row) -> pl.DataFrame:
    """Return sightings as parsing gives them; what a row does not say is DEFAULTS, and its id is its number."""
    return pl.DataFrame(
        [{**DEFAULTS, "sighting_id": f"s{number}", **row} for number, row in enumerate(rows)], schema=SIGHTING_SCHEMA
    )


@pytest.fixture(scope="session")
def sightings() -> Callable[..., pl.DataFrame]:
    """Return the maker of raw sightings."""
    return make_sightings


@pytest.fixture(scope="session")
def identified() -> Callable[..., pl.DataFrame]:
    """Return the maker of sightings that are normalized and identified."""
    return lambda *rows: identify(normalize(make_sightings(*rows), load_vocabulary())).sightings


@pytest.fixture(scope="session")
def merged() -> Callable[..., Any]:
    """Return the maker of what curating is given, from rows of sightings and of page findings."""
    from pipeline.curate import Merged

    def make(*rows: Row, page_findings: tuple[Row, ...] = ()) -> Merged:
        told = identify(normalize(make_sightings(*rows), load_vocabulary()))
        languages = {name: tuple(load_source(name).languages) for name in ("sample", "issa")}
        return Merged(
            sightings=told.sightings,
            practices=merge_practices(told.sightings, languages),
            editions=merge_editions(told.sightings, languages),
            rejects=told.rejects,
            page_findings=pl.DataFrame(list(page_findings), schema=FINDING_SCHEMA),
            contradictions=find_contradictions(told.sightings),
            ambiguous=told.ambiguous,
        )

    return make


@pytest.fixture(scope="session")
def curated(merged: Callable[..., Any]) -> Callable[..., dict[str, pl.DataFrame]]:
    """Return the maker of the tables of a release, from rows of sightings and of page findings."""
    from pipeline.curate import assemble

    sources = {name: load_source(name) for name in ("sample", "issa")}
    return lambda *rows, page_findings=(): assemble(
        merged(*rows, page_findings=page_findings), load_vocabulary(), sources
    )


@pytest.fixture(scope="session")
def small_tables(curated: Callable[..., dict[str, pl.DataFrame]]) -> dict[str, pl.DataFrame]:
    """Return tables of three practices: one known in two languages, one with nulls, one without link."""
    return curated(
        {"source_key": "1"},
        {"source_key": "1", "block": "map"},
        {"source_key": "1", "language": "fr", "title": "Pensions au téléphone", "summary": "L’assurance répond."},
        {
            "source_key": "2",
            "title": None,
            "summary": "Another.",
            "award_year": None,
            "institution": "Fund of Atlantis",
        },
        {"summary": "No link.", "topics": ["Telepathy", "Health", "Health"], "implementation_year": "c. 2020"},
        {"institution": None, "summary": "Nobody’s."},
    )


def digest_of_tree(folder: Path) -> str:
    """Return a digest of all names, links and bytes under a folder; of nothing when there is none."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        content = str(path.readlink()).encode() if path.is_symlink() else path.read_bytes() if path.is_file() else b""
        digest.update(f"{path.relative_to(folder)}\n{hashlib.sha256(content).hexdigest()}\n".encode())
    return digest.hexdigest()


@pytest.fixture(scope="session")
def tree_digest() -> Callable[[Path], str]:
    """Return the digest of a folder's names, links and bytes."""
    return digest_of_tree


@dataclass(frozen=True)
class Outcome:
    """What a command gave.

    Attributes:
        code: Exit code.
        out, err: What it printed.
    """

    code: int
    out: str
    err: str

    @property
    def data(self) -> dict[str, Any]:
        """What it printed for a machine."""
        return json.loads(self.out)


@pytest.fixture(scope="session")
def surroundings(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Return the environment of commands: nothing of this program's, and compiled modules kept between commands."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("PRACTICES_") and name != "PYTHONDONTWRITEBYTECODE"
    }
    return {**kept, "PYTHONPYCACHEPREFIX": str(tmp_path_factory.mktemp("compiled"))}


@pytest.fixture(scope="session")
def practices(surroundings: dict[str, str]) -> Callable[..., Outcome]:
    """Return the real command line: `practices(folder, "build", "--source", "issa", PRACTICES_HOME="elsewhere")`."""

    def run(folder: Path, *arguments: str | Path, before: Callable[[], None] | None = None, **more: str) -> Outcome:
        done = subprocess.run(
            [sys.executable, "-m", "pipeline.cli", *map(str, arguments)],
            cwd=folder,
            env={**surroundings, **more},
            preexec_fn=before,
            capture_output=True,
            text=True,
            check=False,
        )
        return Outcome(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture(scope="session")
def seed() -> Path:
    """Return the page that was saved from the ISSA's listing."""
    if not SEED.exists():
        pytest.skip("the seed page is not part of the project")
    return SEED


@dataclass(frozen=True)
class Filled:
    """A home after some commands.

    Attributes:
        home: The folder.
        outcomes: What each command gave, in order.
    """

    home: Path
    outcomes: tuple[Outcome, ...]

    def table(self, name: str) -> pl.DataFrame:
        """Read a table as anybody would."""
        return pl.read_parquet(self.home / "curated" / "latest" / f"{name}.parquet")


@pytest.fixture(scope="session")
def korea(tmp_path_factory: pytest.TempPathFactory, practices: Callable[..., Outcome], seed: Path) -> Filled:
    """Return a home into which the saved page was imported, and from which it was published. Tests only read it."""
    home = tmp_path_factory.mktemp("korea")
    steps = (("import", seed, "--source", "issa"), ("build", "--source", "issa"))
    return Filled(home, tuple(practices(home, *step) for step in steps))


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory, practices: Callable[..., Outcome]) -> Filled:
    """Return a home after `practices refresh sample`. Tests only read it."""
    home = tmp_path_factory.mktemp("sample")
    return Filled(home, (practices(home, "--json", "refresh", "sample"),))
