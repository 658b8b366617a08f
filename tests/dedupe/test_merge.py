"""What the sightings of one practice agree on."""

from collections.abc import Callable
from datetime import UTC, datetime

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from pipeline.dedupe import merge_editions, merge_practices

Maker = Callable[..., pl.DataFrame]
ATLANTIS = "kor-fund-of-atlantis-x8301e15a"
LANGUAGES = {"sample": ("en", "fr", "es", "de")}
BLOCKS = ("detail", "list", "map", "text")
# What each block prints in each field; every value is known, and the blocks differ.
PRINTED = {
    "title": ("Detail", "List", "Map", "Text"),
    "summary": ("In detail.", "In a list.", "On a map.", "In text."),
    "institution": ("National Pension Service", "National Health Insurance Service", "Fund A", "Fund B"),
    "country": ("Korea, Republic of", "France", "Germany", "Spain"),
    "region": ("Asia and Pacific", "Europe", "Africa", "Americas"),
    "implementation_year": ("2011", "2012", "2013", "2014"),
    "award_year": ("2015", "2016", "2017", "2018"),
    "topics": (["Health"], ["Migration"], ["Communication"], ["Health", "Migration"]),
}
ABSENT = dict.fromkeys(PRINTED)
FIELDS = list(PRINTED)
NEWER = datetime(2026, 2, 1, tzinfo=UTC)


def nothing(field: str) -> object:
    return [] if field == "topics" else None


def one(practices: pl.DataFrame) -> dict[str, object]:
    (row,) = practices.to_dicts()
    return row


# Which blocks print which field: one set of blocks by field.
prints = st.fixed_dictionaries({field: st.sets(st.sampled_from(BLOCKS)) for field in FIELDS})


@settings(deadline=None, max_examples=25)
@given(prints=prints)
def test_each_field_comes_from_the_best_block_that_prints_it(prints: dict[str, set[str]], identified: Maker) -> None:
    """Detail over list over map over text, field by field; null where no block prints it."""
    rows = [
        {
            "source_key": "7",
            "block": block,
            **{field: PRINTED[field][rank] if block in prints[field] else nothing(field) for field in FIELDS},
        }
        for rank, block in enumerate(BLOCKS)
    ]
    best = {
        field: next((PRINTED[field][rank] for rank, block in enumerate(BLOCKS) if block in blocks), None)
        for field, blocks in prints.items()
    }
    # Who an institution is depends on its country, so where both are printed comes first.
    placed = prints["institution"] & prints["country"]
    first = next((rank for rank, block in enumerate(BLOCKS) if block in (placed or prints["institution"])), None)
    institution = None if first is None else PRINTED["institution"][first]
    merged = one(merge_practices(identified(*rows[::-1]), LANGUAGES))
    assert {field: merged[field] for field in FIELDS} == best | {"institution": institution}
    edition = one(merge_editions(identified(*rows[::-1]), LANGUAGES))
    of_edition = ["title", "summary", "institution", "country", "region", "topics"]
    assert {field: edition[field] for field in of_edition} == {
        field: best[field] if best[field] is not None else nothing(field) for field in of_edition
    }


def test_a_printed_value_and_its_meaning_come_from_one_sighting(identified: Maker) -> None:
    """An unknown name of a better block is not given the id of a worse one's."""
    rows = (
        {
            "source_key": "7",
            "block": "detail",
            "institution": "Fund of Atlantis",
            "award_year": "soon",
        },
        {"source_key": "7", "block": "list", "topics": ["Telepathy"]},
        {"source_key": "7", "block": "map"},
    )
    merged = one(merge_practices(identified(*rows), LANGUAGES))
    pairs = {name: merged[name] for name in ("institution", "institution_id", "award_year", "award_year_value")}
    expected = {"institution": "Fund of Atlantis", "award_year": "soon"}
    assert pairs == expected | {"award_year_value": None, "institution_id": ATLANTIS}
    assert (merged["country"], merged["country_code"]) == ("Korea, Republic of", "KOR")


def test_an_institution_is_taken_from_where_its_country_is_printed_too(identified: Maker) -> None:
    """A detail page that lost the country does not make the institution unknown."""
    rows = ({"source_key": "7", "block": "detail", "country": None}, {"source_key": "7", "block": "map"})
    assert one(merge_practices(identified(*rows), LANGUAGES))["institution_id"] == "kor-nps"


@pytest.mark.parametrize(
    ("seen", "expected"),
    [
        (("de", "fr", "en"), "en"),
        (("de", "es"), "es"),
        (("de",), "de"),
        (("zz", "de"), "de"),
        (("zz", "yy"), "yy"),
    ],
)
def test_the_language_is_the_first_that_the_source_prefers(
    seen: tuple[str, ...], expected: str, identified: Maker
) -> None:
    """One that the source does not name comes last; the block does not matter."""
    blocks = ("detail", "list", "map")
    rows = [
        {"source_key": "7", "language": language, "block": block, "title": language}
        for language, block in zip(seen, blocks, strict=False)
    ]
    merged = one(merge_practices(identified(*rows), LANGUAGES))
    assert (merged["language"], merged["title"]) == (expected, expected)
    assert merged["edition_languages"] == sorted(seen)


def test_title_and_summary_are_in_the_language_of_the_row(identified: Maker) -> None:
    """A title in another language is no title in this one."""
    rows = ({"source_key": "7", "title": None}, {"source_key": "7", "language": "fr", "title": "Titre"})
    merged = one(merge_practices(identified(*rows), LANGUAGES))
    assert (merged["language"], merged["title"]) == ("en", None)
    editions = merge_editions(identified(*rows), LANGUAGES)
    assert editions.select("language", "title").rows() == [("en", None), ("fr", "Titre")]


def test_other_fields_fall_back_on_other_languages(identified: Maker) -> None:
    """A year is a year in every language."""
    rows = ({"source_key": "7", "award_year": None}, {"source_key": "7", "language": "fr", "award_year": "2018"})
    assert one(merge_practices(identified(*rows), LANGUAGES))["award_year_value"] == 2018


def test_the_newest_capture_of_a_block_counts(identified: Maker) -> None:
    """What the site prints now, not what it printed."""
    rows = ({"source_key": "7", "title": "New", "captured_at": NEWER}, {"source_key": "7", "title": "Old"})
    assert one(merge_practices(identified(*rows), LANGUAGES))["title"] == "New"


def test_sightings_are_counted_and_dated(identified: Maker) -> None:
    """First and last, over all blocks and languages."""
    rows = (
        {"source_key": "7"},
        {"source_key": "7", "language": "fr", "captured_at": NEWER},
        {"source_key": "7", "block": "map"},
        {"source_key": "8"},
    )
    merged = merge_practices(identified(*rows), LANGUAGES).select(
        "practice_id", "sighting_count", "first_seen_at", "last_seen_at"
    )
    old = datetime(2026, 1, 1, tzinfo=UTC)
    assert merged.rows() == [("sample-7", 3, old, NEWER), ("sample-8", 1, old, old)]


def test_a_practice_is_linked_when_any_sighting_is(identified: Maker) -> None:
    """It has an address then."""
    merged = merge_practices(identified({"source_key": "7"}, {}, {"summary": "Else."}), LANGUAGES)
    assert dict(merged.select("key", "is_linked").iter_rows())["7"] is True
    assert sorted(merged["is_linked"]) == [False, True]


def test_no_sightings_merge_into_nothing(identified: Maker) -> None:
    """The columns are those of other days."""
    for merge in (merge_practices, merge_editions):
        full, none = merge(identified({}), LANGUAGES), merge(identified(), LANGUAGES)
        assert (none.height, none.schema) == (0, full.schema)


rows = st.lists(
    st.fixed_dictionaries(
        {
            "source_key": st.sampled_from(["1", "2"]),
            "language": st.sampled_from(["en", "fr", "zz"]),
            "block": st.sampled_from(BLOCKS),
            "captured_at": st.sampled_from([NEWER, datetime(2026, 1, 1, tzinfo=UTC)]),
            "title": st.sampled_from([None, "A", "B"]),
            "award_year": st.sampled_from([None, "2020", "soon"]),
            "topics": st.sampled_from([[], ["Health"], ["Telepathy", "Migration"]]),
        }
    ),
    max_size=10,
)


@settings(deadline=None, max_examples=25)
@given(given_rows=rows, randomness=st.randoms(use_true_random=False))
def test_the_order_of_sightings_does_not_matter(
    given_rows: list[dict[str, object]], randomness: object, identified: Maker
) -> None:
    """The same sightings are the same practices and editions."""
    frame = identified(*given_rows)
    order = list(range(frame.height))
    randomness.shuffle(order)
    assert_frame_equal(merge_practices(frame, LANGUAGES), merge_practices(frame[order], LANGUAGES))
    assert_frame_equal(merge_editions(frame, LANGUAGES), merge_editions(frame[order], LANGUAGES))
