"""Tables that break their contract are not published."""

from collections.abc import Callable

import polars as pl
import pytest

from pipeline.curate import check_contracts
from pipeline.errors import ContractError
from pipeline.tables import FOREIGN_KEYS, TABLES, ForeignKey

Tables = dict[str, pl.DataFrame]


@pytest.fixture(scope="session")
def tables(curated: Callable[..., Tables]) -> Tables:
    """Return tables in which every reference is used."""
    return curated({"source_key": "7", "title": None, "topics": ["Artificial intelligence"]})


def broken(tables: Tables, name: str, *changes: pl.Expr) -> Tables:
    return {**tables, name: tables[name].with_columns(*changes)}


def test_good_tables_are_accepted(tables: Tables) -> None:
    """Nothing is said."""
    assert check_contracts(tables) is None


@pytest.mark.parametrize("key", FOREIGN_KEYS, ids=lambda key: f"{key.table}.{key.column}")
def test_a_dangling_reference_is_refused(key: ForeignKey, tables: Tables) -> None:
    """The error names the table, the column and the value."""
    wrong = broken(tables, key.table, pl.lit("ZZZ").alias(key.column))
    with pytest.raises(ContractError, match=rf"{key.table}: \d+ values of {key.column} .* {key.target}.*'ZZZ'"):
        check_contracts(wrong)


@pytest.mark.parametrize("key", [key for key in FOREIGN_KEYS if TABLES[key.table].columns()[key.column].nullable])
def test_a_null_refers_to_nothing(key: ForeignKey, tables: Tables) -> None:
    """It needs no target."""
    check_contracts(broken(tables, key.table, pl.lit(None, pl.String).alias(key.column)))


@pytest.mark.parametrize("name", [name for name in TABLES if name not in ("rejects", "changes")])
def test_a_key_stands_in_one_row(name: str, tables: Tables) -> None:
    """A second row with the same key is refused."""
    with pytest.raises(ContractError, match=name):
        check_contracts({**tables, name: pl.concat([tables[name], tables[name]])})


@pytest.mark.parametrize(
    ("name", "column", "value"),
    [
        ("practices", "language", "eng"),
        ("practices", "region", "oceania"),
        ("practices", "state", "gone"),
        ("practices", "country_code", "Kor"),
        ("practices", "source", None),
        ("editions", "language", "EN"),
        ("countries", "alpha_2", "KOR"),
        ("sightings", "block", "footer"),
        ("sightings", "page_digest", "md5:0"),
        ("findings", "severity", "fatal"),
        ("merges", "rule", None),
    ],
)
def test_a_wrong_value_is_refused(name: str, column: str, value: str | None, tables: Tables) -> None:
    """The error names the table and the column."""
    with pytest.raises(ContractError, match=rf"(?s){name}: .*{column}"):
        check_contracts(broken(tables, name, pl.lit(value, pl.String).alias(column)))


@pytest.mark.parametrize("year", [999, 10_000])
def test_a_year_has_four_digits(year: int, tables: Tables) -> None:
    """Others are no years."""
    with pytest.raises(ContractError, match="award_year"):
        check_contracts(broken(tables, "practices", pl.lit(year, pl.Int32).alias("award_year")))


def test_a_missing_column_is_refused(tables: Tables) -> None:
    """As an error of this program, not of a library."""
    with pytest.raises(ContractError, match="evidence"):
        check_contracts({**tables, "merges": tables["merges"].drop("evidence")})


def test_a_column_of_another_type_is_refused(tables: Tables) -> None:
    """Numbers are not text."""
    with pytest.raises(ContractError, match="award_year"):
        check_contracts(broken(tables, "practices", pl.col("award_year").cast(pl.String)))
