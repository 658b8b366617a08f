"""The public contract of the tables. Users build on it: what stands here is changed only together with the design."""

import polars as pl
import pytest

from pipeline.tables import FOREIGN_KEYS, TABLES, ForeignKey, description, empty

# Section 5 of the design: the key first, then the columns.
CONTRACT = {
    "practices": (
        "practice_id",
        "source source_key url title summary language implementation_year award_year institution_id institution_name "
        "country_code country_name region topic_ids topic_labels edition_languages sighting_count first_seen_at "
        "last_seen_at state",
    ),
    "editions": (
        "practice_id language",
        "url title summary institution_label country_label region_label topic_labels",
    ),
    "institutions": ("institution_id", "name country_code acronyms aliases practice_count is_registered"),
    "topics": (
        "topic_id",
        "label_en label_fr label_es label_de parent_topic_id source_term_id is_retired practice_count",
    ),
    "practice_topics": ("practice_id topic_id", "position label"),
    "countries": ("country_code", "alpha_2 name region practice_count"),
    "sightings": (
        "sighting_id",
        "practice_id crawl_id page_url page_digest captured_at language block position source_key title summary "
        "implementation_year award_year institution country region topics raw_digest",
    ),
    "merges": ("practice_id sighting_id", "rule evidence"),
    "findings": (
        "finding_id",
        "severity kind practice_id crawl_id page_url field raw_value suggestion message",
    ),
    "rejects": ("sighting_id", "rule message"),
    "changes": ("practice_id field", "kind old_value new_value cause previous_release_id"),
}
NULLABLE_IN_PRACTICES = {
    "implementation_year",
    "award_year",
    "institution_id",
    "institution_name",
    "country_code",
    "country_name",
    "region",
    "title",
    "summary",
}
LISTS = {
    "topic_ids",
    "topic_labels",
    "edition_languages",
    "acronyms",
    "aliases",
    "topics",
}


def test_the_tables_are_those_of_the_contract() -> None:
    """Eleven, and no other."""
    assert list(TABLES) == list(CONTRACT)


@pytest.mark.parametrize("name", CONTRACT)
def test_the_columns_are_those_of_the_contract(name: str) -> None:
    """By name and order, the key first."""
    key, columns = CONTRACT[name]
    assert TABLES[name].column_names() == [*key.split(), *columns.split()]
    assert list(TABLES[name].primary_key()) == key.split()


@pytest.mark.parametrize("name", TABLES)
def test_every_column_says_what_it_means(name: str) -> None:
    """In a sentence; the table in one as well."""
    assert (TABLES[name].__doc__ or "").endswith(".")
    for column in TABLES[name].column_names():
        assert description(name, column).endswith("."), column


def test_what_may_be_null_in_practices_is_known() -> None:
    """For each of these, findings say why."""
    assert {name for name, column in TABLES["practices"].columns().items() if column.nullable} == NULLABLE_IN_PRACTICES


def test_types_are_the_plain_ones() -> None:
    """Text, lists of text, whole numbers, times in UTC to the microsecond, and flags."""
    for name in TABLES:
        for column, dtype in empty(name).schema.items():
            if column in LISTS:
                assert dtype == pl.List(pl.String), column
            elif column.endswith("_at"):
                assert dtype == pl.Datetime("us", "UTC"), column
            elif column.startswith("is_"):
                assert dtype == pl.Boolean, column
            elif column.endswith("_count") or column == "position":
                assert dtype == pl.UInt32, column
            elif column.endswith("_year") and name == "practices":
                assert dtype == pl.Int32, column
            else:
                assert dtype == pl.String, column


@pytest.mark.parametrize("key", FOREIGN_KEYS, ids=lambda key: f"{key.table}.{key.column}")
def test_a_reference_leads_to_a_key(key: ForeignKey) -> None:
    """Of one column, and of the same type."""
    (target,) = TABLES[key.target].primary_key()
    assert empty(key.table).schema[key.column] == empty(key.target).schema[target]


def test_every_column_named_like_a_key_is_a_reference() -> None:
    """Rejects aside, whose sightings are in no other table; and changes, which know practices that are gone."""
    single = {key: name for name, (key, _) in CONTRACT.items() if " " not in key and name != "rejects"}
    expected = {
        (name, column, single[column])
        for name in TABLES
        for column in TABLES[name].column_names()
        if column in single and single[column] != name and name not in ("rejects", "changes")
    }
    # An institution may be of a country in which no practice of the release is.
    expected -= {("institutions", "country_code", "countries")}
    assert {(key.table, key.column, key.target) for key in FOREIGN_KEYS} - {
        ("topics", "parent_topic_id", "topics")
    } == expected
