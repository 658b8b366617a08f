"""The named faults, as `catalogue.csv` describes them."""

import csv
from dataclasses import dataclass
from difflib import get_close_matches
from functools import cache
from importlib.resources import files

from pipeline.errors import UsageError

# Listing pages in every language, under every path.
LISTING = r"(?i)^(/(fr|es|de))?/(databases/|cfe/)?gp/?(\?|$)"


@dataclass(frozen=True, slots=True)
class Entry:
    """One named fault.

    Attributes:
        name: What a user types.
        group: Chapter that it belongs to; also the file that its tests stand in.
        behaviour: Name in BEHAVIOURS of what performs it.
        value: What the behaviour is told, the same whatever the user says.
        takes: What the argument is, empty when there is none; one that is no `text` is a number.
        arg: Argument when the user gives none.
        match: Regular expression over the target when the user gives none; {arg} stands for the argument.
        times: Which of the matching requests get it when the user says nothing.
        expect: What a careful crawl of the whole, unfiltered listing should end with, at the default argument:
            `complete`, `incomplete` (data is visibly missing or damaged) or `error:` and the class of the failure.
        source: Case of reliability.md (`case 3`), its probes (`m9`), or section of markup.md.
        sentence: What happens.
    """

    name: str
    group: str
    behaviour: str
    value: str
    takes: str
    arg: str
    match: str
    times: str
    expect: str
    source: str
    sentence: str

    @property
    def usage(self) -> str:
        """Return the name, and the argument that it takes with its default."""
        return f"{self.name}:{self.arg}" if self.takes else self.name

    @property
    def is_harmless(self) -> bool:
        """Whether a careful crawler still gets everything, if need be after retries."""
        return self.expect == "complete"

    def as_dict(self) -> dict[str, str]:
        """Return what a user needs to know."""
        shown = ("name", "group", "takes", "arg", "match", "times", "expect", "source", "sentence")
        return {key: getattr(self, key) for key in shown} | {"harmless": "yes" if self.is_harmless else "no"}


@cache
def catalogue() -> dict[str, Entry]:
    """Return the faults by name, in the order of the file."""
    text = files("pipeline.twin.faults").joinpath("catalogue.csv").read_text(encoding="utf-8")
    entries = (Entry(**{**row, "match": row["match"] or LISTING}) for row in csv.DictReader(text.splitlines()))
    return {entry.name: entry for entry in entries}


def find_entry(name: str) -> Entry:
    """Return a fault by its name.

    Raises:
        UsageError: There is none of that name.
    """
    try:
        return catalogue()[name]
    except KeyError:
        near = get_close_matches(name, catalogue(), n=1)
        cause = "there is no such fault" + (f"; did you mean {near[0]}?" if near else "")
        raise UsageError(f"fault {name}", cause, "see `practices twin faults`") from None
