"""What is left of a record when labels, title and place are taken: its summary, and what nobody has told us about."""

import re
from collections.abc import Sequence

from pipeline.models import Severity
from pipeline.parse.draft import Draft
from pipeline.parse.groups import Group, group
from pipeline.parse.labels import folded
from pipeline.parse.line import Line
from pipeline.parse.topics import split_topics
from pipeline.parse.words import Words

# `Duration: 3 years`: a few words, a colon, a few words. A sentence goes on for longer.
_LIKE_A_LABEL = re.compile(r"[^\W\d_][^:\uff1a.!?]{1,38}[:\uff1a]\s*\S.{0,40}")
_LONGEST_LABEL = 40
_LONGEST_FIELD = 60


def take_text(draft: Draft, words: Words) -> None:
    """Take the largest group of what is left as summary, a group of known topics as such, and report the others."""
    _take_bare_topics(draft, words)
    groups = group(draft.lines, draft.claimed)
    texts = [candidate for candidate in groups if not all(line.is_link for line in candidate.lines)]
    known = [found for found in texts if not draft.topics and _are_topics(found, words)]
    if len(known) == 1 and len(texts) > 1:
        topics = [line.text for line in known[0].lines]
        draft.topics = topics
        message = "Topics stand without their label; each is one that we know."
        draft.issues.append((Severity.INFO, "topics_without_label", "topics", " | ".join(topics), message))
        texts.remove(known[0])
        groups.remove(known[0])
    summary = max(texts, key=lambda candidate: candidate.size, default=None)
    if summary is not None and not any(map(str.isalpha, summary.lines[0].text)):
        summary = None
    if summary is not None:
        draft.values["summary"] = "\n\n".join(_paragraphs(summary.lines))
        draft.paths["summary"] = summary.container or ()
        for line in summary.lines:
            is_alone = not line.is_prose and len(line.text) <= _LONGEST_LABEL and line.text.endswith(":")
            is_field = not line.is_prose or len(line.parts) > 1 or len(line.text) <= _LONGEST_LABEL
            has_value = is_field and _LIKE_A_LABEL.fullmatch(line.text)
            begins = len(line.text) <= _LONGEST_FIELD and any(map(folded(line.text).startswith, words.labels))
            if (is_alone or has_value or begins) and not line.is_title:
                message = "A line of the summary looks like a label with its value that we do not know."
                draft.warn("unknown_label", "summary", line.text, message)
        is_text_copy = summary.container is None
        if not is_text_copy and not any(line.is_prose or len(line.text) > _LONGEST_FIELD for line in summary.lines):
            message = "The summary is no longer than a label with its value, and may be one that we do not know."
            draft.warn("doubtful_summary", "summary", draft.values["summary"], message)
    for left in groups:
        if left is not summary:
            text = "\n".join(line.text for line in left.lines)
            draft.unclaimed += len(text)
            draft.warn("unclaimed_text", None, text, "Text of the record belongs to no field that we know.")


def _take_bare_topics(draft: Draft, words: Words) -> None:
    """Take lines that consist mostly of topics that we know: they are no summary, whatever stands before them."""
    for number in draft.rest():
        line = draft.lines[number]
        pieces = split_topics(line.parts or (line.text,), line.text, words)
        known = [piece for piece in pieces if folded(piece) in words.topics]
        if len(pieces) > 1 and 2 * len(known) >= len(pieces):
            draft.claimed[number] = True
            if not draft.topics and len(known) == len(pieces):
                draft.topics = known
            else:
                draft.unclaimed += len(line.text)
            message = "A line consists of topics that we know, but their label is not one that we know."
            draft.warn("topics_without_label", "topics", line.text, message)


def _are_topics(candidate: Group, words: Words) -> bool:
    return all(folded(line.text) in words.topics for line in candidate.lines)


def _paragraphs(lines: Sequence[Line]) -> list[str]:
    """Join lines into paragraphs: a new one begins behind a gap."""
    paragraphs: list[str] = []
    for line in lines:
        if line.follows_gap or not paragraphs:
            paragraphs.append(line.text)
        else:
            paragraphs[-1] += f"\n{line.text}"
    return paragraphs
