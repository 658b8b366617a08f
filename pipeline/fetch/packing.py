"""Divide a collection into selections by facet values, each small enough to be shown whole on one page.

Values of one facet are OR-ed by the site, so values whose counts add up to little can share an address; values of
different facets are AND-ed, so a value with too many practices is narrowed by a second facet.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipeline.models import FacetItem

# Long addresses are refused by some servers, and a list of many values is a slow question to a database.
MOST_VALUES = 20


@dataclass(frozen=True, slots=True)
class Part:
    """Practices that one address selects.

    Attributes:
        selection: `alias:value` pairs in the order of the address; empty for the whole collection.
        count: How many practices the site's own counts promise.
    """

    selection: tuple[str, ...]
    count: int


def divide(
    part: Part, facets: Mapping[str, tuple[FacetItem, ...]], aliases: Iterable[str], cap: int
) -> tuple[Part, ...] | None:
    """Return smaller parts that hold every practice of a part once, in the fewest requests; None when no facet does.

    Only a facet whose counts add up to the part's own is used: with a practice without a value, or with two, they do
    not. The first such facet wins a tie.

    Args:
        part: What to divide.
        facets: Facets of the page that shows the part.
        aliases: Facets to consider.
        cap: Most practices of a part; a single value with more comes as a part of its own.
    """
    used = {pair.partition(":")[0] for pair in part.selection}
    divisions: list[tuple[Part, ...]] = []
    for alias in aliases:
        # A theme may print a facet twice, for narrow and for wide screens.
        counts = {item.value: item.count for item in facets.get(alias, ()) if item.count}
        if alias in used or sum(counts.values()) != part.count or (len(counts) < 2 and part.selection):
            continue
        packs = pack(counts, cap, MOST_VALUES - len(part.selection))
        divisions.append(
            tuple(
                Part(
                    in_order((*part.selection, *(f"{alias}:{value}" for value in values))),
                    sum(counts[value] for value in values),
                )
                for values in packs
            )
        )
    return min(divisions, key=lambda parts: requests_for(parts, cap), default=None)


def pack(counts: Mapping[str, int], cap: int, most: int) -> list[tuple[str, ...]]:
    """Return the values in groups whose counts add up to at most `cap`: the largest first, each where it fits first.

    Args:
        counts: By value.
        cap: Most of a group; a value above it makes a group alone.
        most: Most values of a group.
    """
    groups: list[list[str]] = []
    loads: list[int] = []
    for value in sorted(counts, key=lambda value: (-counts[value], value)):
        fitting = (
            place for place, load in enumerate(loads) if load + counts[value] <= cap and len(groups[place]) < most
        )
        place = next(fitting, len(groups))
        if place == len(groups):
            groups.append([])
            loads.append(0)
        groups[place].append(value)
        loads[place] += counts[value]
    return [tuple(group) for group in groups]


def requests_for(parts: Iterable[Part], cap: int) -> int:
    """Return how many requests parts take at least: a part above the cap is read, and then divided."""
    return sum(1 if part.count <= cap else 1 + -(-part.count // cap) for part in parts)


def in_order(selection: Iterable[str]) -> tuple[str, ...]:
    """Return `alias:value` pairs in Drupal's own order, numbers by their size, so that a selection has one address."""
    return tuple(sorted(selection, key=_naturally))


def _naturally(text: str) -> list[tuple[bool, int, str]]:
    parts = re.findall(r"[0-9]+|[^0-9]+", text)
    return [(False, int(part), "") if part[0] in "0123456789" else (True, 0, part.lower()) for part in parts]
