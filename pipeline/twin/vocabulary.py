"""The reviewed vocabularies as the twin prints them; it reads the files itself and needs no stage of the pipeline."""

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

LANGUAGES = ("en", "fr", "es", "de")
# A term whose number on the real site is unknown gets one from these, far above the numbers seen there.
MADE_UP_COUNTRY_ID, MADE_UP_TOPIC_ID = 30_000, 40_000
# Africa is 1015 on the real site; the numbers of the other regions were never seen.
FIRST_REGION_ID = 1015


@dataclass(frozen=True, slots=True)
class Term:
    """An entry that a page can name and a facet can select.

    Attributes:
        key: Id in the vocabulary.
        term_id: Number in facet addresses.
        names: Name by language, English where a translation is missing, as the real site does.
        group: Region of a country, country of an institution, empty otherwise.
        acronym: First acronym of an institution, empty otherwise.
        is_retired: Whether the site no longer uses a topic.
    """

    key: str
    term_id: str
    names: dict[str, str]
    group: str = ""
    acronym: str = ""
    is_retired: bool = False


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All terms by key; topics in the order in which a record prints them."""

    regions: dict[str, Term]
    countries: dict[str, Term]
    topics: dict[str, Term]
    institutions: dict[str, Term]


@cache
def vocabulary() -> Vocabulary:
    """Return the vocabularies of `pipeline/vocab/`, read once.

    An institution is left out when its country has no region there, since the award cycle depends on the region, and
    when only its acronym is known: a listing prints names.
    """
    regions = {
        row["region"]: Term(row["region"], str(FIRST_REGION_ID + number), _names(row, "name"))
        for number, row in enumerate(_rows("regions.csv"))
    }
    countries = {
        row["country_code"]: Term(
            row["country_code"],
            row["source_term_id"] or str(MADE_UP_COUNTRY_ID + number),
            _names(row, "name"),
            row["region"],
        )
        for number, row in enumerate(_rows("countries.csv"))
        if row["region"] in regions
    }
    topics = {
        row["topic_id"]: Term(
            row["topic_id"],
            row["source_term_id"] or str(MADE_UP_TOPIC_ID + number),
            _names(row, "label"),
            is_retired=row["is_retired"] == "yes",
        )
        for number, row in enumerate(sorted(_rows("topics.csv"), key=_printed_order))
    }
    institutions = {
        row["institution_id"]: Term(
            row["institution_id"], "", _names(row, "name"), row["country_code"], row["acronyms"].split("|")[0].strip()
        )
        for row in _rows("institutions.csv")
        if row["country_code"] in countries and row["name"] not in row["acronyms"].split("|")
    }
    return Vocabulary(regions, countries, topics, institutions)


def _rows(name: str) -> Iterator[dict[str, str]]:
    text = files("pipeline.vocab").joinpath(name).read_text(encoding="utf-8")
    return csv.DictReader(text.splitlines())


def _names(row: dict[str, str], prefix: str) -> dict[str, str]:
    """Return the names by language; the English column is `name` in the institutions file, `*_en` elsewhere."""
    english = row.get(f"{prefix}_en") or row[prefix]
    return {language: row.get(f"{prefix}_{language}") or english for language in LANGUAGES}


def _printed_order(row: dict[str, str]) -> int:
    return int(row["position"] or 10_000)
