"""A light copy of a page's visible part: built in one pass, then walked freely.

Asking Lexbor for parents and children again and again costs a Python object each time; this copy costs it once.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.models import Echo
from pipeline.parse.memo import Memo
from pipeline.parse.popups import popup_rows
from pipeline.parse.reading import Known
from pipeline.parse.settings import read_echo, read_settings

# Never part of what a reader reads. A form is none of these, since it may hold the whole list; `noscript` repeats lazy
# images.
HIDDEN_TAGS = frozenset({"head", "script", "style", "template", "noscript", "svg", "select", "iframe", "object"})
# Visible, but about the site and not about a record.
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
OUTSIDE_TAGS = frozenset({"nav", "aside", "footer"})
INLINE_TAGS = frozenset(
    {"a", "abbr", "b", "bdi", "bdo", "cite", "code", "em", "font", "i", "img", "mark", "q", "s", "small", "span"}
    | {"strong", "sub", "sup", "time", "u", "wbr"}
)


_NUMBER = re.compile(r"\d+")
# Browsers stop at 512 as well; deeper markup is broken, or meant to break something.
_MOST_LEVELS = 500


# A page has some ten thousand elements, and a few dozen different class attributes.
@lru_cache(4096)
def _tokens(css: str) -> tuple[str, ...]:
    return tuple(css.split())


@lru_cache(4096)
def _shape(tag: str, classes: str) -> str:
    return f"{tag}.{_NUMBER.sub('', classes)}"


class TooDeepError(ValueError):
    """Elements are nested deeper than anybody nests them."""


@dataclass(slots=True, eq=False)
class Element:
    """An element of the page.

    Attributes:
        tag: Lower-case name.
        attributes: As written; a valueless attribute is None.
        children: Elements and texts in document order.
        parent: None for the root.
        class_attribute: As written, empty without one.
        label: What a table's head says that this cell holds.
        known: What an element with the same markup was read as before; it then has no children here.
        node: What it is a copy of; None for the root.
    """

    tag: str
    attributes: dict[str, str | None]
    parent: "Element | None" = field(repr=False)
    class_attribute: str = ""
    children: "list[Element | str]" = field(default_factory=list)
    label: str | None = None
    known: Known | None = None
    node: LexborNode | None = field(default=None, repr=False)

    @property
    def classes(self) -> tuple[str, ...]:
        """Class tokens."""
        return _tokens(self.class_attribute)

    @property
    def shape(self) -> str:
        """Tag and classes as layouts repeat them: numbers in classes count rows and columns."""
        return _shape(self.tag, self.class_attribute)

    def get(self, name: str) -> str:
        """Return an attribute's value, empty when it is absent or has none."""
        return self.attributes.get(name) or ""

    def elements(self) -> "Iterator[Element]":
        """Yield this element and all below it, in document order."""
        stack = [self]
        while stack:
            element = stack.pop()
            yield element
            stack.extend(child for child in reversed(element.children) if isinstance(child, Element))

    def ancestors(self) -> "Iterator[Element]":
        """Yield the parent, its parent, up to the root."""
        element = self.parent
        while element is not None:
            yield element
            element = element.parent

    def text(self) -> str:
        """Return all text below, white space collapsed."""
        pieces: list[str] = []
        stack: list[Element | str] = [self]
        while stack:
            node = stack.pop()
            if isinstance(node, str):
                pieces.append(node)
            elif node.known is not None:
                pieces.extend(f" {line.text} " for line in node.known.lines)
            else:
                stack.extend(reversed(node.children))
        return " ".join("".join(pieces).split())


@dataclass(slots=True)
class Tree:
    """The visible part of a page.

    Attributes:
        body: Its root.
        language: Value of `html@lang`, empty when the page does not say.
        echo: How the site understood the request.
        markup: What was parsed: the page, and the popups of its map if it has any.
        elements: Every element, in document order.
        anchors: Every `a`, in document order.
        texts: Every text that is not blank with its parent, in document order.
        remembered: Elements whose reading is known.
    """

    body: Element
    language: str
    echo: Echo | None = None
    markup: tuple[str, ...] = ()
    elements: list[Element] = field(default_factory=list)
    anchors: list[Element] = field(default_factory=list)
    texts: list[tuple[str, Element]] = field(default_factory=list)
    remembered: list[Element] = field(default_factory=list)


def build_tree(html: str, memo: Memo | None = None, folder: str = "") -> Tree:
    """Parse HTML and return the visible part below `body`, popups of its map first.

    Args:
        html: The page.
        memo: Rows that were read before; none by default.
        folder: What relative links of the page start from.

    Raises:
        TooDeepError: Elements are nested deeper than anybody nests them.
    """
    memo = memo or Memo()
    page, known = memo.shorten(html, folder)
    parser = LexborHTMLParser(page)
    language = parser.root.attributes.get("lang") if parser.root is not None else None
    settings = read_settings(parser)
    tree = Tree(Element("body", {}, None), language or "", read_echo(settings), (page,))
    popups = popup_rows(settings)
    if popups:
        popups, more = memo.shorten(popups, folder, len(known))
        known += more
        tree.markup = (page, popups)
        _copy_children(LexborHTMLParser(popups).body, tree)
    if parser.body is not None:
        tree.body.attributes = parser.body.attributes
        _copy_children(parser.body, tree)
    for element in tree.elements if known else ():
        number = element.attributes.get(memo.attribute)
        if number is not None:
            element.known = known[int(number)]
            tree.remembered.append(element)
    return tree


def _copy_children(source: LexborNode | None, tree: Tree) -> None:
    """Copy everything visible below source; iterative, because pages can be nested deeper than Python's stack."""
    stack: list[tuple[LexborNode | None, Element]] = [(source.child if source is not None else None, tree.body)]
    while stack:
        node, parent = stack.pop()
        while node is not None:
            tag = node.tag
            if tag == "-text":
                text = node.text_content or ""
                parent.children.append(text)
                if not text.isspace():
                    tree.texts.append((text, parent))
            elif tag is not None and tag[0] not in "-_!" and tag not in HIDDEN_TAGS:
                attributes = node.attributes
                element = Element(tag, attributes, parent, attributes.get("class") or "", node=node)
                parent.children.append(element)
                tree.elements.append(element)
                if tag == "a":
                    tree.anchors.append(element)
                child = node.child
                if child is not None:
                    stack.append((node.next, parent))
                    if len(stack) > _MOST_LEVELS:
                        raise TooDeepError(f"elements are nested more than {_MOST_LEVELS} levels deep")
                    node, parent = child, element
                    continue
            node = node.next
