"""Names of countries in many languages, from Unicode CLDR by Babel, for what the reviewed names do not know."""

from collections.abc import Set as AbstractSet
from functools import cache

import polars as pl

from pipeline.normalize.text import comparison_key

# Official languages of the ISSA and of most of its members; every one that a source file declares is among them.
LANGUAGES = (
    "ar",
    "de",
    "en",
    "es",
    "fr",
    "id",
    "it",
    "ja",
    "ko",
    "nl",
    "pl",
    "pt",
    "ro",
    "ru",
    "sv",
    "tr",
    "uk",
    "vi",
    "zh",
)


@cache
def babel_names() -> dict[str, frozenset[str]]:
    """Return the alpha-2 codes that have a name, by comparison key; more than one where languages disagree."""
    from babel import Locale

    owners: dict[str, set[str]] = {}
    for language in LANGUAGES:
        for code, name in Locale(language).territories.items():
            if len(code) == 2 and code.isalpha() and (key := comparison_key(name)):
                owners.setdefault(key, set()).add(code)
    return {key: frozenset(codes) for key, codes in owners.items()}


def find_babel_names(unknown: pl.DataFrame, countries: pl.DataFrame, taken: AbstractSet[str]) -> dict[str, str]:
    """Return the alpha-3 codes of printed names that only Babel knows.

    A name that two countries share, in whatever languages, belongs to neither. So does one that is a part of another's
    (Guiana is Guyana in Portuguese, and a part of French Guiana), and one of a territory that has no entry.

    Args:
        unknown: `value` and `key` of names that the vocabulary does not know.
        countries: That table of the vocabulary.
        taken: Keys that are somebody's in the vocabulary.
    """
    alpha_3 = dict(countries.select("alpha_2", "country_code").iter_rows())
    found = {}
    for value, key in unknown.select("value", "key").iter_rows():
        codes = babel_names().get(key, frozenset())
        code = alpha_3.get(next(iter(codes))) if len(codes) == 1 else None
        if code is not None and key not in taken and not _is_part(key, codes):
            found[value] = code
    return found


def _is_part(key: str, codes: AbstractSet[str]) -> bool:
    """Whether another country's name holds all words of a name."""
    words = set(key.split())
    return any(words < set(other.split()) for other, owners in babel_names().items() if owners != codes)
