"""Decisions on top of the vocabulary."""

import polars as pl
import pytest

from pipeline.errors import VocabularyError
from pipeline.normalize import Vocabulary, normalize
from pipeline.normalize.decided import accepted_id, printed_names, unused_decisions, with_decisions
from pipeline.normalize.decisions import Decision

SCHEMA = {
    **dict.fromkeys(("implementation_year", "award_year", "institution", "country", "region"), pl.String),
    "topics": pl.List(pl.String),
}


def decision(kind: str, printed: str, verdict: str, target: str = "", country: str = "", row: int = 7) -> Decision:
    return Decision(kind, printed, country, verdict, target, "because", "2026-11-23", row=row)


def ids(vocabulary: Vocabulary, *decisions: Decision, **printed: str | None) -> dict[str, object]:
    """Return what one record gets."""
    row = {"institution": None, "country": "Korea, Republic of", "region": None, "topics": [], **printed}
    frame = pl.DataFrame([row | {"implementation_year": None, "award_year": None}], schema=SCHEMA)
    return normalize(frame, with_decisions(vocabulary, decisions, "decisions.csv")).to_dicts()[0]


@pytest.mark.parametrize("spelling", ["Fund of Atlantis", "FUND  OF ATLANTIS", "Fund‐of Atlantis"])
def test_an_alias_leads_to_its_entry(spelling: str, vocabulary: Vocabulary) -> None:
    """However it is spelled."""
    alias = decision("institution", "Fund of Atlantis", "alias", "kor-nps", "KOR")
    assert ids(vocabulary, alias, institution=spelling)["institution_id"] == "kor-nps"


def test_an_alias_counts_in_its_country_only(vocabulary: Vocabulary) -> None:
    """The same name elsewhere is another institution."""
    alias = decision("institution", "Fund of Atlantis", "alias", "kor-nps", "KOR")
    assert ids(vocabulary, alias, institution="Fund of Atlantis", country="Japan")["institution_id"] != "kor-nps"


def test_a_name_without_country_can_be_decided(vocabulary: Vocabulary) -> None:
    """A person may know what no page says; with a country, it stays as it is."""
    alias = decision("institution", "National Pension Service", "alias", "kor-nps")
    assert ids(vocabulary, alias, institution="National Pension Service", country=None)["institution_id"] == "kor-nps"
    assert (
        ids(vocabulary, alias, institution="National Pension Service", country="Japan")["institution_id"] != "kor-nps"
    )


def test_countries_regions_and_topics_have_aliases_too(vocabulary: Vocabulary) -> None:
    """An alias of a country makes its institutions known."""
    made = (
        decision("country", "Korea", "alias", "KOR"),
        decision("region", "Far East", "alias", "asia-pacific"),
        decision("topic", "Wellness", "alias", "health"),
    )
    found = ids(
        vocabulary,
        *made,
        institution="National Pension Service",
        country="Korea",
        region="Far East",
        topics=["Wellness"],
    )
    expected = {
        "country_code": "KOR",
        "region_code": "asia-pacific",
        "topic_ids": ["health"],
        "institution_id": "kor-nps",
    }
    assert found | expected == found


def test_an_accepted_institution_keeps_its_provisional_id(vocabulary: Vocabulary) -> None:
    """And is registered from now on."""
    before = ids(vocabulary, institution="Fund of Atlantis")["institution_id"]
    made = decision("institution", "Fund of Atlantis", "accept", country="KOR")
    made = decision("institution", "Fund of Atlantis", "accept", accepted_id(made, vocabulary), "KOR")
    assert ids(vocabulary, made, institution="Fund of Atlantis")["institution_id"] == before
    assert before in with_decisions(vocabulary, [made], "x").institutions["institution_id"]


def test_an_accepted_name_can_have_aliases(vocabulary: Vocabulary) -> None:
    """In whatever order the lines stand."""
    made = (
        decision("topic", "Telepathy", "accept", "telepathy"),
        decision("topic", "Mind reading", "alias", "telepathy"),
    )
    assert ids(vocabulary, *made, topics=["Mind reading", "Telepathy"])["topic_ids"] == ["telepathy"] * 2
    assert accepted_id(decision("topic", "Health", "accept"), vocabulary).startswith("health-x")


def test_a_rejected_name_leads_nowhere(vocabulary: Vocabulary) -> None:
    """Neither to a provisional institution, nor to the entry that the vocabulary says."""
    made = decision("institution", "Atlantis", "reject", country="KOR"), decision("topic", "Health", "reject")
    found = ids(vocabulary, *made, institution="Atlantis", topics=["Health", "Migration"])
    assert (found["institution_id"], found["topic_ids"]) == (None, [None, "migration"])


@pytest.mark.parametrize(
    ("made", "cause"),
    [
        (decision("institution", "Fund", "alias", "kor-none", "KOR"), "'kor-none' is in no row of institutions"),
        (decision("institution", "Fund", "alias", "kor-nps", "JPN"), "kor-nps is of KOR, not of JPN"),
        (decision("topic", "Salud", "alias", "migration"), "'Salud' is a name of health"),
        (decision("topic", "Salud", "accept", "salud"), "'Salud' is a name of health already"),
        (decision("topic", "Telepathy", "accept", "health"), "the id 'health' has an owner already"),
        (decision("topic", "Telepathy", "accept"), "needs the id"),
        (decision("institution", "Fund", "accept", "qqq-fund", "QQQ"), "country_code 'QQQ' is in no row"),
    ],
)
def test_a_decision_against_the_vocabulary_is_refused(made: Decision, cause: str, vocabulary: Vocabulary) -> None:
    """With the line it stands in."""
    with pytest.raises(VocabularyError) as caught:
        with_decisions(vocabulary, [made], "decisions.csv")
    assert caught.value.place == "decisions.csv, line 7"
    assert cause in caught.value.cause


def test_a_contradiction_between_decisions_and_vocabulary_names_the_file(vocabulary: Vocabulary) -> None:
    """Two institutions can come to share a name by way of an acronym in brackets."""
    made = (
        decision("institution", "Fund", "alias", "kor-nps", "KOR"),
        decision("institution", "Fund (NPS)", "alias", "kor-kosha", "KOR"),
    )
    with pytest.raises(VocabularyError, match="own one name") as caught:
        with_decisions(vocabulary, made, "decisions.csv")
    assert caught.value.place == "decisions.csv"


def test_every_alias_of_every_decision_is_a_name_of_its_entry(vocabulary: Vocabulary) -> None:
    """So it is published with the entry."""
    alias = decision("institution", "Fund of Atlantis", "alias", "kor-nps", "KOR")
    rows = with_decisions(vocabulary, [alias], "x").institutions.filter(institution_id="kor-nps")
    assert "Fund of Atlantis" in rows["aliases"].item()


def test_unused_decisions_are_found(vocabulary: Vocabulary) -> None:
    """Names that nobody prints, and practices that there are not."""
    row = {"institution": "Fund", "country": "Korea, Republic of", "region": None, "topics": ["Health"]}
    frame = pl.DataFrame([row | {"implementation_year": None, "award_year": None}], schema=SCHEMA)
    made = [
        decision("institution", "FUND", "reject", country="KOR"),
        decision("institution", "Fund", "reject", country="JPN"),
        decision("topic", "Telepathy", "reject"),
        decision("identity", "a", "same", "b"),
        decision("identity", "a", "different", "c"),
    ]
    names = printed_names(normalize(frame, with_decisions(vocabulary, made, "x")), vocabulary)
    assert unused_decisions(made, names, {"a", "b"}) == [made[1], made[2], made[4]]
