"""The whole twin, fetched over HTTP, from the first request to the release."""

import json
from collections import Counter
from typing import Any

import polars as pl
import pytest

from pipeline.twin.content import TwinPractice, generate
from pipeline.twin.vocabulary import vocabulary

COUNT = 330
PREFIXES = {"en": "", "fr": "/fr", "es": "/es", "de": "/de"}


@pytest.fixture(scope="module")
def twin() -> list[TwinPractice]:
    return generate(COUNT)


def test_refresh_succeeds(sample: Any) -> None:
    """Exit code 0, one JSON document on stdout, a report on stderr."""
    (done,) = sample.outcomes
    assert done.code == 0, done.err
    assert (done.data["is_new"], done.data["rows"]["practices"]) == (True, COUNT)
    assert "published" in done.err


def test_the_certificate_is_complete(sample: Any) -> None:
    """Every oracle of every language holds, and the release carries the evidence."""
    record = json.loads((sample.home / "curated" / "latest" / "release.json").read_text())
    (crawl,) = record["crawls"]
    assert crawl["certificate"]["verdict"] == "complete"
    assert {oracle["verdict"] for oracle in crawl["certificate"]["oracles"]} == {"complete"}
    assert (record["is_partial"], record["is_synthetic"], record["accepted"]) == (False, True, None)
    assert sample.outcomes[0].data["crawl_id"] == crawl["crawl_id"]


def test_every_practice_is_published_once(sample: Any, twin: list[TwinPractice]) -> None:
    """By the site's own keys."""
    keys = sorted(str(practice.key) for practice in twin)
    assert sorted(sample.table("practices")["source_key"]) == keys


def test_every_practice_is_what_the_twin_holds(sample: Any, twin: list[TwinPractice]) -> None:
    """Texts, both years, institution, country, region, topics and languages."""
    terms = vocabulary()
    expected = {
        f"sample-{practice.key}": {
            "practice_id": f"sample-{practice.key}",
            "url": f"http://www.twin.test/gp/{practice.key}",
            "title": practice.titles["en"],
            "summary": "\n\n".join(practice.summaries["en"]),
            "language": "en",
            "implementation_year": practice.implementation_year,
            "award_year": practice.award_year,
            "institution_id": practice.institution_id,
            "institution_name": terms.institutions[practice.institution_id].names["en"],
            "country_code": practice.country_code,
            "country_name": terms.countries[practice.country_code].names["en"],
            "region": practice.region,
            "topic_ids": list(practice.topic_ids),
            "topic_labels": [terms.topics[topic].names["en"] for topic in practice.topic_ids],
            "edition_languages": sorted(practice.titles),
            "state": "present",
        }
        for practice in twin
    }
    columns = list(next(iter(expected.values())))
    found = {row["practice_id"]: row for row in sample.table("practices").select(columns).to_dicts()}
    assert [key for key in expected if found.get(key) != expected[key]] == []
    assert found == expected


def test_every_edition_is_what_the_twin_prints(sample: Any, twin: list[TwinPractice]) -> None:
    """Title, summary and every name in the language of the edition."""
    terms = vocabulary()
    expected = {
        (f"sample-{practice.key}", language): (
            f"http://www.twin.test{PREFIXES[language]}/gp/{practice.key}",
            practice.titles[language],
            "\n\n".join(practice.summaries[language]),
            terms.institutions[practice.institution_id].names[language],
            terms.countries[practice.country_code].names[language],
            terms.regions[practice.region].names[language],
            [terms.topics[topic].names[language] for topic in practice.topic_ids],
        )
        for practice in twin
        for language in practice.titles
    }
    rows = sample.table("editions").rows()
    found = {row[:2]: row[2:] for row in rows}
    assert [key for key in expected if found.get(key) != expected[key]] == []
    assert (len(rows), found) == (len(expected), expected)


def test_every_topic_of_a_practice_is_a_row(sample: Any, twin: list[TwinPractice]) -> None:
    """With its position and the printed label."""
    names = vocabulary().topics
    expected = {
        (f"sample-{practice.key}", topic, position, names[topic].names["en"])
        for practice in twin
        for position, topic in enumerate(practice.topic_ids, start=1)
    }
    columns = ["practice_id", "topic_id", "position", "label"]
    assert set(sample.table("practice_topics").select(columns).iter_rows()) == expected


@pytest.mark.parametrize(
    ("table", "key", "column"),
    [("institutions", "institution_id", "institution_id"), ("countries", "country_code", "country_code")],
)
def test_entries_count_their_practices(
    table: str, key: str, column: str, sample: Any, twin: list[TwinPractice]
) -> None:
    """As the twin's own data do."""
    expected = Counter(getattr(practice, column) for practice in twin)
    assert dict(sample.table(table).select(key, "practice_count").iter_rows()) == expected


def test_topics_count_their_practices(sample: Any, twin: list[TwinPractice]) -> None:
    """Parents that no practice carries count none."""
    expected = Counter(topic for practice in twin for topic in practice.topic_ids)
    counts = dict(sample.table("topics").select("topic_id", "practice_count").iter_rows())
    assert {topic: count for topic, count in counts.items() if count} == expected


def test_every_sighting_is_in_its_practice(sample: Any) -> None:
    """By its link, whether in the list or on the map."""
    sightings = sample.table("sightings")
    assert set(sightings["block"]) <= {"list", "map"}
    assert set(sample.table("merges")["rule"]) == {"detail_link"}
    assert sightings.filter(pl.col("practice_id") != pl.format("sample-{}", "source_key")).height == 0


def test_every_practice_was_seen_in_the_listing_of_every_language(sample: Any, twin: list[TwinPractice]) -> None:
    """Page by page or by facet selections, in the list or on the map: whichever way the listing was read."""
    prefix = pl.col("page_url").str.extract(r"^http://www\.twin\.test(/fr|/es|/de|)/databases/gp(?:\?|$)", 1)
    seen = sample.table("sightings").select(prefix.alias("prefix"), "source_key").unique()
    assert set(seen.iter_rows()) == {(prefix, str(practice.key)) for prefix in PREFIXES.values() for practice in twin}


def test_only_what_the_twin_hides_is_found(sample: Any, twin: list[TwinPractice]) -> None:
    """A few practices have no award year; nothing is unmapped, contradicted or unclaimed."""
    findings = sample.table("findings")
    expected = {f"sample-{practice.key}" for practice in twin if practice.award_year is None}
    assert set(findings.select("kind", "practice_id").iter_rows()) == {
        ("missing_award_year", practice) for practice in expected
    }
    assert (findings.height, sample.table("rejects").height) == (len(expected), 0)
