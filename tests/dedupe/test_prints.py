"""Prints are ids where no link is known, so what is tested here must never change."""

import unicodedata
from collections.abc import Callable

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.dedupe.prints import with_print

Maker = Callable[..., pl.DataFrame]
KOREA = {
    "source": "issa",
    "institution": "Korea Workers' Compensation & Welfare Service",
    "country": "Korea, Republic of",
    "implementation_year": "2020",
    "award_year": "2021",
    "summary": "The Republic of Korea’s “Customized Integrated Services (CIS)” – since 2011 – support a return.",
}
FRANCE = {
    "source": "sample",
    "institution": "Caisse nationale de l’assurance maladie (CNAM)",
    "country": "France",
    "implementation_year": None,
    "award_year": None,
    "summary": "Déjà vu\u00a0: l’assuré « gère » son dossier.\n\nUne deuxième phrase, " + "encore et encore, " * 20,
}


def print_of(sightings: Maker, **changes: object) -> str | None:
    return with_print(sightings({**KOREA, **changes}))["print"].item()


@pytest.mark.parametrize(("row", "expected"), [(KOREA, "53ea17d02b3e42ff"), (FRANCE, "f66aeb6a7fec7db5")])
def test_prints_are_frozen(row: dict[str, str], expected: str, sightings: Maker) -> None:
    """If this fails, do not change the hash here: ids of published practices would move."""
    assert with_print(sightings(row))["print"].item() == expected


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Korea’s", "Korea's"),
        ("Korea‘s", "Korea's"),
        ("Koreaʼs", "Korea's"),
        ("Korea`s", "Korea's"),
        ("Korea´s", "Korea's"),
        ("the “new normal”", 'the "new normal"'),
        ("the „new normal“", 'the "new normal"'),
        ("the «new normal»", 'the "new normal"'),
        ("return–to–work", "return-to-work"),
        ("return—to—work", "return-to-work"),
        ("return\u2011to\u2011work", "return-to-work"),
        ("return\u2212to\u2212work", "return-to-work"),
        ("return  to   work", "return to work"),
        ("return\u00a0to\nwork", "return to work"),
        ("  return to work ", "return to work"),
        ("re\u00adturn to\u200b work\ufeff", "return to work"),
        ("Return To WORK", "return to work"),
        ("ﬁnancial", "financial"),
    ],
)
@pytest.mark.parametrize("field", ["summary", "institution", "country"])
def test_typography_does_not_change_the_print(field: str, one: str, other: str, sightings: Maker) -> None:
    """Quotes, dashes, blanks, case, ligatures and invisible characters differ between renditions of one page."""
    assert print_of(sightings, **{field: one}) == print_of(sightings, **{field: other})


# On a busy machine, time says nothing about a law.
@settings(deadline=None, max_examples=30)
@given(text=st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=240))
def test_unicode_forms_do_not_change_the_print(text: str, sightings: Maker) -> None:
    """A page in NFD is the same page; so is one in NFC."""
    forms = {print_of(sightings, summary=unicodedata.normalize(form, text)) for form in ("NFC", "NFD")}
    assert len(forms) == 1


@settings(deadline=None, max_examples=30)
@given(words=st.lists(st.text("aé’'“\"-–ß中", min_size=1, max_size=8), min_size=1, max_size=30))
def test_doubled_blanks_do_not_change_the_print(words: list[str], sightings: Maker) -> None:
    """Nor do line breaks, or blanks at the ends."""
    texts = (" ".join(words), f" {'  '.join(words)}\n", "\n".join(words))
    assert len({print_of(sightings, summary=text) for text in texts}) == 1


@pytest.mark.parametrize("field", ["source", "institution", "country", "implementation_year", "award_year", "summary"])
def test_every_part_counts(field: str, sightings: Maker) -> None:
    """Another source, place, year or summary is another print."""
    assert print_of(sightings, **{field: "something else"}) != print_of(sightings)


def test_a_value_does_not_slip_into_the_next_field(sightings: Maker) -> None:
    """The parts are kept apart."""
    years = ({"implementation_year": "2020", "award_year": None}, {"implementation_year": None, "award_year": "2020"})
    assert len({print_of(sightings, **year) for year in years}) == 2


@pytest.mark.parametrize(
    "changes",
    [
        {"language": "ko"},
        {"block": "map", "position": 7},
        {"title": "Another title"},
        {"topics": []},
        {"region": None},
        {"source_key": "17"},
        {"crawl_id": "20270101T000000Z-issa", "page_url": "http://elsewhere.test"},
    ],
)
def test_nothing_else_counts(changes: dict[str, object], sightings: Maker) -> None:
    """Where a record stands, and fields that one block prints and another does not, are no identity."""
    assert print_of(sightings, **changes) == print_of(sightings)


def test_only_the_start_of_the_summary_counts(sightings: Maker) -> None:
    """A teaser that is cut off after 200 characters is the same record."""
    start = "a" * 200
    assert print_of(sightings, summary=start) == print_of(sightings, summary=f"{start} and more")
    assert print_of(sightings, summary="a" * 199) != print_of(sightings, summary=start)


@pytest.mark.parametrize("field", ["institution", "summary"])
def test_without_institution_or_summary_there_is_no_print(field: str, sightings: Maker) -> None:
    """What is left could be anybody's."""
    assert print_of(sightings, **{field: None}) is None


@pytest.mark.parametrize("field", ["country", "implementation_year", "award_year"])
def test_other_parts_may_be_absent(field: str, sightings: Maker) -> None:
    """Absence is a value like another."""
    assert print_of(sightings, **{field: None}) not in (None, print_of(sightings))


def test_no_sighting_has_no_print(sightings: Maker) -> None:
    """The column is there, and empty."""
    assert with_print(sightings())["print"].to_list() == []
