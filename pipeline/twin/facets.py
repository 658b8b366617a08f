"""The facet blocks beside a listing: every value with its count, and the link that adds or removes it."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from pipeline.sources.spec import Facets
from pipeline.twin.listing import FACETS, Listing
from pipeline.twin.query import Filter, Place, facet_query
from pipeline.twin.vocabulary import Term, vocabulary


@dataclass(frozen=True, slots=True)
class FacetItem:
    """One value of a facet.

    Attributes:
        value: Value in addresses; an active one as it was asked.
        label: Name in the language of the page.
        count: Practices that carry it.
        is_active: Whether it was asked for.
        href: Link that adds the value, or takes an active one away.
    """

    value: str
    label: str
    count: int
    is_active: bool
    href: str


@dataclass(frozen=True, slots=True)
class FacetBlock:
    """One facet with its values; `name` is the source file's, `alias` the one in addresses."""

    name: str
    alias: str
    heading: str
    is_active: bool
    items: tuple[FacetItem, ...]


class FacetNames:
    """The two names of each facet: ours, which the source file uses, and the alias in addresses.

    Args:
        facets: Aliases of the source file.
    """

    def __init__(self, facets: Facets) -> None:
        self.aliases = {name: str(getattr(facets, name)) for name in FACETS}
        self._names = {alias.lower(): name for name, alias in self.aliases.items()}

    def known(self, filters: Iterable[Filter]) -> Iterator[Filter]:
        """Yield facet name and value of the filters whose alias is known; Drupal ignores the others without a word."""
        return ((self._names[alias], value) for alias, value in filters if alias in self._names)


def facet_blocks(
    names: FacetNames, listing: Listing, place: Place, headings: Mapping[str, str]
) -> Iterator[FacetBlock]:
    """Yield the facet blocks of a page.

    Args:
        names: Names of the facets.
        listing: What the page shows.
        place: Page whose filters the links extend.
        headings: Heading by facet name.
    """
    filters = tuple(names.known(place.query.filters))
    selection = listing.select(listing.asked(filters))
    for name, alias in names.aliases.items():
        asked = {listing.value_id(name, value): value for facet, value in filters if facet == name}
        terms = _terms(name)
        items = []
        for key, count in selection.counts[name].items():
            term = terms.get(key)
            pair = (alias.lower(), asked.get(key) or (term.term_id if term else key))
            label = term.names[place.language] if term else key
            items.append(FacetItem(pair[1], label, count, key in asked, _link(place, pair)))
        # Terms by name, years newest first.
        items.sort(key=lambda item: item.label, reverse=not terms)
        yield FacetBlock(name, alias, headings[name], bool(asked), tuple(items))


def _link(place: Place, pair: Filter) -> str:
    """Return the link that asks for one value more, or for one less when it is asked already."""
    others = [other for other in place.query.filters if other != pair]
    query = facet_query(others if pair in place.query.filters else [*others, pair])
    return f"{place.prefix}/{place.path}{query}"


def _terms(name: str) -> Mapping[str, Term]:
    terms = vocabulary()
    return {"topic": terms.topics, "country": terms.countries, "region": terms.regions}.get(name, {})
