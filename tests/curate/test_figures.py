"""A release in numbers."""

from collections.abc import Callable

import polars as pl
import pytest

from pipeline.curate.figures import figures_of

Tables = dict[str, pl.DataFrame]


def test_counts_fill_rates_and_texts(curated: Callable[..., Tables]) -> None:
    """Of two practices, one without title, institution and topics, and one in two languages."""
    tables = curated(
        {"source_key": "1", "title": "Four"},
        {"source_key": "1", "title": "Cinq!", "language": "fr"},
        {"source_key": "2", "title": None, "institution": None, "topics": []},
    )
    figures = figures_of(tables, "sample")
    expected = {
        "practices": 2,
        "editions": 3,
        "editions:en": 2,
        "editions:fr": 1,
        "institutions": 1,
        "countries": 1,
        "topics": 2,
        "award_years": 1,
        "fill:title": 0.5,
        "fill:summary": 1.0,
        "fill:institution_id": 0.5,
        "fill:topic_ids": 0.5,
        "length:title": 4.0,
        "distinct:summary": 0.5,
        "garbled_text": 0,
        "implausible_years": 0,
    }
    assert {name: figures[name] for name in expected} == expected


def test_another_source_does_not_count(curated: Callable[..., Tables]) -> None:
    """Nor do practices that the newest crawl does not show."""
    tables = curated({"source_key": "1"}, {"source_key": "2"})
    assert figures_of(tables, "issa")["practices"] == 0
    gone = tables["practices"].with_columns(pl.Series("state", ["present", "missing"]))
    assert figures_of({**tables, "practices": gone}, "sample")["practices"] == 1


def test_warnings_are_counted_by_practice(curated: Callable[..., Tables]) -> None:
    """Two of a kind at one practice are one."""
    figures = figures_of(curated({"source_key": "1", "topics": ["Telepathy", "Magic"]}, {"source_key": "2"}), "sample")
    assert figures["finding:unmapped_topic"] == 0.5


@pytest.mark.parametrize(
    "text", ["f\ufffdr", "FÃ¼r", "Itâ€™s", "<p>One", "</div>", "<br/>", "Tom &amp; Co", "&nbsp;", "&#8217;", "a\x07b"]
)
def test_garbled_text(text: str, curated: Callable[..., Tables]) -> None:
    """In a title or a summary."""
    for field in ("title", "summary"):
        tables = curated({"source_key": "1"})
        harmed = tables["practices"].with_columns(pl.lit(text).alias(field))
        assert figures_of({**tables, "practices": harmed}, "sample")["garbled_text"] == 1


@pytest.mark.parametrize(
    "text", ["Für “alle” – 100 %", "R&D", "a < b > c", "<5 days", "AT&T; more", "Ça va, São Paulo", "one\n\ntwo"]
)
def test_odd_but_healthy_text(text: str, curated: Callable[..., Tables]) -> None:
    """Typographic signs, ampersands and brackets are no damage."""
    tables = curated({"source_key": "1", "title": text})
    assert figures_of(tables, "sample")["garbled_text"] == 0


@pytest.mark.parametrize(
    ("implementation", "award", "is_odd"),
    [
        ("2020", "2021", 0),
        ("2020", "2020", 0),
        ("2021", "2020", 1),
        ("2028", None, 1),
        ("1899", "2020", 1),
        (None, None, 0),
    ],
)
def test_implausible_years(
    implementation: str | None, award: str | None, is_odd: int, curated: Callable[..., Tables]
) -> None:
    """Before any such programme, after the next year, or an award before the work."""
    tables = curated({"source_key": "1", "implementation_year": implementation, "award_year": award})
    assert figures_of(tables, "sample")["implausible_years"] == is_odd
