import re

import pytest

from pipeline.errors import UsageError
from pipeline.twin.faults.behaviours import BEHAVIOURS
from pipeline.twin.faults.catalogue import LISTING, Entry, catalogue, find_entry
from pipeline.twin.faults.plan import Fault, FaultPlan

GROUPS = [
    "connection", "framing", "codings", "statuses", "redirects", "bodies", "paging", "validators", "robots", "markup",
]  # fmt: skip
# Classes of pipeline.errors, some of which are still to come.
ERRORS = {
    "RobotsUnreachableError", "DisallowedError", "HostUnreachableError", "UnexpectedStatusError",
    "RedirectBlockedError", "BadBodyError", "DeadlineError", "BudgetError", "CircuitOpenError", "NoContentError",
    "ParseError",
}  # fmt: skip
ENTRIES = list(catalogue().values())


def test_there_are_enough() -> None:
    """The catalogue names each fault once, chapter after chapter."""
    assert len(ENTRIES) >= 65
    assert list(dict.fromkeys(entry.group for entry in ENTRIES)) == GROUPS


def test_every_behaviour_is_used_and_every_used_one_exists() -> None:
    """Code and data agree."""
    assert {entry.behaviour for entry in ENTRIES} == set(BEHAVIOURS)


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_an_entry_says_everything(entry: Entry) -> None:
    """A name to type, one sentence, where it comes from, and what should come of it."""
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", entry.name)
    assert re.fullmatch(r"[A-Z].*\.", entry.sentence)
    assert re.search(r"\b(case|markup|m)\s?\d", entry.source)
    assert entry.expect in ("complete", "incomplete") or entry.expect.removeprefix("error:") in ERRORS
    assert ("ARG" in entry.sentence) == bool(entry.takes) or entry.group == "redirects"
    assert entry.as_dict()["harmless"] == ("yes" if entry.expect == "complete" else "no")
    FaultPlan([Fault(entry.name)])


@pytest.mark.parametrize(
    "target",
    ["/gp", "/gp/", "/databases/gp?page=7", "/cfe/gp?f[0]=countries:1", "/es/gp?page=1", "/de/Databases/GP"],
)
def test_listing_pages_are_known_by_their_address(target: str) -> None:
    """In every language, under every path."""
    assert re.search(LISTING, target)


@pytest.mark.parametrize("target", ["/gp/200001", "/robots.txt", "/", "/terms?x=/gp", "/it/gp", "/gpa", "/node/7"])
def test_other_pages_are_none(target: str) -> None:
    """Detail pages and the rest stay honest unless a plan says otherwise."""
    assert not re.search(LISTING, target)


def test_an_unknown_name_gets_the_nearest_one() -> None:
    """A typing error costs no search."""
    with pytest.raises(UsageError, match="did you mean gzip-bomb"):
        find_entry("gzip-bom")
