"""What a printed name may mean."""

import pytest

from pipeline.normalize import Vocabulary
from pipeline.normalize.suggest import suggest


@pytest.mark.parametrize(
    ("kind", "printed", "country_code", "best", "reason"),
    [
        ("institution", "National Pension Servise", "KOR", "kor-nps", "spelled 96 % alike"),
        ("institution", "Pension Service, National", "KOR", "kor-nps", "spelled"),
        ("institution", "Service National Pension", "KOR", "kor-nps", "the same words in another order"),
        ("institution", "NPS", "KOR", "kor-nps", "NPS is its acronym"),
        ("institution", "Korean Pension Fund (NPS)", "KOR", "kor-nps", "NPS is its acronym"),
        ("country", "Ugannda", "", "UGA", "spelled 92 % alike"),
        ("topic", "Service qualitty", "", "service-quality", "spelled"),
        ("region", "Asia & the Pacifics", "", "asia-pacific", "spelled"),
    ],
)
def test_the_best_suggestion_has_its_reason(
    kind: str, printed: str, country_code: str, best: str, reason: str, vocabulary: Vocabulary
) -> None:
    """Misspelt, turned round, or an acronym."""
    first = suggest(kind, printed, country_code, vocabulary)[0]
    assert first.target_id == best
    assert first.reason.startswith(reason)


def test_institutions_are_compared_within_their_country(vocabulary: Vocabulary) -> None:
    """The very same name elsewhere is no suggestion."""
    ids = [one.target_id for one in suggest("institution", "National Pension Service", "JPN", vocabulary)]
    assert "kor-nps" not in ids


def test_without_a_country_only_the_very_same_name_is_named(vocabulary: Vocabulary) -> None:
    """With a word of warning."""
    (one,) = suggest("institution", "National Pension Service", "", vocabulary)
    assert (one.target_id, one.reason) == ("kor-nps", "the same name, if the country is right")
    assert suggest("institution", "National Pension Servise", "", vocabulary) == []


def test_suggestions_are_ranked_few_and_of_different_entries(vocabulary: Vocabulary) -> None:
    """Best first, at most three."""
    found = suggest("country", "Guinee", "", vocabulary)
    assert [one.score for one in found] == sorted((one.score for one in found), reverse=True)
    assert len({one.target_id for one in found}) == len(found) <= 3
