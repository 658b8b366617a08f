"""Two crawls of one site: what a person must hear of the same day."""

import polars as pl

from pipeline.curate.drift import find_drift
from pipeline.parse.frames import SIGHTING_SCHEMA

LAYOUT = "award_year: div.year>div.field-content; title: h3.; topics: div.topics"


def crawl(name: str, count: int = 40, **changes: object) -> pl.DataFrame:
    """Sightings of a crawl: all alike, but for what is changed."""
    row: dict[str, object] = {
        "crawl_id": name,
        "block": "list",
        "layout": LAYOUT,
        "title": "A title",
        "summary": "A summary",
        "implementation_year": "2020",
        "award_year": "2021",
        "institution": "Fund",
        "country": "Kenya",
        "region": "Africa",
        "topics": ["Health"],
    }
    return pl.DataFrame([{**row, **changes}] * count, schema=SIGHTING_SCHEMA)


def drift(*crawls: pl.DataFrame) -> list[tuple[str, str, str, str]]:
    """Severity, kind, field and raw value of what is found."""
    found = find_drift(pl.concat(crawls), ["one", "two"])
    return found.select("severity", "kind", "field", "raw_value").rows()


def test_equal_crawls_drift_nowhere() -> None:
    """However many records were added."""
    assert drift(crawl("one"), crawl("two", 50)) == []


def test_one_crawl_alone_drifts_nowhere() -> None:
    """There is nothing to compare with."""
    assert find_drift(crawl("one"), ["one"]).height == 0


def test_a_field_that_runs_dry_is_severe() -> None:
    """As when its label is renamed."""
    assert drift(crawl("one"), crawl("two", award_year=None)) == [
        ("severe", "fill_rate_fell", "award_year", "list: 1.0 -> 0.0")
    ]


def test_a_field_that_fewer_records_have_is_a_warning() -> None:
    """One in twenty may be the source's own doing."""
    some = pl.concat([crawl("two", 38), crawl("two", 2, topics=[])])
    assert drift(crawl("one"), some) == [("warning", "fill_rate_fell", "topics", "list: 1.0 -> 0.95")]


def test_a_field_that_fills_up_is_no_finding() -> None:
    """It is what one hopes for."""
    assert drift(crawl("one", title=None), crawl("two")) == []


def test_few_records_say_nothing_about_rates() -> None:
    """One of ten may miss a year today and not tomorrow."""
    assert drift(crawl("one", 10), crawl("two", 10, award_year=None)) == []


def test_a_field_that_moves_is_named_with_both_places() -> None:
    """The layout changed, though every value was still read."""
    moved = LAYOUT.replace("h3.", "h2.node__title")
    assert drift(crawl("one"), crawl("two", layout=moved)) == [
        ("warning", "layout_changed", "title", "list: h3. -> h2.node__title")
    ]


def test_blocks_are_compared_with_themselves() -> None:
    """A map that is gone says nothing about the list."""
    assert drift(pl.concat([crawl("one"), crawl("one", block="map", title=None)]), crawl("two")) == []
