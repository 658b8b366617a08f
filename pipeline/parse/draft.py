"""A record while its lines are read."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.models import Severity
from pipeline.parse.line import Line, Step


@dataclass(slots=True)
class Draft:
    """A record while its lines are read.

    Attributes:
        lines: All of them.
        claimed: For each line, whether a field or a rule has taken it.
        values: Printed values by field.
        topics: Printed topics.
        paths: Where each field was found.
        issues: Severity, kind, field, raw value, message.
        unclaimed: Number of characters.
    """

    lines: Sequence[Line]
    claimed: list[bool]
    values: dict[str, str] = field(default_factory=dict)
    topics: list[str] = field(default_factory=list)
    paths: dict[str, tuple[Step, ...]] = field(default_factory=dict)
    issues: list[tuple[Severity, str, str | None, str | None, str]] = field(default_factory=list)
    unclaimed: int = 0

    def rest(self) -> list[int]:
        """Return the numbers of the lines that nothing has taken."""
        return [number for number, is_claimed in enumerate(self.claimed) if not is_claimed]

    def warn(self, kind: str, name: str | None, raw: str | None, message: str) -> None:
        """Remember what a person should look at."""
        self.issues.append((Severity.WARNING, kind, name, raw, message))
