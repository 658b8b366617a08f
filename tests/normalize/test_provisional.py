"""Ids of institutions that no vocabulary knows."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import VocabularyError
from pipeline.normalize import Vocabulary
from pipeline.normalize.consistency import refuse_provisional
from pipeline.normalize.provisional import PROVISIONAL, provisional_id, slug
from pipeline.normalize.text import comparison_key


def test_an_id_says_country_and_name() -> None:
    """And ends in a mark and a hash of both."""
    assert provisional_id("Fonds d’Atlantide", "FRA", "France") == "fra-fonds-datlantide-xf0cdb8b7"


def test_spellings_of_one_name_share_an_id() -> None:
    """Case, accents, dashes, blanks and the word for `&` play no part."""
    ids = {provisional_id(name, "FRA", None) for name in ("Caisse É‑Santé et Soins", "caisse  e-sante & soins")}
    assert len(ids) == 1


def test_one_name_in_two_countries_has_two_ids() -> None:
    """Known or unknown ones."""
    places = [("FRA", "France"), ("BEL", "Belgium"), (None, "Atlantis"), (None, "Lemuria"), (None, None)]
    assert len({provisional_id("Fund", *place) for place in places}) == len(places)


def test_a_known_country_counts_however_it_is_printed() -> None:
    """The id does not move when another language is read first."""
    assert provisional_id("Fund", "FRA", "France") == provisional_id("Fund", "FRA", "Frankreich")


@given(st.text(max_size=30), st.sampled_from(["KOR", None]))
def test_an_id_is_a_slug_and_depends_on_the_key_alone(name: str, country_code: str | None) -> None:
    """Of any text; a text without any letter has none."""
    found = provisional_id(name, country_code, None)
    assert found == provisional_id(comparison_key(name), country_code, None)
    if found is not None:
        assert PROVISIONAL.search(found)
        assert re.fullmatch("[a-z0-9]+(-[a-z0-9]+)*", found)
        assert len(found) <= 60
    assert (found is None) == (not comparison_key(name))


def test_names_in_other_scripts_have_ids_too() -> None:
    """Their slug is empty, their hash is not."""
    assert slug("国民年金") == ""
    assert provisional_id("国民年金", "JPN", None) != provisional_id("厚生年金", "JPN", None)


def test_a_reviewed_id_never_looks_provisional(vocabulary: Vocabulary) -> None:
    """The vocabulary is refused, so the two kinds can not collide."""
    wrong = vocabulary.institutions.head(1).with_columns(
        institution_id=vocabulary.institutions["country_code"].head(1).str.to_lowercase() + "-fund-x0123abcd"
    )
    with pytest.raises(VocabularyError, match="x0123abcd"):
        refuse_provisional(wrong)
