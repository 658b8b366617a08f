"""What a page may be before the parser sees it: its time grows with the square of depth and of attributes."""

import re

# 110 records are 265 kB with some 10,000 tags.
MOST_CHARACTERS = 16_000_000
MOST_ATTRIBUTES = 1_000
MOST_LEVELS = 5_000
# With fewer tags than this no depth takes a second.
_FEW_TAGS = 20_000
_LONG_TAG = re.compile(r"<[a-zA-Z][^<>]{8000,}")
_VALUES = re.compile(r"\"[^\"]*\"|'[^']*'")
_TAG = re.compile(r"<(/?)([a-zA-Z]+)")
# They hold nothing, or are closed by their next sibling.
_FLAT = frozenset(
    {"area", "base", "br", "col", "dd", "dt", "embed", "hr", "img", "input", "li", "link", "meta", "option", "p"}
    | {"source", "td", "th", "tr", "track", "wbr"}
)


def objection(text: str) -> str | None:
    """Return why a page must not be given to the parser, None when it may.

    Args:
        text: The page.
    """
    if len(text) > MOST_CHARACTERS:
        return f"the page has {len(text)} characters; more than {MOST_CHARACTERS} are not read"
    for match in _LONG_TAG.finditer(text):
        count = len(_VALUES.sub("", match[0]).split())
        if count > MOST_ATTRIBUTES:
            return f"an element at character {match.start()} has {count} attributes; {MOST_ATTRIBUTES} are the most"
    if text.count("<") > _FEW_TAGS and _depth(text) > MOST_LEVELS:
        return f"elements are nested more than {MOST_LEVELS} levels deep"
    return None


def _depth(text: str) -> int:
    """Return how deep tags are nested, at least."""
    depth = deepest = 0
    for match in _TAG.finditer(text):
        if match[2].lower() not in _FLAT:
            depth = max(depth - 1, 0) if match[1] else depth + 1
            deepest = max(deepest, depth)
    return deepest
