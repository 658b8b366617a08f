"""Sightings with the ids that their printed values stand for."""

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from pipeline import tables
from pipeline.normalize import ADDED_COLUMNS, Vocabulary, normalize
from pipeline.normalize.provisional import PROVISIONAL

Row = tuple[object, ...]
SCHEMA: dict[str, pl.DataType] = {
    "sighting_id": pl.String(),
    "implementation_year": pl.String(),
    "award_year": pl.String(),
    "institution": pl.String(),
    "country": pl.String(),
    "region": pl.String(),
    "topics": pl.List(pl.String()),
}
KOREA: Row = (
    "1",
    "2020",
    "2021",
    "National Pension Service",
    "Korea, Republic of",
    "Asia and Pacific",
    ["Health", "Migration"],
)
SPANISH: Row = (
    "2",
    "2008",
    None,
    "Régimen de Seguro Social de los Trabajadores por Cuenta Propia",
    "Francia",
    "Europa",
    ["Salud"],
)
UNKNOWN: Row = ("3", "c. 2020", "", "Fund of Atlantis", "Atlantis", "Oceania", ["Health", "Telepathy", None])
NOTHING: Row = ("4", None, None, None, None, None, [])
ROWS = [KOREA, SPANISH, UNKNOWN, NOTHING]


def frame(rows: list[Row]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=SCHEMA, orient="row")


def added(row: Row, vocabulary: Vocabulary) -> tuple[object, ...]:
    return normalize(frame([row]), vocabulary).select(ADDED_COLUMNS).row(0)


def test_known_values_become_ids(vocabulary: Vocabulary) -> None:
    """Years are numbers; names are entries of the vocabulary."""
    expected = (2020, 2021, "kor-nps", "KOR", "asia-pacific", ["health", "migration"])
    assert expected == added(KOREA, vocabulary)


def test_a_translated_record_gets_the_same_ids(vocabulary: Vocabulary) -> None:
    """The language of the page does not matter."""
    assert added(SPANISH, vocabulary) == (2008, None, "fra-rsi", "FRA", "europe", ["health"])


def test_unknown_values_are_null(vocabulary: Vocabulary) -> None:
    """Nothing is guessed, and an unknown topic keeps its place in the list; an institution gets a provisional id."""
    found = added(UNKNOWN, vocabulary)
    assert PROVISIONAL.search(found[2])
    assert (*found[:2], *found[3:]) == (None, None, None, None, ["health", None, None])


def test_absent_values_are_null(vocabulary: Vocabulary) -> None:
    """No topics are an empty list."""
    assert added(NOTHING, vocabulary) == (None, None, None, None, None, [])


def test_an_institution_without_a_known_country_is_unknown(vocabulary: Vocabulary) -> None:
    """Its name alone could be somebody else's, so it is one of its own, and another one in every unknown country."""
    places = [(*KOREA[:4], country, *KOREA[5:]) for country in ("Atlantis", "Lemuria", None)]
    ids = normalize(frame(places), vocabulary)["institution_id"].to_list()
    assert len(set(ids)) == 3
    assert all(id_.startswith("zzz-national-pension-service-x") for id_ in ids)


def test_the_region_is_the_printed_one(vocabulary: Vocabulary) -> None:
    """It is not filled from the country, nor corrected by it."""
    result = normalize(frame([KOREA, KOREA]).with_columns(region=pl.Series([None, "Europe"])), vocabulary)
    assert result["region_code"].to_list() == [None, "europe"]


@pytest.mark.parametrize("rows", [[], ROWS])
def test_rows_and_columns_are_kept(rows: list[Row], vocabulary: Vocabulary) -> None:
    """The same rows in the same order, all their columns as they were, and the added ones typed."""
    sightings = frame(rows)
    result = normalize(sightings, vocabulary)
    assert_frame_equal(result.drop(ADDED_COLUMNS), sightings)
    types = (pl.Int32, pl.Int32, pl.String, pl.String, pl.String, pl.List(pl.String))
    assert result.schema == SCHEMA | dict(zip(ADDED_COLUMNS, types, strict=True))


def test_the_sightings_table_fits(vocabulary: Vocabulary) -> None:
    """The columns that the stage needs are those of the contract."""
    assert normalize(tables.empty("sightings").drop("practice_id"), vocabulary).columns[-6:] == list(ADDED_COLUMNS)


def test_normalizing_twice_changes_nothing(vocabulary: Vocabulary) -> None:
    """Columns that an earlier run added are replaced."""
    once = normalize(frame(ROWS), vocabulary)
    assert_frame_equal(normalize(once, vocabulary), once)


@pytest.fixture(scope="module")
def alone(vocabulary: Vocabulary) -> dict[object, Row]:
    """Return what each row gets when it is the only one, by its sighting_id."""
    return {row[0]: added(row, vocabulary) for row in ROWS}


# On a busy machine, time says nothing about a law.
@settings(deadline=None)
@given(rows=st.lists(st.sampled_from(ROWS), max_size=12))
def test_a_row_does_not_depend_on_its_neighbours(
    rows: list[Row], vocabulary: Vocabulary, alone: dict[object, Row]
) -> None:
    """Any order and any repetition of rows gives each row what it gets alone."""
    result = normalize(frame(rows), vocabulary).select(ADDED_COLUMNS).rows()
    assert result == [alone[row[0]] for row in rows]
