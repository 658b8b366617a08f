"""The page that was saved from the ISSA's listing, from the file to the release."""

import json
import re
import shutil
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

RECORD = re.compile(
    r"(\d{4})\nAward Year:\n(\d{4})\n([^\n]+)\n,\n([^\n]+)\n,\n([^\n]+)\n\n(.+?)\s*(?:\n\nTopic:\n(.+?)\s*)?", re.DOTALL
)


def read_page(path: Path) -> list[dict[str, Any]]:
    """Return what the page prints, read independently of the pipeline."""
    records = []
    for chunk in path.read_text(encoding="utf-8").split("Implementation year:\n")[1:]:
        implementation, award, institution, country, region, summary, topics = RECORD.fullmatch(chunk).groups()
        records.append(
            {
                "summary": summary,
                "implementation_year": implementation,
                "award_year": award,
                "institution": institution,
                "country": country,
                "region": region,
                "topics": topics.split("\n") if topics else [],
            }
        )
    return records


@pytest.fixture(scope="module")
def printed(seed: Path) -> list[dict[str, Any]]:
    return read_page(seed)


def test_import_and_build_succeed(korea: Any) -> None:
    """Exit code 0, nothing on stdout, and the report says what is new."""
    imported, built = korea.outcomes
    assert [(done.code, done.out) for done in korea.outcomes] == [(0, ""), (0, "")]
    assert "imported" in imported.err
    assert re.search(r"state +│ published", built.err)
    assert re.search(r"practices +│ 29 ", built.err)


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("sightings", 39),
        ("merges", 39),
        ("practices", 29),
        ("editions", 29),
        ("institutions", 4),
        ("topics", 17),
        ("countries", 1),
        ("rejects", 0),
        ("changes", 0),
    ],
)
def test_a_table_has_so_many_rows(name: str, rows: int, korea: Any) -> None:
    """Counted by hand on the page."""
    assert korea.table(name).height == rows


def test_ten_practices_are_seen_twice(korea: Any) -> None:
    """On the map and in the list."""
    assert Counter(korea.table("practices")["sighting_count"]) == {1: 19, 2: 10}


def test_award_years(korea: Any) -> None:
    """Three competitions."""
    assert Counter(korea.table("practices")["award_year"]) == {2012: 6, 2018: 8, 2021: 15}


def test_six_practices_have_no_topics(korea: Any) -> None:
    """The page prints none for them; all others are known."""
    practices = korea.table("practices")
    assert practices.filter(pl.col("topic_labels").list.len() == 0).height == 6
    assert practices.select((pl.col("topic_ids").list.len() == pl.col("topic_labels").list.len()).all()).item()
    assert korea.table("topics").filter(pl.col("practice_count") > 0).height == 17


def test_all_institutions_are_registered(korea: Any) -> None:
    """In Korea."""
    institutions = korea.table("institutions")
    assert set(institutions.select("country_code", "is_registered").iter_rows()) == {("KOR", True)}
    assert institutions["practice_count"].sum() == 29
    assert korea.table("countries").select("country_code", "alpha_2", "region", "practice_count").rows() == [
        ("KOR", "KR", "asia-pacific", 29)
    ]


def test_only_titles_are_missing(korea: Any) -> None:
    """A text rendition prints none; everything else is mapped and agrees."""
    assert Counter(korea.table("findings")["kind"]) == {"missing_title": 29}


def test_every_sighting_is_what_the_page_prints(korea: Any, printed: list[dict[str, Any]]) -> None:
    """Field by field, in the order of the page."""
    sightings = korea.table("sightings").sort("position")
    assert sightings.select(list(printed[0])).to_dicts() == printed
    assert sightings["position"].to_list() == list(range(1, 40))
    others = sightings.select("block", "language", "title", "source_key", "page_url").unique().rows()
    assert others == [("text", "en", None, None, "file:///issa-korea.txt")]


def test_every_practice_is_what_the_page_prints(korea: Any, printed: list[dict[str, Any]]) -> None:
    """Field by field, each practice once."""
    expected = {
        record["summary"]: {
            "summary": record["summary"],
            "title": None,
            "language": "en",
            "implementation_year": int(record["implementation_year"]),
            "award_year": int(record["award_year"]),
            "institution_name": record["institution"],
            "country_code": "KOR",
            "country_name": "Korea, Republic of",
            "region": "asia-pacific",
            "topic_labels": record["topics"],
            "edition_languages": ["en"],
            "state": "present",
            "source": "issa",
        }
        for record in printed
    }
    practices = korea.table("practices")
    found = {row["summary"]: row for row in practices.select(list(next(iter(expected.values())))).to_dicts()}
    assert found == expected
    times = Counter(record["summary"] for record in printed)
    assert dict(practices.select("summary", "sighting_count").iter_rows()) == times


def test_every_edition_is_labelled_as_printed(korea: Any, printed: list[dict[str, Any]]) -> None:
    """Before anything is normalized."""
    columns = ["summary", "institution_label", "country_label", "region_label", "topic_labels"]
    found = korea.table("editions").select(columns).rows()
    expected = {
        record["summary"]: (*(record[name] for name in ("summary", "institution", "country", "region", "topics")),)
        for record in printed
    }
    assert {row[0]: row for row in found} == expected


def test_a_second_import_and_build_say_that_nothing_changed(
    korea: Any, seed: Path, practices: Callable[..., Any], tree_digest: Callable[[Path], str], tmp_path: Path
) -> None:
    """Exit code 0, and not a byte in raw/ or curated/ is another."""
    home = tmp_path / "home"
    shutil.copytree(korea.home, home, symlinks=True)
    before = tree_digest(home)
    for step in (("import", seed, "--source", "issa"), ("build", "--source", "issa")):
        done = practices(home, *step)
        assert (done.code, done.out) == (0, "")
        assert "nothing changed" in done.err
    assert tree_digest(home) == before


def test_a_build_elsewhere_gives_the_same_bytes(
    korea: Any, practices: Callable[..., Any], tree_digest: Callable[[Path], str], tmp_path: Path
) -> None:
    """Whatever the hash seed, time zone, number of threads and folder."""
    home = tmp_path / "elsewhere"
    shutil.copytree(korea.home / "raw", home / "raw")
    more = {"PYTHONHASHSEED": "17", "TZ": "Asia/Seoul", "POLARS_MAX_THREADS": "1"}
    assert practices(tmp_path, "--home", "elsewhere", "build", **more).code == 0
    assert tree_digest(home / "curated") == tree_digest(korea.home / "curated")


def test_the_release_names_its_import(korea: Any) -> None:
    """It is partial: an import can not prove that it is everything."""
    record = json.loads((korea.home / "curated" / "latest" / "release.json").read_text())
    assert (record["is_partial"], record["is_synthetic"], record["accepted"]) == (True, False, None)
    ((crawl, kind, verdict),) = [
        (crawl["crawl_id"], crawl["kind"], crawl["certificate"]["verdict"]) for crawl in record["crawls"]
    ]
    assert (kind, verdict) == ("import", "unknown")
    assert (korea.home / "raw" / "issa" / crawl / "pages.warc.gz").exists()
