"""What a person should look at."""

from collections.abc import Callable

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.tables import TABLES

Maker = Callable[..., dict[str, pl.DataFrame]]
PAGE_FINDING = {
    "severity": "warning",
    "kind": "label_twice",
    "crawl_id": "20260101T000000Z-sample",
    "page_url": "http://www.twin.test/databases/gp",
    "field": "award_year",
    "raw_value": "2019",
    "message": "The label stands twice.",
}
# The name of an entry is null exactly where nothing was printed, and then its id is as well.
FIELD_OF = {"institution_name": "institution_id", "country_name": "country_code"}


def found(tables: dict[str, pl.DataFrame]) -> list[tuple[str, str, str | None]]:
    """Return kind, field and raw value of every finding, sorted."""
    return sorted(tables["findings"].select("kind", "field", "raw_value").rows())


def test_a_practice_without_fault_has_no_finding(curated: Maker) -> None:
    """Everything is printed, and known."""
    assert found(curated({"source_key": "7"})) == []


@pytest.mark.parametrize(
    ("field", "printed", "expected"),
    [
        ("institution", "Fund of Atlantis", ("unmapped_institution", "institution_id", "Fund of Atlantis")),
        ("region", "Oceania", ("unmapped_region", "region", "Oceania")),
        ("topics", ["Health", "Telepathy"], ("unmapped_topic", "topic_ids", "Telepathy")),
        ("implementation_year", "c. 2020", ("unreadable_year", "implementation_year", "c. 2020")),
        ("award_year", "2020/21", ("unreadable_year", "award_year", "2020/21")),
        ("title", None, ("missing_title", "title", None)),
        ("summary", None, ("missing_summary", "summary", None)),
        ("institution", None, ("missing_institution", "institution_id", None)),
        ("region", None, ("missing_region", "region", None)),
        ("implementation_year", None, ("missing_implementation_year", "implementation_year", None)),
        ("award_year", None, ("missing_award_year", "award_year", None)),
        ("region", "Europe", ("region_differs", "region", "Europe")),
    ],
)
def test_each_fault_is_one_finding(
    field: str, printed: object, expected: tuple[str, str, str | None], curated: Maker
) -> None:
    """It names the column of the practice, and the text as printed."""
    assert found(curated({"source_key": "7", field: printed})) == [expected]


def test_an_unknown_country_leaves_its_institutions_unknown(curated: Maker) -> None:
    """A name counts only together with its country; both are found."""
    assert found(curated({"source_key": "7", "country": "Atlantis"})) == [
        ("unmapped_country", "country_code", "Atlantis"),
        ("unmapped_institution", "institution_id", "National Pension Service"),
    ]


def test_a_region_that_differs_says_where_the_country_belongs(curated: Maker) -> None:
    """The printed region is published, and the other one is a suggestion."""
    tables = curated({"source_key": "7", "region": "Africa"})
    assert tables["practices"]["region"].to_list() == ["africa"]
    assert tables["findings"].select("suggestion", "practice_id").rows() == [("asia-pacific", "sample-7")]


def test_a_contradiction_is_a_finding(curated: Maker) -> None:
    """The best block's value is published."""
    tables = curated({"source_key": "7", "title": "A"}, {"source_key": "7", "title": "B", "block": "map"})
    assert found(tables) == [("contradiction", "title", "A <> B")]
    assert tables["practices"]["title"].to_list() == ["A"]


def test_an_ambiguous_record_is_a_finding(curated: Maker) -> None:
    """Both candidates are named, with the page."""
    tables = curated({"source_key": "1"}, {"source_key": "2"}, {})
    assert found(tables) == [("ambiguous_identity", "practice_id", "1, 2")]
    assert tables["findings"]["page_url"].to_list() == ["http://www.twin.test/databases/gp"]


def test_a_finding_of_a_page_is_about_the_practice_of_its_sighting(curated: Maker) -> None:
    """And about no practice when it is about the page."""
    of_record, of_page = {**PAGE_FINDING, "sighting_id": "s0"}, {**PAGE_FINDING, "kind": "unreadable_page"}
    findings = curated({"source_key": "7"}, page_findings=(of_record, of_page))["findings"]
    assert sorted(findings.select("kind", "practice_id").rows()) == [
        ("label_twice", "sample-7"),
        ("unreadable_page", None),
    ]


def test_the_same_finding_twice_is_one(curated: Maker) -> None:
    """List and map print the same fault; another fault on the page is another finding."""
    same = [{**PAGE_FINDING, "sighting_id": sighting} for sighting in ("s0", "s1")]
    other = {**PAGE_FINDING, "sighting_id": "s0", "raw_value": "2018"}
    rows = ({"source_key": "7"}, {"source_key": "7", "block": "map"})
    assert curated(*rows, page_findings=(*same, other))["findings"].height == 2


def test_the_id_of_a_finding_follows_from_its_content(curated: Maker) -> None:
    """The same one has the same id in every release, whatever else is found."""
    row = {"source_key": "7", "title": None}
    alone = curated(row)["findings"]
    among_others = curated({"source_key": "6", "award_year": None}, row)["findings"]
    assert set(alone["finding_id"]) < set(among_others["finding_id"])


printed = st.fixed_dictionaries(
    {
        "title": st.sampled_from([None, "A title"]),
        "summary": st.sampled_from([None, "A summary."]),
        "implementation_year": st.sampled_from([None, "", "soon", "2020"]),
        "award_year": st.sampled_from([None, "20", "2021"]),
        "institution": st.sampled_from([None, "", "NPS", "National Pension Service"]),
        "country": st.sampled_from([None, "Atlantis", "Korea, Republic of"]),
        "region": st.sampled_from([None, "Oceania", "Asia and Pacific"]),
    }
)


@settings(deadline=None, max_examples=15)
@given(row=printed)
def test_every_null_has_a_finding(row: dict[str, object], curated: Maker) -> None:
    """Whatever a page leaves out or prints wrongly, the release says why the column is null."""
    tables = curated({"source_key": "7", **row})
    explained = set(tables["findings"].select("practice_id", "field").iter_rows())
    (practice,) = tables["practices"].to_dicts()
    nullable = [name for name, column in TABLES["practices"].columns().items() if column.nullable]
    nulls = {("sample-7", FIELD_OF.get(name, name)) for name in nullable if practice[name] is None}
    assert nulls <= explained
