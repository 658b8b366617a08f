"""The tables of a release, put together from what the stages before have found."""

from collections.abc import Callable
from typing import Any

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from polars.testing import assert_frame_equal

from pipeline.curate import assemble, check_contracts
from pipeline.normalize import load_vocabulary
from pipeline.sources.registry import load_source
from pipeline.tables import TABLES, empty

Tables = dict[str, pl.DataFrame]
Maker = Callable[..., Tables]


def one(frame: pl.DataFrame) -> dict[str, object]:
    (row,) = frame.to_dicts()
    return row


def test_nothing_makes_eleven_empty_tables(curated: Maker) -> None:
    """They keep their contracts: every column is there and typed."""
    tables = curated()
    check_contracts(tables)
    assert {name: frame.schema for name, frame in tables.items()} == {name: empty(name).schema for name in TABLES}
    assert {frame.height for frame in tables.values()} == {0}


def test_a_small_release_keeps_its_contracts(small_tables: Tables) -> None:
    """Known and unknown, linked and not, in one language and in two."""
    check_contracts(small_tables)
    assert small_tables["practices"].height == 3


def test_tables_are_sorted_by_key(small_tables: Tables) -> None:
    """Byte for byte the same file needs one order."""
    for name, frame in small_tables.items():
        assert_frame_equal(frame, frame.sort(TABLES[name].primary_key()))


def test_a_practice_is_described_in_full(curated: Maker) -> None:
    """Registered names beside their ids, the canonical address, and every count."""
    tables = curated({"source_key": "7"}, {"source_key": "7", "language": "fr", "block": "map"})
    practice = one(tables["practices"])
    times = {practice.pop("first_seen_at"), practice.pop("last_seen_at")}
    assert times == set(tables["sightings"]["captured_at"])
    assert practice == {
        "practice_id": "sample-7",
        "source": "sample",
        "source_key": "7",
        "url": "http://www.twin.test/gp/7",
        "title": "Pensions on the phone",
        "summary": "The fund answers questions about pensions on the phone.",
        "language": "en",
        "implementation_year": 2020,
        "award_year": 2021,
        "institution_id": "kor-nps",
        "institution_name": "National Pension Service",
        "country_code": "KOR",
        "country_name": "Korea, Republic of",
        "region": "asia-pacific",
        "topic_ids": ["health", "migration"],
        "topic_labels": ["Health", "Migration"],
        "edition_languages": ["en", "fr"],
        "sighting_count": 2,
        "state": "present",
    }


def test_an_edition_has_the_address_and_the_names_of_its_language(curated: Maker) -> None:
    """Names as printed; the address with the language's prefix."""
    row = {"source_key": "7", "language": "fr", "country": "Corée, République de", "topics": ["Santé"]}
    edition = one(curated(row)["editions"])
    assert (edition["language"], edition["url"]) == ("fr", "http://www.twin.test/fr/gp/7")
    assert (edition["country_label"], edition["topic_labels"]) == ("Corée, République de", ["Santé"])


def test_a_practice_without_link_has_the_address_of_its_page(curated: Maker) -> None:
    """And the print as its key."""
    practice = one(curated({})["practices"])
    assert practice["url"] == "http://www.twin.test/databases/gp"
    assert practice["practice_id"] == f"sample-{practice['source_key']}"
    assert practice["source_key"].startswith("x")


def test_unknown_names_are_published_as_printed(curated: Maker) -> None:
    """The country's id is null; the institution is a provisional one without country."""
    practice = one(curated({"institution": "Fund of Atlantis", "country": "Atlantis"})["practices"])
    names = [practice[name] for name in ("institution_id", "institution_name", "country_code", "country_name")]
    assert names == ["zzz-fund-of-atlantis-x1222e973", "Fund of Atlantis", None, "Atlantis"]


def test_an_unknown_topic_keeps_its_text(curated: Maker) -> None:
    """Behind the known ones, each once, and in the order of print."""
    tables = curated({"topics": ["Telepathy", "Salud", "Dowsing", "Telepathy", "Health"]})
    practice = one(tables["practices"])
    assert practice["topic_ids"] == ["health"]
    assert practice["topic_labels"] == ["Health", "Telepathy", "Dowsing"]


def test_a_topic_printed_twice_counts_once(curated: Maker) -> None:
    """At its first position, with its first label."""
    tables = curated({"source_key": "7", "topics": ["Health", "Migration", "Santé", "Health"]})
    labels = tables["practice_topics"].select("topic_id", "position", "label").sort("position")
    assert labels.rows() == [("health", 1, "Health"), ("migration", 2, "Migration")]
    assert dict(tables["topics"].select("topic_id", "practice_count").iter_rows()) == {"health": 1, "migration": 1}


def test_parents_of_used_topics_are_topics(curated: Maker) -> None:
    """Even where no practice carries them; they count none."""
    tables = curated({"topics": ["Artificial intelligence"]})
    counts = dict(tables["topics"].select("topic_id", "practice_count").iter_rows())
    assert counts == {"artificial-intelligence": 1, "information-and-communication-technology": 0}
    check_contracts(tables)


def test_entries_of_vocabularies_count_their_practices(curated: Maker) -> None:
    """Only entries that a practice has are there."""
    tables = curated(
        {"source_key": "1"},
        {"source_key": "1", "block": "map"},
        {"source_key": "2"},
        {"source_key": "3", "institution": "Fund of Atlantis"},
    )
    assert tables["institutions"].select("institution_id", "practice_count", "is_registered").rows() == [
        ("kor-fund-of-atlantis-x8301e15a", 1, False),
        ("kor-nps", 2, True),
    ]
    assert tables["countries"].select("country_code", "alpha_2", "practice_count").rows() == [("KOR", "KR", 3)]
    assert set(tables["topics"]["practice_count"]) == {3}


def test_names_in_other_languages_are_aliases(curated: Maker) -> None:
    """Sorted, each once."""
    row = {"institution": "Régimen de Seguro Social de los Trabajadores por Cuenta Propia", "country": "Francia"}
    institution = one(curated(row)["institutions"])
    assert row["institution"] in institution["aliases"]
    assert institution["aliases"] == sorted(set(institution["aliases"]))
    assert institution["acronyms"] == sorted(set(institution["acronyms"]))


def test_published_text_is_nfc_and_sightings_are_as_printed(curated: Maker) -> None:
    """Quotes and dashes stay the source's own."""
    printed = "Cafe\u0301 – l’“apre\u0300s”"
    tables = curated({"title": printed})
    assert tables["practices"]["title"].item() == "Café – l’“après”"
    assert tables["editions"]["title"].item() == "Café – l’“après”"
    assert tables["sightings"]["title"].item() == printed


def test_every_kept_sighting_has_its_reason(small_tables: Tables) -> None:
    """Merges are one row for one sighting."""
    keys = ["practice_id", "sighting_id"]
    assert_frame_equal(small_tables["merges"].select(keys), small_tables["sightings"].select(keys).sort(keys))


def test_a_practice_that_breaks_a_rule_is_rejected_with_all_its_sightings(curated: Maker) -> None:
    """The rest is published, and the rejects name rule, practice and page."""
    bad = {"source_key": "7", "language": "fil"}
    tables = curated({"source_key": "8"}, bad, {**bad, "block": "map", "page_url": "http://www.twin.test/map"})
    check_contracts(tables)
    assert tables["practices"]["practice_id"].to_list() == ["sample-8"]
    assert tables["rejects"].rows() == [
        (
            "s1",
            "language|regex",
            "Practice sample-7 breaks language|regex; page http://www.twin.test/databases/gp.",
        ),
        ("s2", "language|regex", "Practice sample-7 breaks language|regex; page http://www.twin.test/map."),
    ]
    for name in ("editions", "sightings", "merges", "practice_topics"):
        assert set(tables[name]["practice_id"]) == {"sample-8"}


def test_one_sighting_that_breaks_a_rule_does_not_stop_the_release(curated: Maker) -> None:
    """It is a reject, even where the practice's other sightings keep every rule."""
    tables = curated({"source_key": "8"}, {"source_key": "8", "language": "fil"}, {"source_key": "9"})
    check_contracts(tables)
    assert "s1" in set(tables["rejects"]["sighting_id"])
    assert "sample-9" in set(tables["practices"]["practice_id"])


def test_findings_of_a_rejected_practice_keep_their_page(curated: Maker) -> None:
    """The practice that they were about is not there to be named."""
    issue = {"severity": "warning", "kind": "label_twice", "message": "Twice.", "page_url": "http://www.twin.test/x"}
    tables = curated({"source_key": "7", "language": "fil"}, page_findings=({**issue, "sighting_id": "s0"},))
    check_contracts(tables)
    assert tables["findings"].select("kind", "practice_id", "page_url").rows() == [
        ("label_twice", None, "http://www.twin.test/x")
    ]


def test_rejects_of_earlier_stages_stay(curated: Maker) -> None:
    """A record that nothing tells from others is in no practice."""
    tables = curated({"institution": None}, {"source_key": "7"})
    assert tables["rejects"].select("sighting_id", "rule").rows() == [("s0", "no_identity")]


rows = st.lists(
    st.fixed_dictionaries(
        {
            "source_key": st.sampled_from([None, "1", "2"]),
            "language": st.sampled_from(["en", "fr"]),
            "title": st.sampled_from([None, "A", "B"]),
            "institution": st.sampled_from([None, "National Pension Service", "Fund of Atlantis"]),
            "country": st.sampled_from([None, "Korea, Republic of", "Atlantis"]),
            "region": st.sampled_from([None, "Europe", "Asia and Pacific", "Oceania"]),
            "award_year": st.sampled_from([None, "2020", "soon"]),
            "topics": st.sampled_from([[], ["Health"], ["Telepathy", "Migration", "Health"]]),
        }
    ),
    max_size=8,
)


@settings(deadline=None, max_examples=20)
@given(given_rows=rows)
def test_whatever_a_site_prints_the_contracts_hold(given_rows: list[dict[str, object]], curated: Maker) -> None:
    """Every sighting is in a practice or in the rejects, and no table breaks a rule."""
    tables = curated(*given_rows)
    check_contracts(tables)
    assert tables["sightings"].height + tables["rejects"].height == len(given_rows)
    assert tables["practices"]["sighting_count"].sum() == tables["sightings"].height


@pytest.mark.parametrize("name", ["issa", "sample"])
def test_assembling_changes_nothing_that_it_is_given(name: str, merged: Callable[..., Any]) -> None:
    """The same input gives the same tables again."""
    given_input, sources = merged({"source": name, "source_key": "7"}), {name: load_source(name)}
    first, second = (assemble(given_input, load_vocabulary(), sources) for _ in range(2))
    for table in TABLES:
        assert_frame_equal(first[table], second[table])
