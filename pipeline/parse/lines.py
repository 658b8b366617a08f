"""Turn an element into the lines that a reader sees, for the grammar."""

import re
from collections import Counter
from dataclasses import replace
from functools import lru_cache

from pipeline.parse.line import Line, Step
from pipeline.parse.links import DetailLinks
from pipeline.parse.tree import HEADINGS, INLINE_TAGS, OUTSIDE_TAGS, Element

# What HTML collapses; a no-break space is content and stays.
_HTML_SPACE = re.compile(r"[ \t\n\r\f]+")
_TO_COLLAPSE = re.compile(r"[\t\n\r\f]|  ")
_HIDDEN_CLASSES = frozenset({"visually-hidden", "sr-only", "element-invisible", "hidden", "rdf-meta"})
_MORE_CLASSES = frozenset({"views-more-link", "more-link", "node-readmore"})
_TITLE_CLASS = re.compile(r"(?:^|[\s_-])title(?:$|\s)")
_EMPTY = " \t\n\r\f\u00a0\u200b\ufeff"
# A title is one or two blocks; a link around more of them is a card, and its text the whole record.
_MOST_BLOCKS_OF_A_TITLE = 2


class _Lines:
    """Collects parts of text into lines; a block element or `<br>` ends a line.

    Attributes:
        lines: What was collected.
        ignored: Characters that no reader needs, by the rule that names them.
    """

    def __init__(self) -> None:
        self.lines: list[Line] = []
        self.ignored: Counter[str] = Counter()
        self._parts: list[str] = []
        self._is_heading = False
        self._is_link = False
        self._is_prose = False
        self._has_text = False
        self._gap = True
        self._path: tuple[Step, ...] = ()

    def add(self, text: str, at: "_Place", *, joins_last: bool) -> None:
        """Add a text to the line; a title that is a link is a line of its own."""
        is_something = bool(text.strip(_EMPTY))
        if is_something and self._has_text and at.is_link != self._is_link:
            self.end(gap=False)
            joins_last = False
        self._has_text = self._has_text or is_something
        if joins_last and self._parts:
            self._parts[-1] += text
        else:
            self._parts.append(text)
        if (at.is_heading or at.is_link) and is_something:
            self._is_heading = self._is_heading or at.is_heading
            self._is_link = self._is_link or at.is_link
        self._is_prose = at.is_prose
        self._path = at.path

    def end(self, *, gap: bool) -> None:
        """End the line, if one was begun."""
        if self._parts:
            text = _collapsed("".join(self._parts))
            if text:
                parts: tuple[str, ...] = (text,)
                if len(self._parts) > 1:
                    parts = tuple(part for raw in self._parts if (part := _collapsed(raw)))
                self.lines.append(
                    Line(
                        text,
                        parts,
                        self._is_heading,
                        self._is_link,
                        self._is_prose,
                        self._gap,
                        path=self._path,
                    )
                )
                self._gap = False
            self._parts = []
            self._is_heading = self._is_link = self._has_text = False
        self._gap = self._gap or gap


class _Place:
    """Where a text stands: what the elements around it say."""

    __slots__ = ("is_heading", "is_link", "is_prose", "path")

    def __init__(self, path: tuple[Step, ...], *, is_heading: bool, is_link: bool, is_prose: bool) -> None:
        self.path = path
        self.is_heading = is_heading
        self.is_link = is_link
        self.is_prose = is_prose


def _collapsed(text: str) -> str:
    text = text.strip(_EMPTY)
    return _HTML_SPACE.sub(" ", text) if _TO_COLLAPSE.search(text) else text


def lines_of(element: Element, links: DetailLinks) -> tuple[list[Line], Counter[str]]:
    """Return the visible lines of a record's element, and how many characters were left out by which rule.

    Args:
        element: Root of the record.
        links: Recognizes links to the record's own page; their text is its title, unless they only say "more".
    """
    lines = _Lines()
    _walk(element, lines, links, _Place((), is_heading=False, is_link=False, is_prose=False), is_root=True)
    lines.end(gap=True)
    return lines.lines, lines.ignored


def _walk(
    element: Element, lines: _Lines, links: DetailLinks, around: _Place, *, is_root: bool, index: int = 0
) -> None:
    tag = element.tag
    is_block = tag not in INLINE_TAGS
    at = around
    if is_block:
        lines.end(gap=True)
        path = () if is_root else (*around.path, (index, element.shape))
        at = _Place(
            path,
            is_heading=around.is_heading or tag in HEADINGS or _is_title_class(element.class_attribute),
            is_link=around.is_link,
            is_prose=around.is_prose or tag == "p",
        )
    if tag == "a" and not at.is_link and links.record_key(element) is not None and not _is_card(element):
        at = _Place(at.path, is_heading=at.is_heading, is_link=True, is_prose=at.is_prose)
    if element.label is not None:
        lines.lines.append(Line("", label=element.label, path=at.path))
    if element.known is not None:
        # A row that was remembered from elsewhere stands inside this one.
        lines.lines.extend(replace(line, path=(*at.path, *line.path)) for line in element.known.lines)
        lines.ignored.update(element.known.ignored)
    joins_last = False
    for number, child in enumerate(element.children):
        if isinstance(child, str):
            lines.add(child, at, joins_last=joins_last)
            joins_last = True
            continue
        joins_last = False
        if child.tag == "br":
            lines.end(gap=False)
        elif (rule := _ignoring_rule(child, links)) is not None:
            lines.ignored[rule] += len(child.text())
        else:
            _walk(child, lines, links, at, is_root=False, index=number)
    if is_block:
        lines.end(gap=True)


def _leads_to_record(element: Element, links: DetailLinks) -> bool:
    """Whether an element is a link to a practice's page, or holds nothing but such links."""
    anchors = [inner for inner in element.elements() if inner.tag == "a" and inner.get("href")]
    is_mine = bool(anchors) and all(links.key_of(anchor.get("href")) is not None for anchor in anchors)
    return is_mine and len(element.text()) <= sum(len(anchor.text()) for anchor in anchors) + len(anchors)


@lru_cache(4096)
def _is_title_class(classes: str) -> bool:
    return _TITLE_CLASS.search(classes) is not None


def _is_card(anchor: Element) -> bool:
    """Whether a link holds more than a title."""
    blocks = 0
    for element in anchor.elements():
        if element.tag not in INLINE_TAGS:
            blocks += 1
            if blocks > _MOST_BLOCKS_OF_A_TITLE:
                return True
    return False


def _ignoring_rule(element: Element, links: DetailLinks) -> str | None:
    """Return the rule by which an element is no text of its record, None when it is: it repeats, or only serves."""
    if element.tag in OUTSIDE_TAGS:
        return "furniture"
    if element.tag == "a" and "more" in element.get("rel").split() and _leads_to_record(element, links):
        return "more_link"
    classes = element.classes
    if not classes and "hidden" not in element.attributes:
        return None
    if not _MORE_CLASSES.isdisjoint(classes) and _leads_to_record(element, links):
        return "more_link"
    is_hidden = "hidden" in element.attributes or not _HIDDEN_CLASSES.isdisjoint(classes)
    # A label may be hidden from the eye and still carries structure (Drupal's "visually hidden" label setting).
    return "hidden_copy" if is_hidden and "label" not in element.class_attribute else None
