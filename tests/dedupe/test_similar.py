"""Practices that may be one: reported, never joined."""

from collections.abc import Callable
from itertools import combinations

import polars as pl
import pytest
from rapidfuzz import fuzz

from pipeline.dedupe import find_similar, identify, merge_editions, merge_practices
from pipeline.dedupe.similar import MOST_COMPARED, MOST_NEAR, NEAR
from pipeline.normalize import load_vocabulary, normalize
from pipeline.parse.frames import SIGHTING_SCHEMA
from pipeline.twin.truth import LANGUAGES, crawls

Maker = Callable[..., pl.DataFrame]
TEXT = "The fund answers questions about pensions on the phone, by letter and in each of its {} offices in the country."
DECIDED = {"practice_id": pl.String, "other_id": pl.String, "verdict": pl.String}


def similar(sightings: pl.DataFrame, decided: tuple[tuple[str, str, str], ...] = ()) -> list[dict[str, object]]:
    """Return the pairs of sightings that are given raw."""
    told = identify(normalize(sightings, load_vocabulary()), pl.DataFrame(decided, schema=DECIDED, orient="row"))
    languages = {"sample": tuple(LANGUAGES)}
    practices, editions = (merge(told.sightings, languages) for merge in (merge_practices, merge_editions))
    return find_similar(practices, editions, told.different).to_dicts()


def test_two_links_that_agree_in_everything_are_duplicates(sightings: Maker) -> None:
    """After folding: quotes, dashes, blanks and case play no part, and neither do topics."""
    rows = (
        {"source_key": "1"},
        {"source_key": "2", "summary": "The fund  ANSWERS questions about pensions on the phone."},
    )
    (pair,) = similar(sightings(*rows, {"source_key": "3", "title": "Another", "summary": "Other words altogether."}))
    assert pair == {
        "practice_id": "sample-1",
        "other_id": "sample-2",
        "kind": "duplicate_in_source",
        "language": "en",
        "score": 100.0,
        "differing": "",
    }


@pytest.mark.parametrize("change", [{"title": "Another"}, {"award_year": "2018"}, {"implementation_year": "2019"}])
def test_what_differs_in_title_or_year_is_only_near(change: dict[str, str], sightings: Maker) -> None:
    """The same text, entered twice."""
    (pair,) = similar(sightings({"source_key": "1"}, {"source_key": "2", **change}))
    assert (pair["kind"], pair["score"]) == ("near_duplicate", 100.0)


def test_a_near_duplicate_names_the_differing_words(sightings: Maker) -> None:
    """Old and new, in order."""
    rows = {"source_key": "1", "summary": TEXT.format(12)}, {"source_key": "2", "summary": TEXT.format("thirteen")}
    (pair,) = similar(sightings(*rows))
    assert pair["differing"] == "12 > thirteen"
    assert NEAR <= float(str(pair["score"])) < 100


@pytest.mark.parametrize(
    "other",
    [{"institution": "National Health Insurance Service"}, {"country": "Japan"}, {"summary": "Other words."}],
)
def test_other_institutions_and_other_texts_are_not_compared(other: dict[str, str], sightings: Maker) -> None:
    """The same text of two institutions is nobody's duplicate."""
    assert similar(sightings({"source_key": "1"}, {"source_key": "2", **other})) == []


@pytest.mark.parametrize("pair", [("sample-1", "sample-2"), ("sample-2", "sample-1")])
def test_a_persons_different_silences_it(pair: tuple[str, str], sightings: Maker) -> None:
    """In either order."""
    assert similar(sightings({"source_key": "1"}, {"source_key": "2"}), ((*pair, "different"),)) == []


def test_brute_force_finds_the_same_pairs() -> None:
    """Every record of 2,000 against every other, without blocks and without a cutoff."""
    rows, _ = crawls(400)
    rows = [row for row in rows if str(row["crawl_id"]).startswith("20260101") and row["source_key"]]
    copies = [
        {
            **row,
            "source_key": f"9{row['source_key']}",
            "sighting_id": f"c{row['sighting_id']}",
            "summary": f"{row['summary']} Again.",
        }
        for row in rows[::9]
    ]
    sightings = pl.DataFrame([*rows, *copies], schema=SIGHTING_SCHEMA)
    assert sightings.height >= 2000
    told = identify(normalize(sightings, load_vocabulary()))
    editions = merge_editions(told.sightings, {"sample": tuple(LANGUAGES)})
    of_practice = dict(
        merge_practices(told.sightings, {"sample": tuple(LANGUAGES)})
        .select("practice_id", "institution_id")
        .iter_rows()
    )
    texts = [(row["practice_id"], row["language"], row["summary"].lower()) for row in editions.to_dicts()]
    expected = {
        tuple(sorted((one[0], other[0])))
        for one, other in combinations(texts, 2)
        if one[0] != other[0]
        and one[1] == other[1]
        and of_practice[one[0]] == of_practice[other[0]]
        and fuzz.ratio(" ".join(one[2].split()), " ".join(other[2].split())) >= NEAR
    }
    found = {(str(pair["practice_id"]), str(pair["other_id"])) for pair in similar(sightings)}
    assert found == expected
    assert len(found) > 100


def test_a_text_that_many_share_is_bounded(sightings: Maker) -> None:
    """Forty entries with one boilerplate: each names five others at most."""
    rows = [{"source_key": str(100 + number), "title": f"Entry {number}"} for number in range(40)]
    pairs = similar(sightings(*rows))
    firsts = [pair["practice_id"] for pair in pairs]
    assert max(map(firsts.count, firsts)) == MOST_NEAR
    assert {str(pair["practice_id"]) for pair in pairs} | {str(pair["other_id"]) for pair in pairs} == {
        f"sample-{100 + number}" for number in range(40)
    }


def test_a_large_institution_is_compared_year_by_year() -> None:
    """The work is bounded; within a year nothing is missed."""
    count = MOST_COMPARED + 1
    practices = pl.DataFrame(
        {
            "practice_id": [f"s-{number:04}" for number in range(count)],
            "institution_id": ["one"] * count,
            "implementation_year_value": [2000 + number % 700 for number in range(count)],
            "award_year_value": [2020] * count,
        }
    )
    # Four texts in all; the same one comes back after 4 practices, and in the same year after 700, which 4 divides.
    texts = [
        "Phones ring.",
        "Letters are written by hand.",
        "Villages are visited on foot.",
        "Forms are gone for good.",
    ]
    editions = practices.select("practice_id", source=pl.lit("s"), language=pl.lit("en"), is_linked=pl.lit(value=False))
    editions = editions.with_columns(
        title=pl.lit("Title"), summary=pl.Series([texts[number % 4] for number in range(count)])
    )
    nobody = pl.DataFrame(schema={"practice_id": pl.String, "other_id": pl.String})
    pairs = find_similar(practices, editions, nobody).select("practice_id", "other_id").rows()
    numbers = {(int(one[2:]), int(other[2:])) for one, other in pairs}
    assert numbers == {(one, other) for one in range(count) for other in range(one + 700, count, 700)}
