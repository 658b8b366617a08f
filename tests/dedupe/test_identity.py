"""Which practice a sighting belongs to, and why."""

from collections import Counter
from collections.abc import Callable

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from pipeline import tables
from pipeline.dedupe import identify

Maker = Callable[..., pl.DataFrame]
TOLD = ["practice_id", "sighting_id", "key", "rule", "evidence"]

# Few values, so that records meet: two sources, two links or none, two texts or none.
rows = st.lists(
    st.fixed_dictionaries(
        {
            "source": st.sampled_from(["issa", "sample"]),
            "source_key": st.sampled_from([None, None, "1", "2"]),
            "institution": st.sampled_from([None, "One", "One", "Two"]),
            "summary": st.sampled_from([None, "It works.", "It works.", "It runs."]),
        }
    ),
    max_size=12,
)


def told(*given_rows: dict[str, object], sightings: Maker) -> list[tuple[str, str]]:
    """Return practice and rule of each row."""
    return identify(sightings(*given_rows)).sightings.select("practice_id", "rule").rows()


def test_a_linked_record_has_the_key_of_its_link(sightings: Maker) -> None:
    """Two records with one link are one practice, whatever they print."""
    found = told({"source_key": "7"}, {"source_key": "7", "summary": "Rewritten."}, sightings=sightings)
    assert found == [("sample-7", "detail_link")] * 2


def test_a_link_needs_no_text(sightings: Maker) -> None:
    """The source's own key is enough."""
    row = {"source_key": "7", "institution": None, "summary": None}
    assert told(row, sightings=sightings) == [("sample-7", "detail_link")]


def test_a_record_without_link_joins_the_one_linked_practice_with_its_print(sightings: Maker) -> None:
    """The map and a text rendition print no link, and are the same practice."""
    found = told({}, {"source_key": "7"}, {"block": "text"}, sightings=sightings)
    expected = [("sample-7", "print_of_linked"), ("sample-7", "detail_link"), ("sample-7", "print_of_linked")]
    assert found == expected


def test_a_record_without_link_joins_neither_of_two_practices_with_its_print(sightings: Maker) -> None:
    """It would be a guess; the record becomes a practice of its own, and both candidates are named."""
    result = identify(sightings({"source_key": "9"}, {"source_key": "10"}, {"sighting_id": "x"}))
    practice, rule = result.sightings.filter(sighting_id="x").select("practice_id", "rule").row(0)
    assert (practice.startswith("sample-x"), rule) == (True, "print")
    assert result.ambiguous.to_dicts() == [{"practice_id": practice, "sighting_id": "x", "candidates": "10, 9"}]


def test_records_without_link_are_told_by_their_print(sightings: Maker) -> None:
    """Two with one print are one practice, and a third is another."""
    first, second, third = told({}, {"block": "map"}, {"award_year": "2018"}, sightings=sightings)
    assert first == second
    assert first[0] != third[0]
    assert {first[1], third[1]} == {"print"}


def test_a_print_does_not_join_across_sources(sightings: Maker) -> None:
    """The same text in another listing is another practice."""
    found = told({"source": "issa", "source_key": "7"}, {"source": "sample"}, sightings=sightings)
    assert [rule for _, rule in found] == ["detail_link", "print"]


@pytest.mark.parametrize("field", ["institution", "summary"])
def test_a_record_with_neither_link_nor_print_is_rejected(field: str, sightings: Maker) -> None:
    """The reject names the rule and the page."""
    result = identify(sightings({field: None, "sighting_id": "x"}))
    assert result.sightings.height == 0
    assert result.rejects.columns == tables.empty("rejects").columns
    ((sighting, rule, message),) = result.rejects.rows()
    assert (sighting, rule) == ("x", "no_identity")
    assert "http://www.twin.test/databases/gp" in message


def test_the_evidence_says_what_the_rule_saw(sightings: Maker) -> None:
    """The link, the print, or both."""
    result = identify(sightings({"source_key": "7"}, {}, {"summary": "Else."}))
    linked, joined, alone = result.sightings["evidence"]
    assert linked == "links to 7"
    assert joined.startswith("print ")
    assert joined.endswith(" is that of 7")
    assert result.sightings["key"][2] == f"x{alone.removeprefix('print ')}"


def test_no_sightings_are_no_practices(sightings: Maker) -> None:
    """Nothing in, nothing out, and the columns are there."""
    result = identify(sightings())
    assert (result.sightings.height, result.rejects.height, result.ambiguous.height) == (0, 0, 0)
    assert set(TOLD) <= set(result.sightings.columns)


@settings(deadline=None, max_examples=30)
@given(given_rows=rows, randomness=st.randoms(use_true_random=False))
def test_the_order_of_sightings_does_not_matter(
    given_rows: list[dict[str, object]], randomness: object, sightings: Maker
) -> None:
    """Every sighting gets the same practice, rule and evidence, and the rejects are the same."""
    frame = sightings(*given_rows)
    order = list(range(frame.height))
    randomness.shuffle(order)
    one, other = identify(frame), identify(frame[order])
    assert_frame_equal(one.sightings.select(TOLD).sort("sighting_id"), other.sightings.select(TOLD).sort("sighting_id"))
    assert_frame_equal(one.rejects.sort("sighting_id"), other.rejects.sort("sighting_id"))
    assert_frame_equal(one.ambiguous.sort("sighting_id"), other.ambiguous.sort("sighting_id"))


@settings(deadline=None, max_examples=30)
@given(given_rows=rows)
def test_identifying_twice_changes_nothing(given_rows: list[dict[str, object]], sightings: Maker) -> None:
    """What was told stays told."""
    once = identify(sightings(*given_rows)).sightings
    again = identify(once)
    assert_frame_equal(again.sightings, once)
    assert again.rejects.height == 0


@settings(deadline=None, max_examples=30)
@given(given_rows=rows)
def test_no_sighting_is_lost(given_rows: list[dict[str, object]], sightings: Maker) -> None:
    """Every one is in a practice or in the rejects, once."""
    frame = sightings(*given_rows)
    result = identify(frame)
    out = Counter([*result.sightings["sighting_id"], *result.rejects["sighting_id"]])
    assert out == Counter(frame["sighting_id"])


@settings(deadline=None, max_examples=30)
@given(given_rows=rows)
def test_a_text_joins_exactly_when_one_linked_practice_has_its_print(
    given_rows: list[dict[str, object]], sightings: Maker
) -> None:
    """Never when none has it, and never when two do."""
    owners: dict[tuple[object, ...], set[object]] = {}
    for row in given_rows:
        mark = (row["source"], row["institution"], row["summary"])
        if row["source_key"] is not None and None not in mark:
            owners.setdefault(mark, set()).add(row["source_key"])
    result = identify(sightings(*given_rows))
    rules = dict(result.sightings.select("sighting_id", "rule").iter_rows())
    keys = dict(result.sightings.select("sighting_id", "key").iter_rows())
    ambiguous = set(result.ambiguous["sighting_id"])
    for number, row in enumerate(given_rows):
        sighting, mine = f"s{number}", owners.get((row["source"], row["institution"], row["summary"]), set())
        if row["source_key"] is not None:
            assert (rules[sighting], keys[sighting]) == ("detail_link", row["source_key"])
        elif len(mine) == 1:
            assert (rules[sighting], {keys[sighting]}) == ("print_of_linked", mine)
        elif sighting in rules:
            assert rules[sighting] == "print"
        assert (sighting in ambiguous) == (row["source_key"] is None and len(mine) > 1)
