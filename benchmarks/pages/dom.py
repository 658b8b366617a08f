"""A page as a tree that can be changed and printed again; not read by the parser that is on trial."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape
from html.parser import HTMLParser

VOID = frozenset({"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"})
RAW = frozenset({"script", "style"})
INLINE = frozenset(
    {"a", "abbr", "b", "bdi", "cite", "code", "em", "font", "i", "img", "mark", "q", "s", "small", "span", "strong"}
    | {"sub", "sup", "time", "u", "wbr"}
)
UNSEEN = frozenset({"head", "script", "style", "template", "noscript", "svg", "form", "select", "iframe", "title"})
_SPACES = re.compile(r"[ \t\n\r\f]+")


@dataclass(eq=False, slots=True)
class Text:
    """A text node.

    Attributes:
        text: As a reader sees it.
        parent: The element that holds it.
        row: Number of the record that it belongs to, None for the page's own.
        role: What it is in that record: `title`, `award_year`, `topics:2`, or `label:award_year`.
        is_markup: Whether it is printed as it is: a comment, a script, or an entity on purpose.
    """

    text: str
    parent: "Node | None" = field(default=None, repr=False)
    row: int | None = None
    role: str = ""
    is_markup: bool = False


@dataclass(eq=False, slots=True)
class Node:
    """An element; `row` and `key` are set on links to a record's own page."""

    tag: str
    attributes: dict[str, str | None] = field(default_factory=dict)
    children: "list[Node | Text]" = field(default_factory=list)
    parent: "Node | None" = field(default=None, repr=False)
    row: int | None = None
    key: str | None = None

    def everything(self) -> "Iterator[Node | Text]":
        """Yield this element and all below it, in document order."""
        stack: list[Node | Text] = [self]
        while stack:
            node = stack.pop()
            yield node
            if isinstance(node, Node):
                stack.extend(reversed(node.children))

    def nodes(self) -> "Iterator[Node]":
        """Yield this element and all elements below it, in document order."""
        return (node for node in self.everything() if isinstance(node, Node))

    def texts(self) -> Iterator[Text]:
        """Yield all texts below, in document order."""
        return (node for node in self.everything() if isinstance(node, Text))

    def ancestors(self) -> "Iterator[Node]":
        """Yield the parent, its parent, up to the root."""
        node = self.parent
        while node is not None:
            yield node
            node = node.parent

    def add(self, *children: "Node | Text", at: int | None = None) -> None:
        """Put children into the element, at the end or at an index."""
        for offset, child in enumerate(children):
            child.parent = self
            self.children.insert(len(self.children) if at is None else at + offset, child)


def take(node: Node | Text) -> tuple[Node, int]:
    """Take a node out of the page; return where it stood."""
    parent = node.parent
    assert parent is not None
    index = next(at for at, child in enumerate(parent.children) if child is node)
    del parent.children[index]
    node.parent = None
    return parent, index


def wrap(node: Node | Text, tag: str, attributes: dict[str, str | None] | None = None) -> Node:
    """Put an element around a node."""
    parent, index = take(node)
    around = Node(tag, dict(attributes or {}))
    around.add(node)
    parent.add(around, at=index)
    return around


def unwrap(node: Node) -> tuple[Node, int, list[Node | Text]]:
    """Replace an element by its children; return what `rewrap` needs to undo it."""
    children = list(node.children)
    parent, index = take(node)
    parent.add(*children, at=index)
    return parent, index, children


def rewrap(node: Node, parent: Node, index: int, children: list[Node | Text]) -> None:
    """Undo `unwrap`."""
    del parent.children[index : index + len(children)]
    node.children = []
    node.add(*children)
    parent.add(node, at=index)


def fragment(html: str) -> list[Node | Text]:
    """Return the nodes of a piece of HTML."""
    return read(html).children


def read(html: str) -> Node:
    """Return the tree of well-formed HTML, below a root without a name."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    return builder.root


def write(node: Node | Text) -> str:
    """Return HTML."""
    pieces: list[str] = []
    _write(node, pieces, raw=False)
    return "".join(pieces)


def _write(node: Node | Text, pieces: list[str], *, raw: bool) -> None:
    if isinstance(node, Text):
        pieces.append(node.text if raw or node.is_markup else escape(node.text, quote=False))
        return
    if node.tag:
        names = (name if value is None else f'{name}="{escape(value)}"' for name, value in node.attributes.items())
        pieces.append(f"<{' '.join((node.tag, *names))}>")
    for child in node.children:
        _write(child, pieces, raw=node.tag in RAW)
    if node.tag and node.tag not in VOID:
        pieces.append(f"</{node.tag}>")


def lines(node: Node) -> list[str]:
    """Return the lines of text that a reader sees: blocks and `<br>` end a line."""
    pieces: list[str] = []
    _print(node, pieces)
    return [line for raw in "".join(pieces).split("\0") if (line := collapsed(raw))]


def _print(node: Node, pieces: list[str]) -> None:
    is_block = node.tag not in INLINE
    if is_block:
        pieces.append("\0")
    for child in node.children:
        if isinstance(child, Text):
            if not child.is_markup:
                pieces.append(child.text)
        elif child.tag not in UNSEEN:
            _print(child, pieces)
    if is_block:
        pieces.append("\0")


def collapsed(text: str) -> str:
    """Return text with white space as HTML shows it."""
    return _SPACES.sub(" ", text).strip()


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = Node("")
        self._open = [self.root]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        node = Node(tag, dict(attrs))
        self._open[-1].add(node)
        if tag not in VOID:
            self._open.append(node)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._open[-1].add(Node(tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        while len(self._open) > 1 and self._open.pop().tag != tag:
            pass

    def handle_data(self, data: str) -> None:
        self._open[-1].add(Text(data))

    def handle_comment(self, data: str) -> None:
        self._open[-1].add(Text(f"<!--{data}-->", is_markup=True))

    def handle_decl(self, decl: str) -> None:
        self._open[-1].add(Text(f"<!{decl}>", is_markup=True))
