"""Cut printed topics apart where a page prints several as one text."""

from collections.abc import Sequence

from pipeline.parse.labels import folded
from pipeline.parse.words import Words

_SEPARATORS = (", ", "; ", " | ", " / ", ",", ";", "|")


def split_topics(parts: Sequence[str], line: str, words: Words) -> list[str]:
    """Return the topics of one line: one a part, where parts that are only a separator count as none.

    A part is never cut at its commas, which topics have themselves, unless every piece is a topic that we know.

    Args:
        parts: Texts of the line's inline elements and of what stands between them.
        line: The whole line; parts without a blank between them may be one topic that markup cuts.
        words: Words of the source that carry structure.
    """
    topics: list[str] = []
    for part in _uncut(parts, line, words):
        topic = part.strip(" ,;|\t\n")
        if folded(topic):
            topics += _known_pieces(topic, words) or [topic]
    return topics


def _uncut(parts: Sequence[str], line: str, words: Words) -> list[str]:
    """Return parts, those put together again that only together are a topic: markup may stand inside one."""
    whole: list[str] = []
    start = 0
    while start < len(parts):
        end = next(
            (
                end
                for end in range(len(parts), start + 1, -1)
                if any(_is_topic(glue.join(parts[start:end]), line, words) for glue in ("", " "))
            ),
            start + 1,
        )
        joined = "".join(parts[start:end])
        whole.append(joined if joined in line else " ".join(parts[start:end]))
        start = end
    return whole


def _is_topic(text: str, line: str, words: Words) -> bool:
    return text in line and folded(text.strip(" ,;|")) in words.topics


def _known_pieces(text: str, words: Words) -> list[str]:
    """Return the known topics that a text strings together, empty when it does not."""
    if folded(text) in words.topics:
        return []
    for separator in _SEPARATORS:
        pieces = text.split(separator)
        if len(pieces) > 1:
            found = _joined(pieces, separator, words)
            if found:
                return found
    return []


def _joined(pieces: Sequence[str], separator: str, words: Words) -> list[str]:
    """Return pieces put together to known topics, the longest first; empty when one is left over."""
    found: list[str] = []
    start = 0
    while start < len(pieces):
        for end in range(min(len(pieces), start + 4), start, -1):
            name = separator.join(pieces[start:end]).strip()
            if folded(name) in words.topics:
                found.append(name)
                start = end
                break
        else:
            return []
    return found
