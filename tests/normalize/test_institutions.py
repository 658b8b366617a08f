"""Institutions by name and country."""

import polars as pl
import pytest

from pipeline.normalize import Vocabulary
from pipeline.normalize.institutions import NAME_COLUMNS, map_institutions
from pipeline.normalize.lookup import one_per_row
from pipeline.normalize.text import comparison_key


def institution(name: str | None, country_code: str | None, vocabulary: Vocabulary) -> str | None:
    schema = {"institution": pl.String, "country_code": pl.String}
    printed = pl.DataFrame([(name, country_code)], schema=schema, orient="row")
    mapped = map_institutions(printed, vocabulary.institutions)
    found: str | None = mapped["id"].item() if mapped.height else None
    return found


@pytest.mark.parametrize(
    ("name", "country_code", "institution_id"),
    [
        ("National Pension Service", "KOR", "kor-nps"),
        ("National Health Insurance Service", "KOR", "kor-national-health-insurance-service"),
        ("Korea Occupational Safety and Health Agency", "KOR", "kor-kosha"),
        ("Korea Workers' Compensation & Welfare Service", "KOR", "kor-comwel"),
        ("Korea Workers’ Compensation and Welfare Service", "KOR", "kor-comwel"),
        ("Employees’ State Insurance Corporation", "IND", "ind-esic"),
        ("Mutual de Seguridad CChC", "CHL", "chl-mutual-safety-cchc"),
        ("Caisse nationale de sécurité sociale des non‑salariés", "DZA", "dza-casnos"),
        ("DATAPREV – Social Security Information and Technology Enterprise", "BRA", "bra-dataprev"),
        ("Public Authority for Social Insurance", "OMN", "omn-pasi"),
        ("Social Protection Fund", "OMN", "omn-spf"),
    ],
)
def test_an_institution_is_known_by_its_names(
    name: str, country_code: str, institution_id: str, vocabulary: Vocabulary
) -> None:
    """Printed, translated and original names lead to one institution."""
    assert institution(name, country_code, vocabulary) == institution_id


@pytest.mark.parametrize(
    ("name", "one", "other"),
    [
        ("National Social Security Fund", "GIN", "UGA"),
        ("National Social Insurance Fund", "CMR", "MDG"),
        ("Social Insurance Institution", "FIN", "POL"),
    ],
)
def test_one_name_in_two_countries_is_two_institutions(name: str, one: str, other: str, vocabulary: Vocabulary) -> None:
    """The country is part of the lookup."""
    found = {institution(name, code, vocabulary) for code in (one, other)}
    assert len(found - {None}) == 2


@pytest.mark.parametrize(
    ("name", "country_code"),
    [
        ("National Pension Service", None),
        ("National Pension Service", "JPN"),
        ("NPS", "KOR"),
        ("CNSS", "COG"),
        ("National Pension Service (NHIS)", "KOR"),
        ("National Pension Service NPS", "KOR"),
        ("National Pension Services", "KOR"),
        ("Social Insurance Institute", "FIN"),
        ("Ministry of Human Capital", "ARG"),
        ("Superintendency of Pensions", "CHL"),
        (None, "KOR"),
        ("", "KOR"),
    ],
)
def test_what_is_no_name_stays_unknown(name: str | None, country_code: str | None, vocabulary: Vocabulary) -> None:
    """No country, the wrong one, a bare or foreign acronym, a near miss or a part of a name: not guessed at."""
    assert institution(name, country_code, vocabulary) is None


def test_the_own_acronym_in_brackets_belongs_to_a_name(vocabulary: Vocabulary) -> None:
    """`Name (ACR)` is `Name`, whichever of the two the vocabulary holds."""
    assert institution("National Pension Service (NPS)", "KOR", vocabulary) == "kor-nps"
    registered = "Agency for Sustainable and Operational Social Security (DOST)"
    assert institution(registered, "AZE", vocabulary) == "aze-dost"
    assert institution(registered.removesuffix(" (DOST)"), "AZE", vocabulary) == "aze-dost"


def test_every_name_of_the_file_resolves(vocabulary: Vocabulary) -> None:
    """Every name and alias leads to its row, but for those that are the row's own acronym."""
    rows = vocabulary.institutions
    names = pl.concat([one_per_row(rows, "institution_id", column) for column in NAME_COLUMNS])
    acronyms = {
        (id_, comparison_key(text)) for id_, text in one_per_row(rows, "institution_id", "acronyms").iter_rows()
    }
    country = rows.select("country_code", id="institution_id")
    printed = names.join(country, on="id").rename({"value": "institution", "id": "expected"})
    mapped = printed.join(map_institutions(printed, rows), on=["institution", "country_code"])
    wrong = mapped.filter(~pl.col("id").eq_missing(pl.col("expected"))).select("expected", "institution").rows()
    assert [row for row in wrong if (row[0], comparison_key(row[1])) not in acronyms] == []
    assert [row for row in mapped.select("expected", "institution", "id").rows() if row[2] not in (row[0], None)] == []
