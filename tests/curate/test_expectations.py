"""Floors, bands and laws, at their edges."""

from collections.abc import Callable

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.curate.expectations import Gate, Past, bands, continuity, floors, laws, no_severe_findings
from pipeline.sources.spec import Expect

Tables = dict[str, pl.DataFrame]
EXPECT = Expect(min_practices=10, max_practices=20, min_fill={"title": 0.5})


def opened(gates: list[Gate]) -> dict[str, bool]:
    return {gate.name: gate.passed for gate in gates}


@pytest.mark.parametrize(("count", "is_open"), [(9, False), (10, True), (20, True), (21, False)])
def test_least_and_most_practices(count: int, is_open: bool, sightings: object) -> None:
    """Both bounds are part of what is expected, and both block."""
    found = opened(list(floors("sample", EXPECT, {"practices": count, "fill:title": 0.5})))
    assert found == {"practice_count": is_open, "min_fill:title": True}


def test_a_fill_rate_under_its_floor() -> None:
    """It says both in per cent."""
    *_, gate = floors("sample", EXPECT, {"practices": 15, "fill:title": 0.25})
    assert (gate.passed, gate.expected, gate.observed) == (False, "at least 50.0%", "25.0%")


@pytest.mark.parametrize(
    ("figure", "normal", "value", "is_open"),
    [
        ("practices", 1000, 900, True),
        ("practices", 1000, 899, False),
        ("practices", 1000, 1500, True),
        ("practices", 1000, 1501, False),
        ("practices", 10, 5, True),
        ("practices", 10, 4, False),
        ("editions:fr", 100, 0, False),
        ("fill:title", 0.9, 0.86, True),
        ("fill:title", 0.9, 0.84, False),
        ("fill:title", 0.5, 1.0, True),
        ("length:summary", 300, 200, False),
        ("finding:contradiction", 0.0, 0.09, True),
        ("finding:contradiction", 0.0, 0.2, False),
    ],
)
def test_bands(figure: str, normal: float, value: float, is_open: bool) -> None:
    """Around the median of earlier releases, with some slack for the smallest."""
    figures = {"practices": 1000, figure: value}
    past = Past({"practices": figures["practices"], figure: normal})
    assert opened(list(bands("sample", figures, [past], is_crawl=True)))[f"band:{figure}"] == is_open


def test_a_figure_that_is_new_has_no_normal_but_nothing() -> None:
    """A kind of warning that never was before counts from zero."""
    found = opened(
        list(bands("sample", {"practices": 100, "finding:new": 0.5}, [Past({"practices": 100})], is_crawl=True))
    )
    assert found == {"band:practices": True, "band:finding:new": False}


def test_the_first_release_has_no_bands() -> None:
    """There is nothing to compare it with."""
    assert list(bands("sample", {"practices": 100}, [], is_crawl=True)) == []


def test_one_odd_release_does_not_move_the_band() -> None:
    """The median of the last five counts, and older ones are forgotten."""
    past = [Past({"practices": count}) for count in (1, 1, 1, 100, 100, 5, 100, 100)]
    (gate,) = bands("sample", {"practices": 100}, past, is_crawl=True)
    assert (gate.passed, gate.expected.split("after ")[1]) == (True, "100")


@given(figures=st.dictionaries(st.sampled_from(["practices", "topics", "fill:title", "length:title"]), st.floats(0, 1)))
def test_what_stays_the_same_is_within_its_band(figures: dict[str, float]) -> None:
    """Whatever it is."""
    now = {"practices": 1.0} | figures
    assert all(gate.passed for gate in bands("sample", now, [Past(now), Past(now)], is_crawl=True))


def test_laws_hold_for_the_smallest_collection() -> None:
    """Two garbled rows are not yet a defect of the pipeline; three of a hundred are."""
    assert opened(list(laws("s", {"practices": 100, "garbled_text": 2, "implausible_years": 5}))) == {
        "garbled_text": True,
        "implausible_years": True,
    }
    assert opened(list(laws("s", {"practices": 100, "garbled_text": 3, "implausible_years": 6}))) == {
        "garbled_text": False,
        "implausible_years": False,
    }


def test_a_release_continues_itself(curated: Callable[..., Tables]) -> None:
    """Every id and every value is kept."""
    practices = curated(*({"source_key": str(key)} for key in range(20)))["practices"]
    assert all(gate.passed for gate in continuity("sample", practices, practices))


def test_a_practice_that_is_missing_has_kept_its_id(curated: Callable[..., Tables]) -> None:
    """It is reported as missing; only a row that vanished breaks the gate."""
    practices = curated(*({"source_key": str(key)} for key in range(20)))["practices"]
    missing = practices.with_columns(pl.lit("missing").alias("state"))
    assert opened(list(continuity("sample", missing, practices)))["kept_ids"]
    assert not opened(list(continuity("sample", practices.head(14), practices)))["kept_ids"]


def test_severe_findings_are_counted_and_one_is_named(curated: Callable[..., Tables]) -> None:
    """Warnings are none."""
    finding = {"sighting_id": None, "kind": "odd", "message": "Look.", "page_url": "http://www.twin.test/gp"}
    calm = curated({"source_key": "1"}, page_findings=({**finding, "severity": "warning"},))["findings"]
    assert [gate.passed for gate in no_severe_findings(calm)] == [True]
    (gate,) = no_severe_findings(
        curated({"source_key": "1"}, page_findings=({**finding, "severity": "severe"},))["findings"]
    )
    assert (gate.passed, gate.observed) == (False, "1, such as odd on http://www.twin.test/gp: Look.")
