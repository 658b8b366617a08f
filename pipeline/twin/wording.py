"""Composes titles and summaries from the small grammar in grammar.csv, the same thought in every language."""

import csv
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from itertools import count
from math import prod
from types import MappingProxyType

# These four decide the first sentence; every practice gets its own combination, so no two begin alike.
OPENING_SLOTS = ("opening", "solution", "group", "aim")
OTHER_SLOTS = ("context", "middle", "result", "cut", "slogan", "title")
# Which sentences stand in which paragraph. A `cut` ends with a colon, as on the real site where a list was cut off.
SHAPES = (
    (("opening", "middle"),),
    (("opening", "context"),),
    (("opening", "middle"), ("result",)),
    (("opening", "context", "result"),),
    (("opening", "context"), ("middle", "result")),
    (("opening",), ("context", "middle", "result")),
    (("opening", "context", "middle"), ("result", "cut")),
    (("opening", "result", "cut"),),
)

Picks = Mapping[str, int]


@cache
def grammar() -> Mapping[str, tuple[dict[str, str], ...]]:
    """Return the entries of each slot, by language."""
    text = files("pipeline.twin").joinpath("grammar.csv").read_text(encoding="utf-8")
    slots: dict[str, list[dict[str, str]]] = {}
    for row in csv.DictReader(text.splitlines()):
        slots.setdefault(row.pop("slot"), []).append(row)
    return MappingProxyType({slot: tuple(entries) for slot, entries in slots.items()})


def combinations() -> int:
    """Return how many different first sentences the grammar has, numbers and names aside."""
    return prod(len(grammar()[slot]) for slot in OPENING_SLOTS)


def opening_picks(combination: int) -> dict[str, int]:
    """Return the entry of each opening slot for a number below `combinations()`."""
    picks = {}
    for slot in OPENING_SLOTS:
        combination, picks[slot] = divmod(combination, len(grammar()[slot]))
    return picks


def compose(picks: Picks, language: str, acronym: str, year: int, number: int) -> tuple[str, tuple[str, ...]]:
    """Return a title and the paragraphs of a summary.

    Args:
        picks: Number of the entry to use, by slot, and `shape`, a number into SHAPES.
        language: Column of the grammar.
        acronym: What to call the institution; empty for "the institution".
        year: Year to mention.
        number: Quantity to mention, the next ones by rising steps.
    """
    entries = grammar()
    chosen = {slot: entries[slot][pick][language] for slot, pick in picks.items() if slot != "shape"}
    values = {"who": acronym or entries["who"][0][language], "year": year, **chosen}
    quantities = count(number, 3)

    def sentence(slot: str) -> str:
        text = chosen[slot].format_map({**values, "number": next(quantities)})
        return text[0].upper() + text[1:]

    paragraphs = tuple(" ".join(sentence(slot) for slot in paragraph) for paragraph in SHAPES[picks["shape"]])
    return sentence("title"), paragraphs


def further_paragraph(key: int, language: str) -> str:
    """Return the paragraph that only the detail page of a practice shows."""
    entries = grammar()["further"]
    return entries[key % len(entries)][language]
