"""Which entries a printed name may mean, best first, and why. For persons to choose from; nothing is matched by it."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

import polars as pl

from pipeline.normalize.countries import country_names
from pipeline.normalize.institutions import institution_names
from pipeline.normalize.lookup import own_names
from pipeline.normalize.regions import region_names
from pipeline.normalize.text import comparison_key
from pipeline.normalize.topics import topic_names
from pipeline.normalize.vocabulary import Vocabulary

# Less alike than this, and a suggestion is noise.
_LEAST = 60.0
_MOST = 3
_BRACKETS = re.compile(r"\(([^()]+)\)\s*$")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """An entry that a printed name may mean.

    Attributes:
        target_id: The entry.
        name: Its name that is most like the printed one.
        score: How much alike, in per cent; to rank by, not to decide by.
        reason: Why it is suggested.
    """

    target_id: str
    name: str
    score: float
    reason: str


def suggest(kind: str, printed: str, country_code: str, vocabulary: Vocabulary) -> list[Suggestion]:
    """Return at most three entries that a name may mean, best first.

    Args:
        kind: institution, country, region or topic.
        printed: As printed.
        country_code: Of an institution: only those of the same country are compared. Where it is unknown, only entries
            with the very same name are named.
        vocabulary: With the decisions that there are.
    """
    key = comparison_key(printed)
    names = _names(vocabulary)[kind]
    if kind == "institution" and not country_code:
        same = [(row["id"], row["name"]) for row in names.iter_rows(named=True) if row["key"] == key]
        return [Suggestion(id_, name, 50.0, "the same name, if the country is right") for id_, name in same[:_MOST]]
    if kind == "institution":
        names = names.filter(pl.col("country_code") == country_code)
    best: dict[str, Suggestion] = {}
    for one in _compared(kind, printed, key, names):
        if one.target_id not in best or one.score > best[one.target_id].score:
            best[one.target_id] = one
    ranked = sorted(best.values(), key=lambda one: (-one.score, one.target_id))
    return ranked[:_MOST]


@lru_cache(4)
def _names(vocabulary: Vocabulary) -> dict[str, pl.DataFrame]:
    """Return id, name and key by kind; acronyms too, since a person may know better."""
    institutions = vocabulary.institutions
    acronyms = own_names(institutions, "institution_id", ["acronyms"]).join(
        institutions.select("country_code", id="institution_id"), on="id", maintain_order="left"
    )
    full = institution_names(institutions).select("id", "name", "key", "country_code", is_acronym=pl.lit(value=False))
    short = acronyms.select("id", "name", "key", "country_code", is_acronym=pl.lit(value=True))
    return {
        "country": country_names(vocabulary.countries),
        "region": region_names(vocabulary.regions),
        "topic": topic_names(vocabulary.topics),
        "institution": pl.concat([full, short]),
    }


def _compared(kind: str, printed: str, key: str, names: pl.DataFrame) -> Iterator[Suggestion]:
    from rapidfuzz import fuzz

    bracket = _BRACKETS.search(printed)
    own_acronym = comparison_key(bracket[1]) if bracket else key
    for row in names.iter_rows(named=True):
        if row.get("is_acronym"):
            if row["key"] == own_acronym:
                yield Suggestion(row["id"], row["name"], 95.0, f"{row['name']} is its acronym")
            continue
        if sorted(key.split()) == sorted(row["key"].split()):
            yield Suggestion(row["id"], row["name"], 99.0, "the same words in another order")
            continue
        alike = round(fuzz.ratio(key, row["key"]), 1)
        if alike >= _LEAST:
            yield Suggestion(row["id"], row["name"], alike, f"spelled {alike:.0f} % alike")
        elif kind != "country" and _is_part(key, row["key"]):
            yield Suggestion(row["id"], row["name"], _LEAST, "one name holds all words of the other")


def _is_part(one: str, other: str) -> bool:
    """Whether all words of the shorter name, at least two, stand in the longer one."""
    shorter, longer = sorted((set(one.split()), set(other.split())), key=len)
    return len(shorter) > 1 and shorter <= longer
