"""A light copy of a page's visible part: built in one pass, then walked freely.

Asking Lexbor for parents and children again and again costs a Python object each time; this copy costs it once.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.models import Echo
from pipeline.parse.memo import Known, Memo
from pipeline.parse.settings import read_echo

# Never part of what a reader sees. `form` holds the exposed filters with their option lists; `noscript` repeats lazy
# images.
HIDDEN_TAGS = frozenset(
    {"head", "script", "style", "template", "noscript", "svg", "form", "select", "iframe", "object"}
)
# Visible, but about the site and not about a record.
HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
OUTSIDE_TAGS = frozenset({"nav", "aside", "footer"})
INLINE_TAGS = frozenset(
    {"a", "abbr", "b", "bdi", "bdo", "cite", "code", "em", "font", "i", "img", "mark", "q", "s", "small", "span"}
    | {"strong", "sub", "sup", "time", "u", "wbr"}
)


# Browsers stop at 512 as well; deeper markup is broken, or meant to break something.
_MOST_LEVELS = 500


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
        label: What a table's head says that this cell holds.
        known: What an element with the same markup was read as before; it then has no children here.
        markup: Its canonical HTML, where it may be a row that is worth remembering.
    """

    tag: str
    attributes: dict[str, str | None]
    parent: "Element | None" = field(repr=False)
    children: "list[Element | str]" = field(default_factory=list)
    label: str | None = None
    known: Known | None = None
    markup: str | None = field(default=None, repr=False)

    @property
    def classes(self) -> list[str]:
        """Class tokens."""
        return self.get("class").split()

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
        elements: Every element, in document order.
        anchors: Every `a`, in document order.
        texts: Every text that is not blank with its parent, in document order.
        remembered: Elements whose reading is known.
    """

    body: Element
    language: str
    echo: Echo | None = None
    elements: list[Element] = field(default_factory=list)
    anchors: list[Element] = field(default_factory=list)
    texts: list[tuple[str, Element]] = field(default_factory=list)
    remembered: list[Element] = field(default_factory=list)


def build_tree(html: str, memo: Memo | None = None, folder: str = "") -> Tree:
    """Parse HTML and return the visible part below `body`.

    Args:
        html: The page.
        memo: Rows that were read before; none by default.
        folder: What relative links of the page start from.

    Raises:
        TooDeepError: Elements are nested deeper than anybody nests them.
    """
    parser = LexborHTMLParser(html)
    language = parser.root.attributes.get("lang") if parser.root is not None else None
    tree = Tree(Element("body", {}, None), language or "", read_echo(parser))
    if parser.body is not None:
        tree.body.attributes = parser.body.attributes
        _copy_children(parser.body, tree, memo or Memo(), folder)
    return tree


def _copy_children(source: LexborNode, tree: Tree, memo: Memo, folder: str) -> None:
    """Copy everything visible below source; iterative, because pages can be nested deeper than Python's stack."""
    stack: list[tuple[LexborNode | None, Element]] = [(source.child, tree.body)]
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
                element = Element(tag, node.attributes, parent)
                parent.children.append(element)
                tree.elements.append(element)
                if tag == "a":
                    tree.anchors.append(element)
                elif memo.may_know(tag, element.attributes.get("class")):
                    element.markup = node.html or ""
                    element.known = memo.find(folder, element.markup)
                    if element.known is not None:
                        tree.remembered.append(element)
                        node = node.next
                        continue
                child = node.child
                if child is not None:
                    stack.append((node.next, parent))
                    if len(stack) > _MOST_LEVELS:
                        raise TooDeepError(f"elements are nested more than {_MOST_LEVELS} levels deep")
                    node, parent = child, element
                    continue
            node = node.next
