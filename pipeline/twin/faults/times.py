"""Which of the requests that a fault matches get it."""

import re
from dataclasses import dataclass

from pipeline.errors import UsageError

_GRAMMAR = re.compile(r"(?:(every)|(first|only|from) ([1-9][0-9]{0,8}))( each)?")


@dataclass(frozen=True, slots=True)
class Times:
    """A choice among the first, second, third... request.

    Attributes:
        kind: `every`, `first` (the first so many), `only` (that one), `from` (that one and all later ones).
        number: The number that goes with it, 0 for `every`.
        is_each: Whether every address is counted for itself.
    """

    kind: str
    number: int
    is_each: bool

    @classmethod
    def read(cls, text: str) -> "Times":
        """Return what `every`, `first 2`, `only 3`, `from 4` mean, each possibly with ` each` behind it.

        Raises:
            UsageError: It is none of these.
        """
        match = _GRAMMAR.fullmatch(text)
        if match is None:
            cause = f"times = {text!r} is not understood"
            raise UsageError(
                "fault plan", cause, "write every, first N, only N or from N, and ` each` to count by address"
            )
        return cls(match[1] or match[2], int(match[3] or 0), match[4] is not None)

    def includes(self, count: int) -> bool:
        """Return whether the count-th request, counted from 1, is chosen."""
        match self.kind:
            case "first":
                return count <= self.number
            case "only":
                return count == self.number
            case _:
                return count >= self.number
