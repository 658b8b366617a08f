"""Names that are like known ones, and are not them: no one is matched by itself."""

import csv
from pathlib import Path

import polars as pl

from pipeline.normalize import Vocabulary, normalize
from pipeline.normalize.provisional import PROVISIONAL

ROWS = list(csv.DictReader((Path(__file__).parent / "wrong_names.csv").read_text(encoding="utf-8").splitlines()))
FIELDS = ("implementation_year", "award_year", "institution", "country", "region")
ID_OF = {"country": "country_code", "region": "region_code", "institution": "institution_id", "topic": "topic_ids"}


def printed(row: dict[str, str]) -> dict[str, object]:
    """Return the fields of a record that prints one wrong name, with the right country where that is part of it."""
    fields: dict[str, object] = dict.fromkeys(FIELDS) | {"country": row["country"] or None, "topics": []}
    return fields | ({"topics": [row["printed"]]} if row["kind"] == "topic" else {row["kind"]: row["printed"]})


def test_no_wrong_name_is_matched(vocabulary: Vocabulary) -> None:
    """Misspelt, cut, foreign, translated or bare acronyms: 200 and more of them, and not one gets an entry's id."""
    schema = {**dict.fromkeys(FIELDS, pl.String), "topics": pl.List(pl.String)}
    ids = normalize(pl.DataFrame([printed(row) for row in ROWS], schema=schema), vocabulary).to_dicts()
    found = {
        (row["kind"], row["printed"], row["country"]): one[ID_OF[row["kind"]]]
        for row, one in zip(ROWS, ids, strict=True)
    }
    matched = {
        name: id_
        for name, id_ in found.items()
        if id_ not in (None, [None]) and not (name[0] == "institution" and PROVISIONAL.search(id_))
    }
    assert len(ROWS) >= 200
    assert matched == {}


def test_no_two_wrong_institutions_share_a_provisional_one(vocabulary: Vocabulary) -> None:
    """However much they are like each other."""
    schema = {**dict.fromkeys(FIELDS, pl.String), "topics": pl.List(pl.String)}
    rows = [printed(row) for row in ROWS if row["kind"] == "institution"]
    ids = normalize(pl.DataFrame(rows, schema=schema), vocabulary)["institution_id"]
    assert ids.n_unique() == len(rows)
