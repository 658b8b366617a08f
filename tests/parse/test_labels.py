"""Recognizing printed labels."""

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.parse.labels import Label, folded
from pipeline.parse.words import Words
from pipeline.sources.spec import Source

YEAR, AWARD, TOPICS = Label.IMPLEMENTATION_YEAR, Label.AWARD_YEAR, Label.TOPICS


@pytest.mark.parametrize(
    "text",
    [
        "Implementation year",
        "Implementation year:",
        "IMPLEMENTATION YEAR:",
        "implementation  year :",
        "Implementation\u00a0year\u00a0:",
        "Implementation year\u202f:",
        "Implementation year：",
        " \n Implementation\n year: \t",
    ],
)
def test_a_label_is_known_in_any_spelling(words: Words, text: str) -> None:
    """Case, blanks of any kind, and the colon or its absence do not matter."""
    assert words.label_at_start(text) == (YEAR, "")


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Award Year:", AWARD),
        ("Topic:", TOPICS),
        ("Topics", TOPICS),
        ("Año de implementación:", YEAR),
        ("Año de premio", AWARD),
        ("An\u0303o de implementacio\u0301n:", YEAR),
        ("Temas:", TOPICS),
        ("Année de mise en œuvre :", YEAR),
        ("Thème", TOPICS),
        ("Jahr der Auszeichnung:", AWARD),
    ],
)
def test_labels_of_all_languages_are_known_together(words: Words, text: str, label: Label) -> None:
    """Pages mix them; composed and decomposed accents are the same."""
    assert words.label_at_start(text) == (label, "")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Implementation year: 2020", (YEAR, "2020")),
        ("Implementation year:2020", (YEAR, "2020")),
        ("Award Year : 2021 ", (AWARD, "2021")),
        ("Topic: Error, evasion and fraud", (TOPICS, "Error, evasion and fraud")),
        ("Topic: Health: new ways", (TOPICS, "Health: new ways")),
        ("Topic：Health", (TOPICS, "Health")),
    ],
)
def test_a_value_behind_its_label_is_split_off(words: Words, text: str, expected: tuple[Label, str]) -> None:
    """At the first colon, whichever width it has; the value keeps its own colons."""
    assert words.label_at_start(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        ":",
        "2020",
        "Topic maps for case officers",
        "The topic: health",
        "Year",
        "Award",
        "Award Years of plenty",
        "Sub-region: North Africa",
        "Implementation year 2020",
        "x" * 100_000,
    ],
)
def test_other_texts_are_no_labels(words: Words, text: str) -> None:
    """A label ends with the text or with a colon, and begins it."""
    assert words.label_at_start(text) is None


def test_furniture_of_the_page_is_known_by_the_source_file(issa: Source) -> None:
    """Folded, as it is compared."""
    source = issa.model_copy(update={"ignore_texts": ("Read the full text:",)})
    assert Words.of(source, frozenset(), frozenset(), frozenset()).ignored == {"read the full text"}


def test_names_of_places_are_compared_folded(issa: Source) -> None:
    """Printed names come in any case."""
    made = Words.of(issa, frozenset({"Asia and Pacific"}), frozenset({"Korea, Republic of"}), frozenset({"Health"}))
    assert (made.regions, made.countries) == ({"asia and pacific"}, {"korea, republic of"})


def test_words_of_a_source_are_a_value(words: Words) -> None:
    """Equal words are the same words."""
    assert replace(words) == words


@settings(deadline=None)
@given(st.text())
def test_folding_is_settled_after_one_pass(text: str) -> None:
    """A folded text is its own key."""
    assert folded(folded(text)) == folded(text)


@settings(deadline=None)
@given(st.text(max_size=20))
def test_any_text_can_be_asked(words: Words, text: str) -> None:
    """And what stands behind a label is a part of the text."""
    found = words.label_at_start(f"Topic:{text}")
    assert found == (TOPICS, text.strip())
