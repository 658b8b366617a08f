"""Years that can hardly be, practices that may be one, and decisions that were not needed."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from pipeline.curate import assemble
from pipeline.normalize import load_vocabulary
from pipeline.sources.registry import load_source

Maker = Callable[..., dict[str, pl.DataFrame]]
SOURCES = {name: load_source(name) for name in ("sample", "issa")}


def found(tables: dict[str, pl.DataFrame]) -> list[tuple[str, str, str | None]]:
    return sorted(tables["findings"].select("kind", "field", "raw_value").rows())


@pytest.mark.parametrize(
    ("implementation", "award", "expected"),
    [
        ("2020", "2021", []),
        ("2021", "2021", []),
        ("1920", "2021", [("implausible_year", "implementation_year", "1920")]),
        ("2028", None, [("implausible_year", "implementation_year", "2028")]),
        ("2027", None, []),
        ("2020", "2018", [("award_before_implementation", "award_year", "2018")]),
        ("2020", "2022", [("award_year_outside_cycle", "award_year", "2022")]),
    ],
)
def test_a_doubtful_year_is_a_finding_and_stays(
    implementation: str, award: str | None, expected: list[tuple[str, str, str]], curated: Maker
) -> None:
    """The pages of these tests were read in 2026; what is printed is published."""
    tables = curated({"source_key": "7", "implementation_year": implementation, "award_year": award})
    assert [row for row in found(tables) if not row[0].startswith("missing")] == expected
    assert tables["practices"]["implementation_year"].to_list() == [int(implementation)]


def test_the_cycle_is_that_of_the_countrys_region(curated: Maker) -> None:
    """A wrong region is one finding, not two."""
    tables = curated({"source_key": "7", "region": "Africa", "award_year": "2021"})
    assert [kind for kind, *_ in found(tables)] == ["region_differs"]


def test_a_region_without_cycle_is_not_checked(merged: Callable[..., Any]) -> None:
    """A source file need not know any."""
    sources = {name: source.model_copy(update={"award_years": {}}) for name, source in SOURCES.items()}
    tables = assemble(merged({"source_key": "7", "award_year": "2022"}), load_vocabulary(), sources)
    assert found(tables) == []


def test_practices_that_may_be_one_name_each_other(merged: Callable[..., Any]) -> None:
    """With score, words, and the commands that decide."""
    pair = {"practice_id": "sample-1", "other_id": "sample-2", "language": "en", "score": 95.5, "differing": "a > b"}
    given = merged({"source_key": "1"}, {"source_key": "2"})
    for kind in ("near_duplicate", "duplicate_in_source"):
        similar = pl.DataFrame([pair | {"kind": kind}])
        findings = assemble(replace(given, similar=similar), load_vocabulary(), SOURCES)["findings"].filter(kind=kind)
        (row,) = findings.to_dicts()
        assert (row["practice_id"], row["raw_value"]) == ("sample-1", "sample-2")
        assert "practices review same sample-2 sample-1" in row["suggestion"]
        assert kind != "near_duplicate" or "to 95.5 % (en): a > b" in row["message"]


def test_rejected_names_and_unused_decisions_are_told_apart(merged: Callable[..., Any]) -> None:
    """A rejected name is in the queue no more; an unused decision is about no practice."""
    decided = pl.DataFrame(
        [("topic", "Telepathy", "", True), ("topic", "Dowsing", "", False)],
        schema=["kind", "printed", "country_code", "is_used"],
        orient="row",
    )
    given = replace(merged({"source_key": "7", "topics": ["Telepathy", "Scrying"]}), decided=decided)
    assert found(assemble(given, load_vocabulary(), SOURCES)) == [
        ("rejected_topic", "topic_ids", "Telepathy"),
        ("unmapped_topic", "topic_ids", "Scrying"),
        ("unused_decision", "decisions", "Dowsing"),
    ]


def test_a_provisional_institution_is_an_entry(curated: Maker) -> None:
    """Its spellings are one; it is not registered, and it is queued."""
    rows = (
        {"source_key": "1", "institution": "Fund of Atlantis"},
        {"source_key": "2", "institution": "FUND of Atlantis"},
    )
    tables = curated(*rows, {"source_key": "3", "institution": "Fund of Atlantis", "country": "Japan"})
    entries = tables["institutions"].select("name", "country_code", "aliases", "practice_count", "is_registered").rows()
    assert entries == [
        ("Fund of Atlantis", "JPN", [], 1, False),
        ("FUND of Atlantis", "KOR", ["Fund of Atlantis"], 2, False),
    ]
    assert [kind for kind, *_ in found(tables)].count("unmapped_institution") == 3
