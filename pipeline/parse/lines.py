"""Turn an element into the lines that a reader sees, for the grammar."""

import re

from pipeline.parse.line import Line
from pipeline.parse.links import DetailLinks
from pipeline.parse.tree import HEADINGS, INLINE_TAGS, OUTSIDE_TAGS, Element

# What HTML collapses; a no-break space is content and stays.
_HTML_SPACE = re.compile(r"[ \t\n\r\f]+")
_TO_COLLAPSE = re.compile(r"[\t\n\r\f]|  ")
_HIDDEN_CLASSES = frozenset({"visually-hidden", "sr-only", "element-invisible", "hidden", "rdf-meta"})
_MORE_CLASSES = frozenset({"views-more-link", "more-link", "node-readmore"})
_EMPTY = " \t\n\r\f\u00a0\u200b\ufeff"


class _Lines:
    """Collects parts of text into lines; a block element or `<br>` ends a line."""

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self._parts: list[str] = []
        self._is_title = False
        self._is_prose = False
        self._gap = True

    def add(self, text: str, *, is_title: bool, is_prose: bool, joins_last: bool) -> None:
        if joins_last and self._parts:
            self._parts[-1] += text
        else:
            self._parts.append(text)
        self._is_title = self._is_title or (is_title and bool(text.strip(_EMPTY)))
        self._is_prose = is_prose

    def end(self, *, gap: bool) -> None:
        if self._parts:
            text = _collapsed("".join(self._parts))
            if text:
                parts: tuple[str, ...] = (text,)
                if len(self._parts) > 1:
                    parts = tuple(part for raw in self._parts if (part := _collapsed(raw)))
                self.lines.append(Line(text, parts, self._is_title, self._is_prose, self._gap))
                self._gap = False
            self._parts = []
            self._is_title = False
        self._gap = self._gap or gap


def _collapsed(text: str) -> str:
    text = text.strip(_EMPTY)
    return _HTML_SPACE.sub(" ", text) if _TO_COLLAPSE.search(text) else text


def lines_of(element: Element, links: DetailLinks) -> list[Line]:
    """Return the visible lines of a record's element.

    Args:
        element: Root of the record.
        links: Recognizes links to the record's own page; their text is its title, unless they only say "more".
    """
    lines = _Lines()
    _walk(element, lines, links, is_title=False, is_prose=False)
    lines.end(gap=True)
    return lines.lines


def _walk(element: Element, lines: _Lines, links: DetailLinks, *, is_title: bool, is_prose: bool) -> None:
    is_block = element.tag not in INLINE_TAGS
    if is_block:
        lines.end(gap=True)
    if element.label is not None:
        lines.lines.append(Line("", label=element.label))
    if element.known is not None:
        lines.lines.extend(element.known.lines)
    is_prose = is_prose or element.tag == "p"
    is_title = is_title or element.tag in HEADINGS or _is_title_link(element, links)
    previous_was_text = False
    for child in element.children:
        if isinstance(child, str):
            lines.add(child, is_title=is_title, is_prose=is_prose, joins_last=previous_was_text)
            previous_was_text = True
        elif child.tag == "br":
            lines.end(gap=False)
            previous_was_text = False
        elif not _is_unprinted(child):
            _walk(child, lines, links, is_title=is_title, is_prose=is_prose)
            previous_was_text = False
    if is_block:
        lines.end(gap=True)


def _is_title_link(element: Element, links: DetailLinks) -> bool:
    return links.record_key(element) is not None


def _is_unprinted(element: Element) -> bool:
    """Whether an element repeats or only serves: copies for machines, and "read more" links."""
    if element.tag in OUTSIDE_TAGS:
        return True
    classes = set(element.classes)
    if classes & _MORE_CLASSES or (element.tag == "a" and "more" in element.get("rel").split()):
        return True
    is_hidden = bool(classes & _HIDDEN_CLASSES) or "hidden" in element.attributes
    # A label may be hidden from the eye and still carries structure (Drupal's "visually hidden" label setting).
    return is_hidden and "label" not in element.get("class")
