"""What was read from one record's markup or text."""

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.models import Issue, Record
from pipeline.parse.labels import Label
from pipeline.parse.line import Line


@dataclass(frozen=True, slots=True)
class Reading:
    """What the lines of one record say.

    Attributes:
        record: The record.
        issues: What a person should look at.
        fields: Where each field stood: the elements around it, as `tag.classes` joined by `>`.
        unclaimed: Number of characters that no field and no rule has claimed.
    """

    record: Record
    issues: tuple[Issue, ...]
    fields: Mapping[str, str]
    unclaimed: int


@dataclass(frozen=True, slots=True)
class Known:
    """What was read from one row's markup.

    Attributes:
        labels: Labels in it.
        key: The source's own key, None without a detail link.
        language: Language that its detail link declares, None when it does not.
        lines: Its visible lines.
        reading: What they say; block, position and language are those of the place where it was first read.
        ignored: Characters left out, by rule.
    """

    labels: tuple[Label, ...]
    key: str | None
    language: str | None
    lines: tuple[Line, ...]
    reading: Reading
    ignored: Mapping[str, int]
