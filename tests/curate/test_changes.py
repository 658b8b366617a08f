"""The release before and its changes give this release."""

import json
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from pipeline.curate.changes import EDITION_FIELDS, PRACTICE_FIELDS, apply_changes, check_law, differences, tracked
from pipeline.errors import ContractError

Tables = dict[str, pl.DataFrame]
Maker = Callable[..., Tables]
TEXTS = st.none() | st.text(alphabet=st.characters(codec="utf-8"), max_size=6)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "source_key": st.sampled_from(["1", "2", "3"]),
            "language": st.sampled_from(["en", "fr", "de"]),
            "title": TEXTS,
            "award_year": st.sampled_from([None, "2020", "2021", "soon"]),
            "institution": st.sampled_from([None, "National Pension Service", "Fund of Atlantis"]),
            "topics": st.lists(st.sampled_from(["Health", "Migration", 'A "b" \\ c\n']), max_size=3),
        }
    ),
    max_size=5,
)


def with_state(tables: Tables, state: str) -> Tables:
    return {**tables, "practices": tables["practices"].with_columns(pl.lit(state).alias("state"))}


def rows(before: Tables, after: Tables) -> set[tuple[Any, ...]]:
    return set(differences(before, after).iter_rows())


@given(before=ROWS, after=ROWS, state=st.sampled_from(["present", "missing", "removed"]))
@settings(max_examples=60, deadline=None)
def test_law(before: Any, after: Any, state: str, curated: Maker) -> None:
    """Whatever two releases hold, in both directions."""
    old, new = curated(*before), with_state(curated(*after), state)
    for first, second in ((old, new), (new, old)):
        changes = differences(first, second)
        told, expected = apply_changes(first, changes), tracked(second)
        for name in expected:
            assert_frame_equal(told[name], expected[name])
        assert changes.select("practice_id", "field").is_unique().all()


def test_nothing_differs_from_itself(small_tables: Tables) -> None:
    """Bookkeeping aside: a release built twice has no changes."""
    later = small_tables["practices"].with_columns(
        (pl.col("sighting_count") + 1).alias("sighting_count"), pl.col("last_seen_at").dt.offset_by("1d")
    )
    assert rows(small_tables, {**small_tables, "practices": later}) == set()


def test_a_changed_cell_is_one_row_with_both_values_as_json(curated: Maker) -> None:
    """Text, number and list, in the practice and in its edition."""
    old = curated({"source_key": "1", "award_year": "2020", "topics": ["Health"]})
    new = curated({"source_key": "1", "award_year": None, "topics": ["Health", "Migration"]})
    assert rows(old, new) == {
        ("sample-1", "award_year", "changed", "2020", None),
        ("sample-1", "topic_ids", "changed", '["health"]', '["health","migration"]'),
        ("sample-1", "topic_labels", "changed", '["Health"]', '["Health","Migration"]'),
        ("sample-1", "en/topic_labels", "changed", '["Health"]', '["Health","Migration"]'),
    }


def test_a_new_practice_is_one_row_that_says_everything(curated: Maker) -> None:
    """With all its editions; the other way round it is removed."""
    old = curated({"source_key": "1"})
    new = curated({"source_key": "1"}, {"source_key": "2", "title": "Ünique"}, {"source_key": "2", "language": "fr"})
    ((practice_id, field, kind, old_value, new_value),) = rows(old, new)
    assert (practice_id, field, kind, old_value) == ("sample-2", "*", "added", None)
    value = json.loads(new_value)
    assert (value["title"], [edition["language"] for edition in value["editions"]]) == ("Ünique", ["en", "fr"])
    assert set(value) == {*PRACTICE_FIELDS, "editions"}
    assert set(value["editions"][0]) == {"language", *EDITION_FIELDS}
    assert rows(new, old) == {("sample-2", "*", "removed", new_value, None)}


def test_a_new_edition_is_one_row(curated: Maker) -> None:
    """Beside the practice's list of languages."""
    old, new = curated({"source_key": "1"}), curated({"source_key": "1"}, {"source_key": "1", "language": "fr"})
    assert {row[1:3] for row in rows(old, new)} == {("fr/*", "added"), ("edition_languages", "changed")}
    assert {row[1:3] for row in rows(new, old)} == {("fr/*", "removed"), ("edition_languages", "changed")}


@pytest.mark.parametrize(
    ("old", "new", "kind"),
    [("present", "missing", "missing"), ("missing", "removed", "removed"), ("removed", "present", "returned")],
)
def test_states_name_their_kind(old: str, new: str, kind: str, small_tables: Tables) -> None:
    """So that nobody has to compare states."""
    found = differences(with_state(small_tables, old), with_state(small_tables, new))
    assert set(found.select("field", "kind").iter_rows()) == {("state", kind)}


def test_changes_that_lead_elsewhere_are_refused(curated: Maker) -> None:
    """A change too few, and the release is not published."""
    old, new = curated({"source_key": "1"}), curated({"source_key": "1", "award_year": "2019"})
    changes = differences(old, new)
    check_law(old, changes, new)
    with pytest.raises(ContractError, match="practices of this release"):
        check_law(old, changes.clear(), new)


def test_a_column_that_the_release_before_did_not_have_is_a_change(curated: Maker) -> None:
    """Tables grow; the law holds all the same."""
    new = curated({"source_key": "1"})
    old = {**new, "practices": new["practices"].drop("region")}
    assert rows(old, new) == {("sample-1", "region", "changed", None, '"asia-pacific"')}
    check_law(old, differences(old, new), new)
