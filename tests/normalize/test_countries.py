"""Countries by any of their names."""

import polars as pl
import pytest

from pipeline.normalize import Vocabulary
from pipeline.normalize.countries import NAME_COLUMNS, map_countries

from .checks import unresolved


def country(name: str, vocabulary: Vocabulary) -> str | None:
    code: str | None = map_countries(pl.Series([name]), vocabulary.countries)["id"].item()
    return code


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Korea, Republic of", "KOR"),
        ("Republic of Korea", "KOR"),
        ("République de Corée", "KOR"),
        ("Iran, Islamic Republic of", "IRN"),
        ("Moldova, Republic of", "MDA"),
        ("Tanzania, United Republic of", "TZA"),
        ("United Republic of Tanzania", "TZA"),
        ("Congo", "COG"),
        ("Congo, Democratic Republic of the", "COD"),
        ("Côte d'Ivoire", "CIV"),
        ("Côte d’Ivoire", "CIV"),
        ("COTE D'IVOIRE", "CIV"),
        ("Co\u0302te d'ivoire", "CIV"),
        ("Türkiye", "TUR"),
        ("Turkey", "TUR"),
        ("Viet Nam", "VNM"),
        ("Vietnam", "VNM"),
        ("Russian Federation", "RUS"),
        ("Francia", "FRA"),
        ("Kirgisistan", "KGZ"),
        ("Swaziland", "SWZ"),
    ],
)
def test_a_country_is_known_by_its_names(name: str, code: str, vocabulary: Vocabulary) -> None:
    """Inverted, running-text, translated and former names lead to one code."""
    assert country(name, vocabulary) == code


@pytest.mark.parametrize(
    "name", ["Uk", "UA", "KOR", "Korea", "Europe", "Republic of", "Guinea Ecuatoria", "Nigeri", ""]
)
def test_what_is_no_name_stays_unknown(name: str, vocabulary: Vocabulary) -> None:
    """Codes, regions, ambiguous, misspelt and cut names are not guessed at."""
    assert country(name, vocabulary) is None


def test_every_name_of_the_file_resolves(vocabulary: Vocabulary) -> None:
    """Every name and alias of every row leads to its row."""
    assert unresolved(vocabulary.countries, "country_code", NAME_COLUMNS, map_countries) == []
