"""Mark printed texts in a copy of a page, for a person who wants to see where a value stands.

Texts are sought without regard to blanks and markup, inside the smallest element that holds all texts of the record, so
that a year is marked in its own row and not in the row beside it.
"""

import html
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise

from pipeline.models import Page
from pipeline.parse.charset import decode

# The copy is somebody else's page: it may show text and colours, and neither run nor load anything.
_HEAD = (
    '<meta charset="utf-8"><meta http-equiv="Content-Security-Policy" '
    "content=\"default-src 'none'; style-src 'unsafe-inline'\">"
)
_AFTER = re.compile(r"<head(?:\s[^>]*)?>|<html(?:\s[^>]*)?>|<!doctype[^>]*>", re.IGNORECASE)
_VOID = frozenset(
    ("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr")
)
_BLANK = re.compile(r"[\s\u00ad\u200b-\u200f\u2060\ufeff]+")

Span = tuple[int, int]


@dataclass(slots=True)
class _Chars:
    """The visible characters of a page without blanks, and where each stands in the source.

    Attributes:
        text: The characters.
        places: Start and end of each in the source.
        ends: Places in text where a text node ends.
        elements: Start and end of every element in text.
    """

    text: list[str] = field(default_factory=list)
    places: list[Span] = field(default_factory=list)
    ends: set[int] = field(default_factory=set)
    elements: list[Span] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=False)
        self.chars = _Chars()
        self._source = source
        self._lines = [0, *(match.end() for match in re.finditer("\n", source))]
        self._open: list[tuple[str, int]] = []
        self.feed(source)
        self.close()
        while self._open:
            self._shut()

    def _at(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

    def _shut(self) -> None:
        _tag, start = self._open.pop()
        self.chars.elements.append((start, len(self.chars.text)))
        self.chars.ends.add(len(self.chars.text))

    def handle_starttag(self, tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        self.chars.ends.add(len(self.chars.text))
        if tag not in _VOID:
            self._open.append((tag, len(self.chars.text)))

    def handle_startendtag(self, _tag: str, _attrs: list[tuple[str, str | None]]) -> None:
        self.chars.ends.add(len(self.chars.text))

    def handle_endtag(self, tag: str) -> None:
        if any(tag == name for name, _ in self._open):
            while self._open[-1][0] != tag:
                self._shut()
            self._shut()

    def handle_data(self, data: str) -> None:
        if self.cdata_elem is None:
            start = self._at()
            for number, character in enumerate(data):
                self._add(character, start + number, start + number + 1)

    def handle_charref(self, name: str) -> None:
        self._reference(f"&#{name}")

    def handle_entityref(self, name: str) -> None:
        self._reference(f"&{name}")

    def _reference(self, written: str) -> None:
        start = self._at()
        end = start + len(written)
        end += self._source[end : end + 1] == ";"
        for character in html.unescape(f"{written};"):
            self._add(character, start, end)

    def _add(self, character: str, start: int, end: int) -> None:
        if not _BLANK.fullmatch(character):
            self.chars.text.append(character)
            self.chars.places.append((start, end))


def mark_page(page: Page, wanted: Sequence[str], others: Sequence[str] = ()) -> tuple[str, int]:
    """Return a copy of a page that shows where texts stand, and how many of them were found.

    Args:
        page: HTML, or a text rendition.
        wanted: Texts to mark, as printed; paragraphs are separated by a blank line.
        others: The other texts of the record, by which its place on the page is known.
    """
    source = decode(page.body, page.content_type).replace("\r\n", "\n").replace("\r", "\n")
    if page.content_type.startswith("text/plain"):
        source = f'<pre style="white-space: pre-wrap">{html.escape(source)}</pre>'
    chars = _Reader(source).chars
    text = "".join(chars.text)
    needles, context = list(_needles(wanted)), list(_needles([*wanted, *others]))
    low, high, anchor = _row(chars, text, context)
    spans = [span for needle in needles if (span := _best(chars, text, needle, low, high, anchor)) is not None]
    marked = _marked(source, sorted({place for span in spans for place in chars.places[slice(*span)]}))
    after = _AFTER.search(marked)
    at = after.end() if after else 0
    return marked[:at] + _HEAD + marked[at:], len(spans)


def _needles(texts: Sequence[str]) -> Iterator[str]:
    for text in texts:
        for paragraph in text.split("\n\n"):
            squeezed = _BLANK.sub("", paragraph)
            if squeezed:
                yield squeezed


def _places(text: str, needle: str, low: int, high: int) -> list[Span]:
    found, at = [], text.find(needle, low, high)
    while at >= 0:
        found.append((at, at + len(needle)))
        at = text.find(needle, at + 1, high)
    return found


def _row(chars: _Chars, text: str, context: Sequence[str]) -> tuple[int, int, Span]:
    """Return the smallest element with all texts of a record, and where the longest one stands in it."""
    known = [needle for needle in context if needle in text]
    longest = max(known, key=len, default="")
    rows = [(0, len(text), anchor) for anchor in _places(text, longest, 0, len(text))[:1]]
    for anchor in _places(text, longest, 0, len(text)) if longest else []:
        beside = [needle for needle in known if needle != longest and _is_beside(text, needle, 0, len(text), anchor)]
        around = [(low, high) for low, high in chars.elements if low <= anchor[0] and anchor[1] <= high]
        for low, high in sorted(around, key=lambda span: span[1] - span[0]):
            if all(_is_beside(text, needle, low, high, anchor) for needle in beside):
                rows.append((low, high, anchor))
                break
    return min(rows, key=lambda row: row[1] - row[0], default=(0, len(text), (0, 0)))


def _is_beside(text: str, needle: str, low: int, high: int, anchor: Span) -> bool:
    """Whether a text stands in a row, and not only within its longest text."""
    return text.find(needle, low, anchor[0]) >= 0 or text.find(needle, anchor[1], high) >= 0


def _best(chars: _Chars, text: str, needle: str, low: int, high: int, anchor: Span) -> Span | None:
    """Return the place of a text in a row: a whole text node rather than part of one, and near the longest text."""

    def rank(span: Span) -> tuple[bool, bool, int]:
        is_whole = all(end in chars.ends or end in (0, len(text)) for end in span)
        is_inside = anchor[0] <= span[0] and span[1] <= anchor[1] and span != anchor
        distance = min(abs(span[0] - anchor[1]), abs(anchor[0] - span[1]))
        return is_inside, not is_whole, distance

    return min(_places(text, needle, low, high), key=rank, default=None)


def _marked(source: str, places: Sequence[Span]) -> str:
    """Return the source with marks around characters; blanks between two of them are marked too, tags never."""
    runs: list[list[int]] = []
    for start, end in places:
        if runs and not source[runs[-1][1] : start].strip():
            runs[-1][1] = end
        else:
            runs.append([start, end])
    edges = [0, *(edge for run in runs for edge in run), len(source)]
    parts = [source[start:end] for start, end in pairwise(edges)]
    return "".join(f"<mark>{part}</mark>" if number % 2 else part for number, part in enumerate(parts))
