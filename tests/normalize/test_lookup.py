"""The exact lookup that all vocabularies share."""

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.normalize.lookup import map_names, own_names, with_key

ENTRIES = pl.DataFrame({"code": ["a", "b"], "name": ["Álpha", None], "aliases": [["First", "Alpha"], ["Second"]]})
NAMES = own_names(ENTRIES, "code", ["name", "aliases"])


def test_every_name_of_an_entry_is_a_row() -> None:
    """Single names and lists of names come out alike, nulls do not."""
    assert NAMES.select("id", "name").rows() == [("a", "Álpha"), ("a", "First"), ("a", "Alpha"), ("b", "Second")]


def test_an_unknown_name_maps_to_null() -> None:
    """There is no default entry."""
    assert map_names(pl.Series(["second", "Third"]), NAMES).rows() == [("second", "b"), ("Third", None)]


def test_a_name_without_letters_has_no_key() -> None:
    """A blank or a lone dash can not match anything, not even another one."""
    assert with_key(pl.DataFrame({"name": [" ", "–", None]}), "name")["key"].to_list() == [None, None, None]


def test_nothing_maps_to_nothing() -> None:
    """Null values alone, or no values, give a typed frame without rows."""
    for values in (pl.Series([None], dtype=pl.String), pl.Series([], dtype=pl.String), pl.Series([None])):
        assert map_names(values, NAMES).schema == {"value": pl.String, "id": pl.String}
        assert map_names(values, NAMES).is_empty()


# On a busy machine, time says nothing about a law.
@settings(deadline=None)
@given(st.permutations(["First", "ALPHA", "alpha", "Second", "Third", "First"]))
def test_the_order_of_values_does_not_matter(values: list[str]) -> None:
    """The same names give the same ids in any order and number."""
    expected = {("First", "a"), ("ALPHA", "a"), ("alpha", "a"), ("Second", "b"), ("Third", None)}
    assert set(map_names(pl.Series(values), NAMES).rows()) == expected
