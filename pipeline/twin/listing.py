"""From facet values to the practices that match, with the count behind every other value.

The practices that carry a value form a bit set, an int whose bit n stands for the practice at place n of the listing.
Combining facets is then `|` and `&`, and counting is `bit_count`, which takes milliseconds for 100,000 practices.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache, reduce
from operator import and_, or_

from pipeline.twin.content import TwinPractice
from pipeline.twin.vocabulary import Term, vocabulary

# In the order in which the page shows them; the names are those of the source file's [facets].
FACETS = ("topic", "country", "region", "implementation_year", "award_year")
CACHED_SELECTIONS = 64

# Asked values by facet, a facet that was not asked is absent.
Asked = tuple[tuple[str, frozenset[str]], ...]


@dataclass(frozen=True, slots=True)
class Selection:
    """The practices that match, and what each facet says about them.

    Attributes:
        asked: The question: facet and asked values.
        places: Places in the listing of the matching practices, ascending.
        counts: Number of practices by facet and value, values without practices left out.
    """

    asked: Asked
    places: Sequence[int]
    counts: Mapping[str, Mapping[str, int]]


class Listing:
    """Practices in the order of the listing: implementation year, award year and key, all descending, no year last."""

    def __init__(self, practices: Iterable[TwinPractice]) -> None:
        self.practices = sorted(practices, key=_rank, reverse=True)
        self._bits = {facet: _bit_sets(facet, self.practices) for facet in FACETS}
        self._all = (1 << len(self.practices)) - 1
        self._spellings = _spellings()
        self.select = lru_cache(CACHED_SELECTIONS)(self._select)

    def asked(self, filters: Iterable[tuple[str, str]]) -> Asked:
        """Return the question behind pairs of facet and printed value, the same for every order and spelling."""
        values: dict[str, set[str]] = {}
        for facet, value in filters:
            values.setdefault(facet, set()).add(self.value_id(facet, value))
        return tuple((facet, frozenset(values[facet])) for facet in FACETS if facet in values)

    def value_id(self, facet: str, value: str) -> str:
        """Return the vocabulary key behind a facet value; a value that nobody knows is returned as it is."""
        return self._spellings.get(facet, {}).get(value, value)

    def _select(self, asked: Asked) -> Selection:
        """Return what matches: any value inside a facet, all facets together. An unknown value matches nothing.

        As with Drupal's OR facets, the counts of a facet ignore what was asked of that facet itself.
        """
        matches = {
            facet: reduce(or_, (self._bits[facet].get(value, 0) for value in values), 0) for facet, values in asked
        }
        counts = {}
        for facet, bits in self._bits.items():
            others = reduce(and_, (match for name, match in matches.items() if name != facet), self._all)
            counts[facet] = {value: count for value, has in bits.items() if (count := (has & others).bit_count())}
        selected = reduce(and_, matches.values(), self._all)
        return Selection(asked, range(len(self.practices)) if not asked else tuple(_places(selected)), counts)


def _rank(practice: TwinPractice) -> tuple[int, int, int]:
    return practice.implementation_year or 0, practice.award_year or 0, practice.key


def _values(facet: str, practice: TwinPractice) -> tuple[str, ...]:
    if facet == "topic":
        return practice.topic_ids
    value = {
        "country": practice.country_code,
        "region": practice.region,
        "implementation_year": practice.implementation_year,
        "award_year": practice.award_year,
    }[facet]
    return () if value is None else (str(value),)


def _bit_sets(facet: str, practices: Sequence[TwinPractice]) -> dict[str, int]:
    size = len(practices) // 8 + 1
    sets: dict[str, bytearray] = {}
    for place, practice in enumerate(practices):
        for value in _values(facet, practice):
            if value not in sets:
                sets[value] = bytearray(size)
            sets[value][place >> 3] |= 1 << (place & 7)
    return {value: int.from_bytes(bits, "little") for value, bits in sets.items()}


def _places(bits: int) -> Iterator[int]:
    digits = bin(bits)[:1:-1]
    place = digits.find("1")
    while place >= 0:
        yield place
        place = digits.find("1", place + 1)


def _spellings() -> dict[str, dict[str, str]]:
    """Return vocabulary keys by what an address may call them: numbers, and names for countries and regions."""
    terms = vocabulary()
    return {
        "topic": _numbers(terms.topics.values()),
        "country": _numbers(terms.countries.values()) | _english_names(terms.countries.values()),
        "region": _numbers(terms.regions.values()) | _english_names(terms.regions.values()),
    }


def _numbers(terms: Iterable[Term]) -> dict[str, str]:
    return {term.term_id: term.key for term in terms}


def _english_names(terms: Iterable[Term]) -> dict[str, str]:
    return {term.names["en"]: term.key for term in terms}
