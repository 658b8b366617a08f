"""Which requests get which fault."""

import re
import threading
import tomllib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, fields
from pathlib import Path

from pipeline.errors import UsageError
from pipeline.twin.faults.catalogue import Entry, find_entry
from pipeline.twin.faults.times import Times

_SHAPE = 'write [[fault]] tables with name = "..." and, if wanted, arg, match and times, all of them texts'


@dataclass(frozen=True, slots=True)
class Fault:
    """One line of a plan; what is None is as the catalogue says.

    Attributes:
        name: Name in the catalogue.
        arg: Argument of the fault.
        match: Regular expression, searched in path and query as sent.
        times: `every`, `first N`, `only N`, `from N`; with ` each` behind it every address is counted for itself.
    """

    name: str
    arg: str | None = None
    match: str | None = None
    times: str | None = None

    @classmethod
    def read(cls, text: str) -> "Fault":
        """Return the fault of a command line, `NAME` or `NAME:ARG`."""
        name, colon, arg = text.partition(":")
        return cls(name, arg if colon else None)


@dataclass(frozen=True, slots=True)
class Due:
    """A fault that a request gets: its entry, its argument, and how many requests matched it so far, this included."""

    entry: Entry
    arg: str
    count: int


class FaultPlan:
    """Faults in order: the first one that is due for a request is performed. Each counts all requests it matches.

    Args:
        faults: What shall go wrong.

    Raises:
        UsageError: A name, argument, pattern or number of times is wrong.
    """

    def __init__(self, faults: Iterable[Fault]) -> None:
        self.faults = tuple(faults)
        self._rules = [_Rule(fault) for fault in self.faults]
        self._lock = threading.Lock()

    @classmethod
    def read(cls, path: Path) -> "FaultPlan":
        """Return the plan of a TOML file with one [[fault]] table per fault.

        Raises:
            UsageError: The file can not be read, or is no plan.
        """
        try:
            tables = tomllib.loads(path.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise UsageError(str(path), f"the fault plan can not be read: {error}", _SHAPE) from error
        entries = tables.pop("fault", [])
        known = {field.name for field in fields(Fault)}
        if tables or not isinstance(entries, list):
            raise UsageError(str(path), "a fault plan holds [[fault]] tables and nothing else", _SHAPE)
        for entry in entries:
            if not isinstance(entry, dict) or "name" not in entry or not entry.keys() <= known:
                raise UsageError(str(path), f"{entry!r} is no fault", _SHAPE)
            if not all(isinstance(value, str) for value in entry.values()):
                raise UsageError(str(path), f"{entry!r} holds something that is no text", _SHAPE)
        return cls(Fault(**entry) for entry in entries)

    def next_due(self, target: str) -> Due | None:
        """Count a request, and return the fault that it gets."""
        with self._lock:
            due = [rule.count(target) for rule in self._rules]
        return next((found for found in due if found is not None), None)


class _Rule:
    def __init__(self, fault: Fault) -> None:
        self._entry = find_entry(fault.name)
        self._arg = _argument(self._entry, fault.arg)
        pattern = fault.match if fault.match is not None else self._entry.match.replace("{arg}", re.escape(self._arg))
        try:
            self._pattern = re.compile(pattern)
        except re.error as error:
            raise UsageError(
                f"fault {fault.name}", f"match = {pattern!r}: {error}", "write a regular expression"
            ) from error
        self._times = Times.read(fault.times or self._entry.times)
        self._counts: Counter[str] = Counter()

    def count(self, target: str) -> Due | None:
        if not self._pattern.search(target):
            return None
        key = target if self._times.is_each else ""
        self._counts[key] += 1
        count = self._counts[key]
        return Due(self._entry, self._arg, count) if self._times.includes(count) else None


def _argument(entry: Entry, arg: str | None) -> str:
    if arg is None:
        return entry.arg
    if not entry.takes:
        raise UsageError(f"fault {entry.name}", f"it takes no argument, but got {arg!r}", "leave the argument out")
    if not entry.takes.startswith("text"):
        try:
            if float(arg) >= 0:
                return arg
        except ValueError:
            pass
        raise UsageError(f"fault {entry.name}", f"{arg!r} is no number of {entry.takes}", "give a number, 0 or more")
    return arg
