"""Contradictions in the vocabularies: every check names the file, the entries and the value."""

import polars as pl

from pipeline.errors import VocabularyError
from pipeline.normalize.countries import country_names
from pipeline.normalize.institutions import institution_names
from pipeline.normalize.lookup import one_per_row
from pipeline.normalize.provisional import PROVISIONAL
from pipeline.normalize.regions import region_names
from pipeline.normalize.topics import topic_names
from pipeline.tables import REGIONS


def check_names(
    countries: pl.DataFrame, regions: pl.DataFrame, topics: pl.DataFrame, institutions: pl.DataFrame
) -> None:
    """Refuse two entries of one table that own one name; institutions of different countries may share one.

    Raises:
        VocabularyError: It names both entries and how each spells the name.
    """
    _refuse_shared(country_names(countries), "countries", ["key"])
    _refuse_shared(region_names(regions), "regions", ["key"])
    _refuse_shared(topic_names(topics), "topics", ["key"])
    _refuse_shared(institution_names(institutions), "institutions", ["country_code", "key"])


def check_references(
    countries: pl.DataFrame, regions: pl.DataFrame, topics: pl.DataFrame, institutions: pl.DataFrame
) -> None:
    """Refuse an id that is missing, used twice, or that points to no entry.

    Raises:
        VocabularyError: It names the entry and the id.
    """
    known = {
        "countries": _unique_ids(countries, "countries", "country_code"),
        "regions": _unique_ids(regions, "regions", "region"),
        "topics": _unique_ids(topics, "topics", "topic_id"),
        "institutions": _unique_ids(institutions, "institutions", "institution_id"),
    }
    _refuse_unknown(regions, "regions", "region", set(REGIONS))
    _refuse_unknown(countries, "countries", "region", known["regions"])
    _refuse_unknown(topics, "topics", "parent_topic_id", known["topics"])
    _refuse_unknown(topics, "topics", "modern_topic_id", known["topics"])
    _refuse_unknown(institutions, "institutions", "country_code", known["countries"])
    _refuse_unknown(institutions, "institutions", "predecessor_ids", known["institutions"])
    _refuse_unknown(institutions, "institutions", "successor_ids", known["institutions"])


def refuse_provisional(institutions: pl.DataFrame) -> None:
    """Refuse a reviewed id that looks like one of an institution that nobody registered.

    Raises:
        VocabularyError: It names the id.
    """
    for wrong in filter(PROVISIONAL.search, institutions["institution_id"].drop_nulls()):
        raise VocabularyError(
            "vocab/institutions.csv", f"institution_id {wrong!r} ends like a provisional one", "Choose another end."
        )


def _refuse_shared(names: pl.DataFrame, table: str, scope: list[str]) -> None:
    spellings = names.group_by(*scope, "id", maintain_order=True).agg(pl.col("name").first())
    shared = spellings.group_by(scope, maintain_order=True).agg("id", "name").filter(pl.col("id").list.len() > 1)
    for row in shared.head(1).iter_rows(named=True):
        owners = " and ".join(f"{owner} ({name!r})" for owner, name in zip(row["id"], row["name"], strict=True))
        raise VocabularyError(
            f"vocab/{table}.csv",
            f"{owners} own one name: {row['key']!r}",
            "Keep the name in one of the rows, or merge the rows.",
        )


def _unique_ids(entries: pl.DataFrame, table: str, column: str) -> set[str]:
    wrong = entries.filter(pl.col(column).is_null() | pl.col(column).is_duplicated())[column].to_list()
    if wrong:
        raise VocabularyError(
            f"vocab/{table}.csv", f"{column} {wrong[0]!r} stands in two rows, or in none", "Give every row its own id."
        )
    return set(entries[column].to_list())


def _refuse_unknown(entries: pl.DataFrame, table: str, column: str, known: set[str]) -> None:
    for owner, target in one_per_row(entries, entries.columns[0], column).iter_rows():
        if target not in known:
            raise VocabularyError(
                f"vocab/{table}.csv", f"{column} of {owner!r} is {target!r}, which no row has", "Correct the id."
            )
