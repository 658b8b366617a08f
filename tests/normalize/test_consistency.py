"""A vocabulary that contradicts itself is refused."""

from dataclasses import replace

import polars as pl
import pytest

from pipeline.errors import VocabularyError
from pipeline.normalize import Vocabulary


def edited(table: pl.DataFrame, key: str, **values: object) -> pl.DataFrame:
    """Return the table with other values in the row of a key."""
    is_row = pl.col(table.columns[0]) == key
    columns = [
        pl.when(is_row).then(pl.lit(value, table.schema[column])).otherwise(pl.col(column)).alias(column)
        for column, value in values.items()
    ]
    return table.with_columns(columns)


def test_two_topics_can_not_own_one_label(vocabulary: Vocabulary) -> None:
    """The error names the file, both rows, and how each spells the label."""
    topics = edited(vocabulary.topics, "survivors", label_fr="E–Services")
    with pytest.raises(VocabularyError) as error:
        replace(vocabulary, topics=topics)
    assert error.value.place == "vocab/topics.csv"
    for part in ("e-services", "'E-services'", "survivors", "'E–Services'"):
        assert part in error.value.cause


def test_two_countries_can_not_own_one_name(vocabulary: Vocabulary) -> None:
    """Two owners of a name are reported, not resolved by order."""
    with pytest.raises(VocabularyError, match=r"(?s)FIN.*SWE|SWE.*FIN"):
        replace(vocabulary, countries=edited(vocabulary.countries, "FIN", name_fr="SWEDEN"))


def test_two_regions_can_not_own_one_name(vocabulary: Vocabulary) -> None:
    """Regions are checked like the others."""
    with pytest.raises(VocabularyError, match=r"africa.*europe"):
        replace(vocabulary, regions=edited(vocabulary.regions, "europe", name_de="Afrika"))


def test_two_institutions_of_one_country_can_not_own_one_name(vocabulary: Vocabulary) -> None:
    """That includes names that only arise with an acronym in brackets."""
    institutions = edited(vocabulary.institutions, "kor-comwel", name_fr="National Pension Service (NPS)")
    with pytest.raises(VocabularyError, match=r"kor-comwel.*kor-nps"):
        replace(vocabulary, institutions=institutions)


def test_institutions_of_two_countries_can_share_a_name(vocabulary: Vocabulary) -> None:
    """It happens in print."""
    institutions = edited(vocabulary.institutions, "kor-comwel", name_fr="Social Protection Fund")
    assert replace(vocabulary, institutions=institutions).institutions is institutions


@pytest.mark.parametrize(
    ("table", "key", "column", "value"),
    [
        ("regions", "europe", "region", "eurasia"),
        ("countries", "FIN", "region", "asia"),
        ("topics", "survivors", "parent_topic_id", "pensions"),
        ("topics", "health-promotion", "modern_topic_id", "wellness"),
        ("institutions", "kor-nps", "country_code", "QQQ"),
        ("institutions", "kor-nps", "predecessor_ids", ["kor-old"]),
        ("institutions", "kor-nps", "successor_ids", ["kor-comwel", "kor-new"]),
    ],
)
def test_an_id_must_exist(table: str, key: str, column: str, value: object, vocabulary: Vocabulary) -> None:
    """A reference to no row is refused; the error names the column and the id."""
    wrong = value[-1] if isinstance(value, list) else value
    with pytest.raises(VocabularyError, match=rf"vocab/{table}\.csv: {column} of .* is '{wrong}'"):
        replace(vocabulary, **{table: edited(getattr(vocabulary, table), key, **{column: value})})


@pytest.mark.parametrize("value", ["kor-nps", None])
def test_an_id_is_used_once(value: str | None, vocabulary: Vocabulary) -> None:
    """A second row with an id, or a row without one, is refused."""
    with pytest.raises(VocabularyError, match="institution_id"):
        replace(vocabulary, institutions=edited(vocabulary.institutions, "kor-comwel", institution_id=value))
