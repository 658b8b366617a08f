"""Sightings of one practice that print different things."""

from collections.abc import Callable
from datetime import UTC, datetime

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from pipeline.dedupe import find_contradictions

Maker = Callable[..., pl.DataFrame]
OLD, NEW = "20250101T000000Z-sample", "20260101T000000Z-sample"


def found(frame: pl.DataFrame) -> list[tuple[str, str]]:
    """Return field and value of every contradiction."""
    return find_contradictions(frame).select("field", "raw_value").rows()


@pytest.mark.parametrize(
    ("field", "one", "other"),
    [
        ("title", "A title", "Another"),
        ("summary", "It works.", "It runs."),
        ("implementation_year", "2019", "2020"),
        ("award_year", "2020", "2021"),
        ("institution", "Fund A", "Fund B"),
        ("country", "France", "Germany"),
        ("region", "Africa", "Europe"),
    ],
)
def test_two_values_of_one_field_contradict_each_other(field: str, one: str, other: str, identified: Maker) -> None:
    """Both stand in the finding, which names the page."""
    frame = identified({"source_key": "7", field: one}, {"source_key": "7", "block": "map", field: other})
    assert find_contradictions(frame).to_dicts() == [
        {
            "practice_id": "sample-7",
            "language": "en",
            "crawl_id": NEW,
            "page_url": "http://www.twin.test/databases/gp",
            "field": field,
            "raw_value": f"{min(one, other)} <> {max(one, other)}",
        }
    ]


def test_other_topics_are_a_contradiction_and_another_order_is_none(identified: Maker) -> None:
    """Order is a matter of layout."""
    rows = [{"source_key": "7", "topics": topics} for topics in (["B", "A"], ["A", "B"], ["A", "B", "A"])]
    assert found(identified(*rows)) == []
    assert found(identified(*rows, {"source_key": "7", "topics": ["A"]})) == [("topics", "A <> A | B")]


def test_a_teaser_does_not_contradict_the_text_that_it_begins(identified: Maker) -> None:
    """Nor do two teasers of different length."""
    texts = ("It’s a long text, which goes on.", "It's a long text,", "It's")
    assert found(identified(*({"source_key": "7", "summary": text} for text in texts))) == []


def test_a_text_that_begins_otherwise_contradicts(identified: Maker) -> None:
    """Even when a teaser of the other one is there."""
    texts = ("It works on the phone.", "It works", "It runs.")
    frame = identified(*({"source_key": "7", "summary": text} for text in texts))
    assert found(frame) == [("summary", "It runs. <> It works on the phone.")]


def test_the_beginning_of_a_title_is_another_title(identified: Maker) -> None:
    """Only summaries have teasers."""
    frame = identified({"source_key": "7", "title": "Phone"}, {"source_key": "7", "title": "Phone pensions"})
    assert found(frame) == [("title", "Phone <> Phone pensions")]


@pytest.mark.parametrize(("one", "other"), [("It’s  on", "It's on"), ("Café", "Cafe\u0301"), ("A–B", "A-B")])
def test_typography_is_no_contradiction(one: str, other: str, identified: Maker) -> None:
    """Renditions differ in it."""
    assert found(identified({"source_key": "7", "title": one}, {"source_key": "7", "title": other})) == []


@pytest.mark.parametrize("field", ["title", "summary", "award_year", "country"])
def test_absence_does_not_contradict(field: str, identified: Maker) -> None:
    """A block may print less."""
    assert found(identified({"source_key": "7"}, {"source_key": "7", field: None})) == []
    assert found(identified({"source_key": "7"}, {"source_key": "7", "topics": []})) == []


def test_languages_do_not_contradict_each_other(identified: Maker) -> None:
    """A translation is meant to differ."""
    assert found(identified({"source_key": "7"}, {"source_key": "7", "language": "fr", "title": "Titre"})) == []


def test_an_older_crawl_does_not_contradict_the_newest(identified: Maker) -> None:
    """That is a change."""
    frame = identified({"source_key": "7"}, {"source_key": "7", "crawl_id": OLD, "title": "Then"})
    assert found(frame) == []


def test_an_import_contradicts_the_newest_crawl(identified: Maker) -> None:
    """And another import."""
    imported = {"source_key": "7", "crawl_kind": "import", "crawl_id": OLD}
    frame = identified({"source_key": "7"}, {**imported, "title": "Saved"})
    assert found(frame) == [("title", "Saved <> Pensions on the phone")]
    frame = identified({**imported, "title": "Saved"}, {**imported, "title": "Kept"})
    assert found(frame) == [("title", "Kept <> Saved")]


def test_two_practices_do_not_contradict_each_other(identified: Maker) -> None:
    """They may differ in everything."""
    assert found(identified({"source_key": "7"}, {"source_key": "8", "title": "Else"})) == []


def test_nothing_contradicts_nothing(identified: Maker) -> None:
    """The columns are there."""
    none, some = find_contradictions(identified()), find_contradictions(identified({}))
    assert (none.height, none.schema) == (0, some.schema)


@settings(deadline=None, max_examples=30)
@given(
    titles=st.lists(st.sampled_from(["A", "B", "a", "A–B", "A-B"]), max_size=8),
    randomness=st.randoms(use_true_random=False),
)
def test_the_order_of_sightings_does_not_matter(titles: list[str], randomness: object, identified: Maker) -> None:
    """The same sightings contradict each other in the same words."""
    frame = identified(
        *(
            {
                "source_key": "7",
                "title": title,
                "captured_at": datetime(2026, 1, 1 + number, tzinfo=UTC),
                "page_url": f"http://www.twin.test/databases/gp?page={number % 3}",
            }
            for number, title in enumerate(titles)
        )
    )
    order = list(range(frame.height))
    randomness.shuffle(order)
    assert_frame_equal(find_contradictions(frame), find_contradictions(frame[order]))
