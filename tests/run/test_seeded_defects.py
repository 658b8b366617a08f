"""Forty defects and more are blocked, each by the gate that is for it; twenty harmless changes are published."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipeline.archive.crawls import Crawl
from pipeline.errors import RefusedError
from pipeline.models import CrawlKind, Verdict
from pipeline.publish import publish
from pipeline.run.gates import check_gates
from pipeline.settings import Home
from pipeline.sources.registry import load_source
from pipeline.sources.spec import Source
from pipeline.twin.content import generate
from pipeline.twin.records import record

from .seeded import DEFECTS, HARMLESS, Case, Row, Tables

COUNT = 160
FIRST = datetime(2026, 11, 1, tzinfo=UTC)


def crawl_at(time: datetime, verdict: str = "complete", kind: CrawlKind = CrawlKind.CRAWL) -> Crawl:
    """Return a crawl that somebody made then."""
    name = f"{time:%Y%m%dT%H%M%SZ}-sample"
    return Crawl(name, "sample", kind, time, Verdict(verdict), Path(name), {})


@pytest.fixture(scope="module")
def source() -> Source:
    """Return the sample, with bounds that fit so few practices."""
    sample = load_source("sample")
    return sample.model_copy(
        update={"expect": sample.expect.model_copy(update={"min_practices": 100, "max_practices": 300})}
    )


@pytest.fixture(scope="module")
def rows(source: Source) -> list[Row]:
    """Return what a listing of healthy practices prints, in all its languages."""
    prefixes = {tag: language.prefix for tag, language in source.languages.items()}
    printed = [
        record(practice, language, prefixes) for practice in generate(COUNT) for language in sorted(practice.titles)
    ]
    return [
        {
            "source_key": str(found.key),
            "language": found.language,
            "title": found.title,
            "summary": "\n\n".join(found.paragraphs),
            "implementation_year": found.implementation_year and str(found.implementation_year),
            "award_year": found.award_year and str(found.award_year),
            "institution": found.institution,
            "country": found.country,
            "region": found.region,
            "topics": list(found.topics),
            "captured_at": FIRST,
            "position": position,
        }
        for position, found in enumerate(printed, start=1)
    ]


def check(home: Home, source: Source, tables: Tables, *crawls: Crawl, accept: str | None = None) -> dict[str, Any]:
    return check_gates(home, {"sample": source}, crawls, tables, accept)


def put(home: Home, source: Source, tables: Tables, *crawls: Crawl, accept: str | None = None) -> None:
    """Publish what the gates let through."""
    facts = check(home, source, tables, *crawls, accept=accept)
    listed = [{"source": crawl.source, "kind": crawl.kind.value} for crawl in crawls]
    publish(home, tables, crawls[-1].started_at, {**facts, "crawls": listed, "accepted": accept}, {})


@pytest.fixture(scope="module")
def healthy(rows: list[Row], curated: Callable[..., Tables]) -> Tables:
    """Return the tables of the healthy listing."""
    return curated(*rows)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, source: Source, healthy: Tables) -> Home:
    """Return a home with one healthy release. Tests only read it."""
    place = Home(tmp_path_factory.mktemp("seeded"))
    put(place, source, healthy, crawl_at(FIRST))
    return place


def tables_of(case: Case, rows: list[Row], curated: Callable[..., Tables]) -> Tables:
    findings = tuple({"sighting_id": None, "page_url": "http://www.twin.test/gp", **row} for row in case.findings)
    return case.tables(curated(*case.rows([dict(row) for row in rows]), page_findings=findings))


def test_there_are_enough_of_them() -> None:
    """As many as were promised."""
    assert (len(DEFECTS) >= 40, len(HARMLESS) >= 20) == (True, True)


@pytest.mark.parametrize("name", DEFECTS)
def test_a_defect_is_blocked(
    name: str, home: Home, source: Source, rows: list[Row], curated: Callable[..., Tables]
) -> None:
    """Exit code 3, and the gate that is for it says what it expected and saw."""
    case = DEFECTS[name]
    with pytest.raises(RefusedError, match="closed: ") as caught:
        check(home, source, tables_of(case, rows, curated), crawl_at(FIRST + timedelta(days=7), case.verdict))
    closed = [gate for gate in caught.value.gates if not gate["passed"]]
    assert case.gate in [gate["name"] for gate in closed]
    assert all(gate["expected"] and gate["observed"] for gate in closed)


@pytest.mark.parametrize("name", HARMLESS)
def test_a_harmless_change_is_published(
    name: str, home: Home, source: Source, rows: list[Row], curated: Callable[..., Tables]
) -> None:
    """Every gate is open."""
    found = check(home, source, tables_of(HARMLESS[name], rows, curated), crawl_at(FIRST + timedelta(days=7)))
    assert [gate for gate in found["gates"] if not gate["passed"]] == []


@pytest.mark.parametrize("name", [name for name, case in DEFECTS.items() if case.gate != "contracts"])
def test_a_person_can_accept(
    name: str, home: Home, source: Source, rows: list[Row], curated: Callable[..., Tables]
) -> None:
    """All but tables that break their contract; what was closed stands in the release."""
    case = DEFECTS[name]
    crawl = crawl_at(FIRST + timedelta(days=7), case.verdict)
    found = check(home, source, tables_of(case, rows, curated), crawl, accept="it is so")
    assert case.gate in [gate["name"] for gate in found["gates"] if not gate["passed"]]


def test_a_broken_contract_can_not_be_accepted(home: Home, source: Source, healthy: Tables) -> None:
    """Such tables are no tables."""
    wrong = {**healthy, "practices": pl.concat([healthy["practices"], healthy["practices"].head(1)])}
    with pytest.raises(RefusedError, match="contracts expected every table keeps its contract, observed practices: "):
        check(home, source, wrong, crawl_at(FIRST), accept="please")


def test_a_gate_that_raises_is_closed(home: Home, source: Source, healthy: Tables) -> None:
    """What can not tell must not open."""
    wrong = {
        **healthy,
        "practice_topics": pl.DataFrame({"practice_id": [1]}),
        "findings": healthy["findings"].drop("kind"),
    }
    with pytest.raises(RefusedError) as caught:
        check(home, source, wrong, crawl_at(FIRST))
    observed = {gate["name"]: str(gate["observed"]) for gate in caught.value.gates if not gate["passed"]}
    assert observed["figures"].startswith("it raised ")


def test_what_was_accepted_is_the_new_normal(
    tmp_path: Path, source: Source, rows: list[Row], healthy: Tables, curated: Callable[..., Tables]
) -> None:
    """The next release is compared with it; and the old normal would have to be accepted again."""
    home, fewer = Home(tmp_path), tables_of(Case(DEFECTS["a sixth of the listing"].rows), rows, curated)
    for day in range(3):
        put(home, source, healthy, crawl_at(FIRST + timedelta(days=day)))
    put(home, source, fewer, crawl_at(FIRST + timedelta(days=3)), accept="old ones were withdrawn")
    put(home, source, fewer, crawl_at(FIRST + timedelta(days=4)))
    names = {"band:practices", "band:editions"}
    found = check(home, source, fewer, crawl_at(FIRST + timedelta(days=5)))
    assert {gate["name"]: gate["expected"].split(", ")[1] for gate in found["gates"] if gate["name"] in names} == {
        "band:practices": f"after {fewer['practices'].height}",
        "band:editions": f"after {fewer['editions'].height}",
    }


def test_an_accepted_incomplete_crawl_teaches_nothing(
    tmp_path: Path, source: Source, rows: list[Row], healthy: Tables, curated: Callable[..., Tables]
) -> None:
    """The next complete crawl is compared with the complete ones before."""
    home = Home(tmp_path)
    put(home, source, healthy, crawl_at(FIRST))
    fewer = tables_of(DEFECTS["half of the listing"], rows, curated)
    put(home, source, fewer, crawl_at(FIRST + timedelta(days=1), "incomplete"), accept="the site is half down")
    put(home, source, healthy, crawl_at(FIRST + timedelta(days=2)))
    with pytest.raises(RefusedError, match="band:practices"):
        check(home, source, fewer, crawl_at(FIRST + timedelta(days=3)))


def test_imports_have_no_floor_and_no_ceiling(
    tmp_path: Path, source: Source, rows: list[Row], healthy: Tables, curated: Callable[..., Tables]
) -> None:
    """They grow by what somebody has saved; but what was there stays there."""
    home, some = Home(tmp_path), curated(*(row | {"award_year": None} for row in rows[:40]))
    put(home, source, some, crawl_at(FIRST, "unknown", CrawlKind.IMPORT))
    later = crawl_at(FIRST + timedelta(days=1), "unknown", CrawlKind.IMPORT)
    put(home, source, curated(*rows), later)
    with pytest.raises(RefusedError, match=r"band:practices expected at least [\d.]+, after"):
        check(home, source, some, crawl_at(FIRST + timedelta(days=2), "unknown", CrawlKind.IMPORT))


def test_the_first_crawl_is_not_compared_with_imports(
    tmp_path: Path, source: Source, rows: list[Row], healthy: Tables, curated: Callable[..., Tables]
) -> None:
    """They say nothing about what a whole listing looks like."""
    home = Home(tmp_path)
    imported = crawl_at(FIRST, "unknown", CrawlKind.IMPORT)
    put(home, source, curated(*rows[:20]), imported)
    found = check(home, source, healthy, imported, crawl_at(FIRST + timedelta(days=1)))
    assert not any(gate["name"].startswith("band:") for gate in found["gates"])
