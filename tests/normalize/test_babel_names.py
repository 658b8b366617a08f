"""Names of countries that only Unicode CLDR knows."""

import subprocess
import sys

import polars as pl
import pytest

from pipeline.normalize import Vocabulary
from pipeline.normalize.babel_names import LANGUAGES, babel_names
from pipeline.normalize.countries import country_names, map_countries
from pipeline.sources.registry import load_source, registered_names


def code(name: str, vocabulary: Vocabulary) -> str | None:
    found: str | None = map_countries(pl.Series([name]), vocabulary.countries)["id"].item()
    return found


@pytest.mark.parametrize(
    ("name", "expected"),
    [("Coreia do Sul", "KOR"), ("Niemcy", "DEU"), ("日本", "JPN"), ("Россия", "RUS"), ("BRASILE", "BRA")],
)
def test_a_name_in_another_language_is_known(name: str, expected: str, vocabulary: Vocabulary) -> None:
    """Whatever its case."""
    assert code(name, vocabulary) == expected


@pytest.mark.parametrize("name", ["Guiana", "Kosovo", "UE", "Mundo", "Uk"])
def test_a_name_that_may_be_anothers_is_not(name: str, vocabulary: Vocabulary) -> None:
    """Part of another country's name, of no entry, of no country, or a code."""
    assert code(name, vocabulary) is None


def test_reviewed_names_win(vocabulary: Vocabulary) -> None:
    """No name of CLDR leads elsewhere than the vocabulary says."""
    names = country_names(vocabulary.countries)
    alpha_2 = dict(vocabulary.countries.select("country_code", "alpha_2").iter_rows())
    owners = {row["key"]: alpha_2[row["id"]] for row in names.iter_rows(named=True)}
    elsewhere = {key: codes for key, codes in babel_names().items() if key in owners and owners[key] not in codes}
    assert elsewhere == {}
    assert all(code(name, vocabulary) == id_ for id_, name in names.select("id", "name").rows())


def test_every_language_of_a_source_is_there() -> None:
    """And more, because institutions print their own."""
    declared = {language for name in registered_names() for language in load_source(name).languages}
    assert declared <= set(LANGUAGES)


def test_known_names_need_no_babel() -> None:
    """It is imported for the first unknown country, not before."""
    probe = (
        "import sys, polars as pl; from pipeline.normalize import load_vocabulary as load;"
        "from pipeline.normalize.countries import map_countries;"
        "map_countries(pl.Series(['France', None]), load().countries); sys.exit('babel' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", probe], check=False).returncode == 0
