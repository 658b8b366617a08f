"""Cleaning a line, and its comparison key."""

import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.normalize.text import clean_text, comparison_key

LINES = st.text(st.characters(exclude_categories=["Cs"]))
# No deadline: on a busy machine, time says nothing about a law.
LAW = settings(max_examples=500, deadline=None)
WORDS = st.text(st.sampled_from("aAéÉœßıİłñо한ا &'’´\u1ffd-–\u00a0\u200b\u00ad\ufeff\u0301\t"), max_size=30)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Côte d'Ivoire", "Côte d’Ivoire"),
        ("Côte d'Ivoire", "COTE D´IVOIRE"),
        ("Côte d'Ivoire", "Cote d\u1ffdIvoire"),
        ("Employees' State Insurance", "Employees State Insurance"),
        ("Shocks & extreme events", "Shocks and extreme events"),
        ("Shocks & extreme events", "Shocks  AND\u00a0extreme events"),
        ("Chocs & événements", "Chocs et événements"),
        ("Error & fraude", "Error y fraude"),
        ("Padres & hijos", "Padres e hijos"),
        ("Governance & Verwaltung", "Governance und Verwaltung"),
        ("Old-age pensions", "Old age – pensions"),
        ("non-salariés", "non\u2011salariés"),
        ("DATAPREV - Social", "DATAPREV\u2014Social"),
        ("Health", "He\u200bal\u00adth\ufeff"),
        ("Health", "\uff28ealth"),
        ("Türkiye", "TÜRKİYE"),
        ("Türkiye", "Turkiye"),
        ("Zakład", "Zaklad"),
        ("Peru", "Perú"),
        ("mise en œuvre", "mise en oeuvre"),
        ("Health", "\u200fHealth\u200e"),
    ],
)
def test_spellings_of_one_name_share_a_key(one: str, other: str) -> None:
    """Case, accents, apostrophes, dashes, blanks, `&` and hidden characters do not make another name."""
    assert comparison_key(one) == comparison_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Social Insurance Institute", "Social Insurance Institution"),
        ("Health", "Health insurance"),
        ("Korea, Republic of", "Republic of Korea"),
        ("Agency", "Agency (DOST)"),
        ("Niger", "Nigeria"),
        ("Error, evasion and fraud", "Error evasion and fraud"),
        ("Land", "L&"),
        ("국민연금공단", "국민건강보험공단"),
    ],
)
def test_different_names_have_different_keys(one: str, other: str) -> None:
    """Words, their order and other punctuation count."""
    assert comparison_key(one) != comparison_key(other)


def test_a_word_for_and_counts_only_between_two_words() -> None:
    """The E of `E-services` and the Y of a name stay letters at the edge of a text."""
    assert comparison_key("E-services") == "e services"
    assert comparison_key("Und") == "und"


def test_the_marks_of_other_scripts_stay() -> None:
    """A Devanagari vowel sign is a letter, not an accent, and Hangul stays composed."""
    assert comparison_key("कि") != comparison_key("क")
    assert comparison_key("국민연금공단") == "국민연금공단"


@pytest.mark.parametrize("clean", [clean_text, comparison_key])
def test_every_character_is_settled_after_one_pass(clean: Callable[[str], str]) -> None:
    """No character below U+3000 or of the compatibility blocks changes again in a second pass."""
    codes = [*range(0x3000), *range(0xF900, 0x10000)]
    texts = [f"a {chr(code)} b{chr(code)}\u0301" for code in codes]
    assert [text for text in texts if clean(clean(text)) != clean(text)] == []


@LAW
@given(LINES | WORDS)
def test_both_are_idempotent(text: str) -> None:
    """Cleaning what is clean changes nothing."""
    assert clean_text(clean_text(text)) == clean_text(text)
    assert comparison_key(comparison_key(text)) == comparison_key(text)


@LAW
@given(LINES | WORDS)
def test_composed_and_decomposed_text_is_one(text: str) -> None:
    """NFC and NFD of a text have one key."""
    composed, decomposed = unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)
    assert comparison_key(composed) == comparison_key(decomposed)


@LAW
@given(LINES | WORDS)
def test_cleaning_keeps_the_key(text: str) -> None:
    """Published text is found under the same key as the raw text."""
    assert comparison_key(clean_text(text)) == comparison_key(text)


def test_cleaning_keeps_quotes_dashes_and_case() -> None:
    """What the source chose to print is published."""
    assert (
        clean_text("“Untact” – the NPS’s non\u2011contact  Service") == "“Untact” – the NPS’s non\u2011contact Service"
    )


def test_cleaning_drops_what_nobody_sees() -> None:
    """Zero-width characters, soft hyphens and byte order marks go; all white space becomes one blank."""
    assert clean_text("\ufeff So\u00adcial\u200b\u00a0\n\tSecurity ") == "Social Security"


def test_cleaning_composes() -> None:
    """Text is NFC, also where a hidden character stood between a letter and its accent."""
    assert clean_text("e\u200b\u0301") == "é"
