"""Identity against the twin's own truth, and against records that were made to mislead."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from random import Random

import polars as pl
import pytest

from pipeline.dedupe import find_similar, identify, merge_editions, merge_practices
from pipeline.normalize import load_vocabulary, normalize
from pipeline.parse.frames import SIGHTING_SCHEMA
from pipeline.parse.links import DetailLinks
from pipeline.sources.registry import load_source
from pipeline.twin.truth import LANGUAGES, crawls, score

Maker = Callable[..., pl.DataFrame]
PERFECT = (1.0, 1.0)
OTHER = "The office sends letters about benefits, and visits villages in the mountains."
SCHEMA = {"practice_id": pl.String, "other_id": pl.String, "verdict": pl.String}


@pytest.fixture(scope="module")
def three_crawls() -> tuple[pl.DataFrame, dict[str, int]]:
    """Return three crawls of 300 practices in four languages with edits, text copies, and the truth."""
    rows, truth = crawls(300)
    return pl.DataFrame(rows, schema=SIGHTING_SCHEMA), truth


def test_every_record_of_three_crawls_finds_its_practice(three_crawls: tuple[pl.DataFrame, dict[str, int]]) -> None:
    """No two practices are joined, and none is split."""
    sightings, truth = three_crawls
    told = identify(normalize(sightings, load_vocabulary())).sightings
    result = score((row[0], truth[row[1]]) for row in told.select("practice_id", "sighting_id").iter_rows())
    assert (result.precision, result.recall) == PERFECT
    assert (result.records, result.practices) == (sightings.height, 300)
    assert set(told["rule"]) == {"detail_link", "print_of_linked"}


def test_the_order_of_records_plays_no_part(three_crawls: tuple[pl.DataFrame, dict[str, int]]) -> None:
    """Practices, editions and rules are the same for shuffled records."""
    sightings, _ = three_crawls
    shuffled = sightings.sample(fraction=1, shuffle=True, seed=7)
    one, other = (identify(normalize(frame, load_vocabulary())).sightings for frame in (sightings, shuffled))
    columns = ["sighting_id", "practice_id", "rule", "evidence", "institution_id", "topic_ids"]
    assert one.select(columns).sort("sighting_id").equals(other.select(columns).sort("sighting_id"))
    languages = {"sample": tuple(LANGUAGES)}
    assert merge_practices(one, languages).equals(merge_practices(other, languages))
    assert merge_editions(one, languages).equals(merge_editions(other, languages))


PROBE = """
import json, sys, polars as pl
from pipeline.dedupe import find_similar, identify, merge_editions, merge_practices
from pipeline.normalize import load_vocabulary, normalize
from pipeline.parse.frames import SIGHTING_SCHEMA
from pipeline.twin.truth import LANGUAGES, crawls
rows, _ = crawls(40)
rows += [{**row, "source_key": "9" + row["source_key"], "sighting_id": "c" + row["sighting_id"], "institution": "Fund"}
    for row in rows if row["source_key"]]
told = identify(normalize(pl.DataFrame(rows, schema=SIGHTING_SCHEMA), load_vocabulary()))
languages = {"sample": tuple(LANGUAGES)}
practices, editions = (merge(told.sightings, languages) for merge in (merge_practices, merge_editions))
similar = find_similar(practices, editions, told.different)
print(json.dumps([frame.write_json() for frame in (told.sightings, practices, editions, similar)]))
"""


def test_hash_seed_and_thread_count_play_no_part() -> None:
    """Two processes that differ in both give the same, byte for byte."""
    outputs = {
        subprocess.run(
            [sys.executable, "-c", PROBE],
            env={**os.environ, "PYTHONHASHSEED": seed, "POLARS_MAX_THREADS": threads},
            capture_output=True,
            check=True,
        ).stdout
        for seed, threads in (("1", "1"), ("2", "4"))
    }
    assert len(outputs) == 1
    assert len(json.loads(outputs.pop())) == 4


# What each record is, and the record: the first item is the truth.
ADVERSARIES = [
    ("korea", {"source_key": "1"}),
    ("korea", {"source_key": "1", "summary": "The fund now answers by video.", "topics": ["Migration"]}),
    ("korea", {"source_key": "1", "language": "fr", "title": "Des pensions", "summary": "L’assurance répond."}),
    ("korea", {"language": "de", "summary": "L’assurance répond."}),
    ("korea", {"summary": "The fund NOW answers by  video.", "topics": []}),
    ("uganda", {"source_key": "2", "country": "Uganda", "region": "Africa"}),
    ("uganda", {"country": "Uganda", "region": "Africa"}),
    ("fund of uganda", {"source_key": "3", "institution": "National Social Security Fund", "country": "Uganda"}),
    ("fund of guinea", {"source_key": "4", "institution": "National Social Security Fund", "country": "Guinea"}),
    ("fund of guinea", {"institution": "National Social Security Fund", "country": "Guinea"}),
    ("fund of atlantis", {"institution": "National Social Security Fund", "country": "Atlantis"}),
    ("same title", {"source_key": "5", "summary": OTHER}),
    ("same text, next award", {"source_key": "6", "summary": OTHER, "award_year": "2018"}),
    ("same text, next award", {"summary": OTHER, "award_year": "2018"}),
    ("renamed node", {"source_key": "7", "summary": "It was number seven."}),
    ("renamed node", {"source_key": "8", "summary": "It was number seven.", "page_url": "http://twin.test/gp"}),
    ("swapped language", {"source_key": "9", "title": "Salud", "summary": "El fondo paga.", "language": "en"}),
    ("swapped language", {"source_key": "9", "title": "Health", "summary": "The fund pays.", "language": "es"}),
    ("swapped language", {"summary": "El fondo paga.", "language": "es"}),
]


def test_misleading_records_find_their_practices(sightings: Maker) -> None:
    """Same titles, names and texts elsewhere, edits, swapped languages; a renamed node is reported, and decided."""
    frame = normalize(sightings(*(row for _, row in ADVERSARIES)), load_vocabulary())
    before = identify(frame)
    languages = {"sample": tuple(LANGUAGES)}
    practices, editions = (merge(before.sightings, languages) for merge in (merge_practices, merge_editions))
    similar = find_similar(practices, editions, before.different)
    assert similar.filter(kind="duplicate_in_source").select("practice_id", "other_id").rows() == [
        ("sample-7", "sample-8")
    ]
    decided = pl.DataFrame([("sample-8", "sample-7", "same")], schema=SCHEMA, orient="row")
    told = identify(frame, decided).sightings["practice_id"]
    result = score((id_, number) for id_, number in zip(told, _numbers(), strict=True))
    assert (result.precision, result.recall) == PERFECT


def _numbers() -> list[int]:
    names = list(dict.fromkeys(name for name, _ in ADVERSARIES))
    return [names.index(name) for name, _ in ADVERSARIES]


def test_a_wrong_join_would_be_seen() -> None:
    """The measure itself can fail, both ways."""
    joined, split = score([("a", 1), ("a", 2)]), score([("a", 1), ("b", 1)])
    assert (joined.precision, split.recall) == (0.0, 0.0)


LINKS = [
    "/gp/77",
    "/fr/gp/77",
    "/node/77",
    "http://ww1.twin.test/gp/77",
    "https://www.twin.test/gp/77?utm_source=mail",
    "https://twin.test/es/gp/77?page=3#top",
    "//www.twin.test/de/node/77/",
]


@pytest.mark.parametrize("link", LINKS)
def test_every_address_of_a_practice_is_one_key(link: str) -> None:
    """Hosts, prefixes, aliases, http and https, tracking parameters and fragments play no part."""
    source = load_source("sample")
    assert DetailLinks(source, source.site.listing_url).key_of(link) == "77"


def test_the_draws_of_an_edit_are_the_seeds() -> None:
    """The truth is the same each time."""
    assert crawls(5, seed=3) == crawls(5, seed=3)
    assert Random(3).random() == Random(3).random()
