from string import Formatter

import pytest

from pipeline.twin.vocabulary import LANGUAGES
from pipeline.twin.wording import OPENING_SLOTS, combinations, further_paragraph, grammar, opening_picks

FIELDS = {"year", "who", "number", "solution", "group", "aim", "slogan"}


@pytest.mark.parametrize("slot", sorted(grammar()))
def test_an_entry_speaks_every_language_and_names_known_fields(slot: str) -> None:
    """The grammar has no gap and no field that nobody fills."""
    for entry in grammar()[slot]:
        assert set(entry) == set(LANGUAGES)
        for text in entry.values():
            assert text == text.strip() != ""
            assert {field for _, field, _, _ in Formatter().parse(text) if field} <= FIELDS


def test_there_are_enough_first_sentences() -> None:
    """100,000 practices can begin differently."""
    assert combinations() >= 100_000


def test_every_combination_is_another_choice() -> None:
    """A number names one choice of entries."""
    choices = {tuple(opening_picks(number).values()) for number in range(combinations())}
    assert len(choices) == combinations()
    assert set(opening_picks(0)) == set(OPENING_SLOTS)


def test_the_further_paragraph_belongs_to_the_key() -> None:
    """The same practice has the same further paragraph, in each language its own."""
    assert further_paragraph(200_007, "fr") == further_paragraph(200_007, "fr") != further_paragraph(200_007, "en")
