"""The vocabulary files: how they are read, and that they are in order."""

import csv
import shutil
from importlib.resources import files
from pathlib import Path

import polars as pl
import pytest

from pipeline.errors import VocabularyError
from pipeline.normalize import Vocabulary, load_vocabulary
from pipeline.normalize.text import clean_text
from pipeline.normalize.vocabulary import SCHEMAS, read_vocabulary
from pipeline.tables import REGIONS

FOLDER = Path(str(files("pipeline") / "vocab"))
TABLES = sorted(SCHEMAS)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a copy of the shipped files that a test may spoil."""
    return Path(shutil.copytree(FOLDER, tmp_path / "vocab"))


def rows(table: str) -> list[dict[str, str]]:
    with (FOLDER / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_tables_are_typed(vocabulary: Vocabulary) -> None:
    """Several values are lists, yes and no are booleans, an empty cell is null or an empty list."""
    for table, schema in SCHEMAS.items():
        assert getattr(vocabulary, table).schema == schema
    finland = vocabulary.institutions.filter(institution_id="fin-social-insurance-institution").row(0, named=True)
    assert (finland["acronyms"], finland["name_fr"], finland["is_issa_name"]) == ([], None, True)


def test_the_vocabulary_is_read_once() -> None:
    """A second call costs nothing."""
    assert load_vocabulary() is load_vocabulary()


@pytest.mark.parametrize("table", TABLES)
def test_a_file_is_plain(table: str) -> None:
    """UTF-8 without a byte order mark, line feeds, one at the end."""
    content = (FOLDER / f"{table}.csv").read_bytes()
    assert not content.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in content
    assert content.endswith(b"\n")


@pytest.mark.parametrize("table", TABLES)
def test_a_file_is_sorted_by_unique_ids(table: str) -> None:
    """The order is fixed, so that a new row has one place."""
    ids = [next(iter(row.values())) for row in rows(table)]
    assert ids == sorted(set(ids))


@pytest.mark.parametrize("table", TABLES)
def test_every_value_is_clean(table: str) -> None:
    """Cells and their parts are NFC, without stray blanks, empty parts or repetitions."""
    cells = [cell for row in rows(table) for cell in row.values() if cell]
    parts = [(cell, cell.split("|")) for cell in cells]
    assert [cell for cell, texts in parts if any(text != clean_text(text) or not text for text in texts)] == []
    assert [cell for cell, texts in parts if len(set(texts)) != len(texts)] == []


def test_every_country_of_iso_3166_is_there(vocabulary: Vocabulary) -> None:
    """249 countries and territories, each with two codes, four names and, but for Antarctica, a region."""
    countries = vocabulary.countries
    assert countries.height == 249
    assert countries["country_code"].str.contains("^[A-Z]{3}$").all()
    assert countries["alpha_2"].str.contains("^[A-Z]{2}$").all()
    assert countries["alpha_2"].is_unique().all()
    assert countries.select("name_en", "name_fr", "name_es", "name_de").null_count().row(0) == (0, 0, 0, 0)
    assert countries.filter(pl.col("region").is_null())["country_code"].to_list() == ["ATA"]
    assert set(countries["region_status"].drop_nulls()) == {"seen", "proposed"}


def test_regions_are_those_of_the_release_tables(vocabulary: Vocabulary) -> None:
    """The vocabulary and the table contract name the same four."""
    assert tuple(vocabulary.regions["region"]) == REGIONS


def test_topics_agree_with_themselves(vocabulary: Vocabulary) -> None:
    """A parent is a guess or empty, a modern topic belongs to a retired one, positions run from 1 without gaps."""
    topics = vocabulary.topics
    assert topics["label_en"].null_count() == 0
    assert (topics["parent_status"] == "guess").to_list() == topics["parent_topic_id"].is_not_null().to_list()
    assert topics.filter(pl.col("modern_topic_id").is_not_null())["is_retired"].all()
    positions = topics["position"].drop_nulls().sort().to_list()
    assert positions == list(range(1, len(positions) + 1))


def test_successors_and_predecessors_name_each_other(vocabulary: Vocabulary) -> None:
    """What one row says about another, the other says too."""
    rows = vocabulary.institutions
    forward = rows.select(old="institution_id", new="successor_ids").explode("new").drop_nulls().select("old", "new")
    backward = rows.select(old="predecessor_ids", new="institution_id").explode("old").drop_nulls()
    assert set(forward.rows()) == set(backward.select("old", "new").rows())


def test_institutions_say_where_they_come_from(vocabulary: Vocabulary) -> None:
    """Every row has a name, a country that its id starts with, and the address of a page."""
    institutions = vocabulary.institutions
    assert institutions.select("name", "country_code", "source").null_count().row(0) == (0, 0, 0)
    starts = institutions["institution_id"].str.head(4) == institutions["country_code"].str.to_lowercase() + "-"
    assert institutions.filter(~starts)["institution_id"].to_list() == []
    assert institutions["source"].str.contains("^https?://[^ |]+$").all()


@pytest.mark.parametrize(
    ("old", "new", "cause"),
    [
        ("topic_id,", "id,", "the columns are"),
        (",no,,1\n", ",nein,,1\n", "can not be read"),
        (",no,,1\n", ",no,,first\n", "can not be read"),
    ],
)
def test_a_spoilt_file_is_named(old: str, new: str, cause: str, folder: Path) -> None:
    """A wrong header or a value of the wrong type stops the load with the file's name."""
    path = folder / "topics.csv"
    path.write_text(path.read_text(encoding="utf-8").replace(old, new, 1), encoding="utf-8")
    with pytest.raises(VocabularyError, match=rf"vocab/topics\.csv: .*{cause}"):
        read_vocabulary(folder)


def test_a_missing_file_is_named(folder: Path) -> None:
    """All four files must be there."""
    (folder / "regions.csv").unlink()
    with pytest.raises(VocabularyError, match=r"vocab/regions\.csv"):
        read_vocabulary(folder)


def test_a_copy_of_the_files_reads_the_same(folder: Path, vocabulary: Vocabulary) -> None:
    """The folder does not matter, only the files."""
    assert read_vocabulary(folder).topics.equals(vocabulary.topics)
