"""No e-mail address leaves raw/."""

import re

from hypothesis import given
from hypothesis import strategies as st

from pipeline.models import Block, Issue, Record, Severity
from pipeline.parse.privacy import REMOVED, without_emails
from pipeline.parse.reading import Reading

ADDRESS = re.compile(r"[^\s@]+@[^\s@]+\.[a-z]+")
WHERE = (Block.LIST, 1)
names = st.from_regex(r"[a-z][a-z0-9.+_-]{0,6}[a-z0-9]", fullmatch=True)
addresses = st.builds("{}@{}.example".format, names, st.sampled_from(["fund", "mail.fund", "a-b.fund"]))
texts = st.lists(st.one_of(addresses, st.sampled_from(["ask", "or", "at 5 @ the desk,", "(", ")"])), min_size=1).map(
    " ".join
)


@given(summary=texts, title=texts, topics=st.lists(texts), raw=texts)
def test_none_is_left_anywhere(summary: str, title: str, topics: list[str], raw: str) -> None:
    """Not in the record, nor in what findings repeat of it; the rest stays word for word."""
    record = Record(*WHERE, "en", title=title, summary=summary, topics=tuple(topics))
    issue = Issue(Severity.WARNING, "unclaimed_text", "A message.", WHERE, None, raw)
    cleaned = without_emails(Reading(record, (issue,), {}, 0))
    everything = (cleaned.record.title, cleaned.record.summary, *cleaned.record.topics, cleaned.issues[0].raw_value)
    assert not any(ADDRESS.search(text or "") for text in everything)
    assert cleaned.record.summary == ADDRESS.sub(REMOVED, summary)


def test_what_was_left_out_is_said_without_repeating_it() -> None:
    """By field."""
    record = Record(*WHERE, "en", summary="Ask desk@fund.example.")
    (issue,) = without_emails(Reading(record, (), {}, 0)).issues
    assert (issue.kind, issue.severity, issue.field, issue.raw_value) == (
        "email_removed",
        Severity.INFO,
        "summary",
        None,
    )


def test_a_record_without_one_is_the_same_object() -> None:
    """Most have none."""
    reading = Reading(Record(*WHERE, "en", summary="Two @ three."), (), {}, 0)
    assert without_emails(reading) is reading
