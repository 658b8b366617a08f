"""Topics by any of their labels."""

import polars as pl
import pytest

from pipeline.normalize import Vocabulary
from pipeline.normalize.topics import NAME_COLUMNS, map_topics

from .checks import unresolved


@pytest.mark.parametrize(
    ("label", "topic_id"),
    [
        ("Social policies & programmes", "social-policies-and-programmes"),
        ("Social policies and programmes", "social-policies-and-programmes"),
        ("Old-age pensions", "old-age-pensions"),
        ("Old age – pensions", "old-age-pensions"),
        ("Compliance and contribution collection", "contribution-collection-and-compliance"),
        ("Error, evasion and fraud", "error-evasion-and-fraud"),
        ("Bilateral agreements", "bilateral-agreements"),
        ("Demographic change", "demographic-change"),
        ("Demographic changes", "demographic-change"),
        ("Changement démographique", "demographic-change"),
        ("Technologies de l’information et de la communication", "information-and-communication-technology"),
        ("SALUD", "health"),
        ("E-services", "e-services"),
    ],
)
def test_a_topic_is_known_by_its_labels(label: str, topic_id: str, vocabulary: Vocabulary) -> None:
    """Listing labels, the award page's wording and translations lead to one topic."""
    assert map_topics(pl.Series([label]), vocabulary.topics)["id"].item() == topic_id


def test_a_retired_topic_keeps_its_id(vocabulary: Vocabulary) -> None:
    """Old records keep what they print; the modern topic is a fact of the vocabulary."""
    assert map_topics(pl.Series(["Health promotion"]), vocabulary.topics)["id"].item() == "health-promotion"


@pytest.mark.parametrize(
    "label",
    [
        "Good Governance",
        "Return to Work and Reintegration",
        "Environment and climate change",
        "Health, Employment",
        "ICT",
    ],
)
def test_what_is_no_topic_stays_unknown(label: str, vocabulary: Vocabulary) -> None:
    """Guideline titles, tags of news, joined labels and acronyms are not topics."""
    assert map_topics(pl.Series([label]), vocabulary.topics)["id"].item() is None


def test_every_label_of_the_file_resolves(vocabulary: Vocabulary) -> None:
    """Every label and alias of every row leads to its row."""
    assert unresolved(vocabulary.topics, "topic_id", NAME_COLUMNS, map_topics) == []
