"""Personal data stays in raw/: e-mail addresses are taken out of everything that is read."""

import re
from dataclasses import replace
from typing import Any

from pipeline.models import Issue, Severity
from pipeline.parse.reading import Reading

REMOVED = "[e-mail address]"
_EMAIL = re.compile(r"[\w.+'-]+@[\w-]+(?:\.[\w-]+)+")
_TEXTS = ("title", "summary", "implementation_year", "award_year", "institution", "country", "region")


def without_emails(reading: Reading) -> Reading:
    """Return what was read without any e-mail address, and with an issue for every field that held one.

    Args:
        reading: As printed; its issues may repeat what is printed.
    """
    record, issues = reading.record, reading.issues
    texts = {name: text for name in _TEXTS if (text := getattr(record, name)) and "@" in text and _EMAIL.search(text)}
    has_topics = any(map(_EMAIL.search, record.topics))
    has_issues = any(_EMAIL.search(issue.raw_value or "") for issue in issues)
    if not (texts or has_topics or has_issues):
        return reading
    values: dict[str, Any] = {name: _EMAIL.sub(REMOVED, text) for name, text in texts.items()}
    cleaned = replace(record, **values, topics=tuple(_EMAIL.sub(REMOVED, topic) for topic in record.topics))
    kept = tuple(
        replace(issue, raw_value=_EMAIL.sub(REMOVED, issue.raw_value)) if issue.raw_value else issue for issue in issues
    )
    message = "An e-mail address was left out; it stands in raw/ only."
    where = (record.block, record.position)
    names: list[str | None] = [*texts, *(["topics"] if has_topics else [])]
    told = tuple(Issue(Severity.INFO, "email_removed", message, where, name) for name in names or [None])
    return replace(reading, record=cleaned, issues=(*kept, *told))
