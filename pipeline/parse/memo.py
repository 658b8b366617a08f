"""Remember rows and links that were read before: every page of a listing repeats its map and facets, byte for byte.

A row's reading depends on its markup and on the folder that relative links start from, on nothing else. So the text of
a row that was read before is cut out of a page before it is parsed, and an empty element with the row's own start tag
stands in for it. A row is only remembered when its text, parsed alone, is the very element that the page showed.
"""

import re
import secrets
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from itertools import takewhile

from selectolax.lexbor import LexborHTMLParser, LexborNode

from pipeline.parse.reading import Known

_MOST_ROWS = 4096
_MOST_MARKERS = 8
_SHORTEST_MARKER = 8
_START = re.compile(r"""(<[a-z][a-z0-9]*(?:\s+[^\s"'<>/=]+(?:="[^"]*"|='[^']*')?)*)\s*>""")
_TAG = re.compile(r"<([a-z][a-z0-9]*)")


@dataclass(slots=True)
class Memo:
    """Rows by their text, and the beginnings by which rows are found in a page.

    Attributes:
        attribute: Marks the elements that stand in for rows; no page can guess it.
    """

    attribute: str = field(default_factory=lambda: f"data-{secrets.token_hex(8)}")
    _markers: list[str] = field(default_factory=list)
    _rows: dict[tuple[str, str], Known] = field(default_factory=dict)
    _links: dict[str, dict[str, str | None]] = field(default_factory=dict)

    def links_of(self, folder: str) -> dict[str, str | None]:
        """Return the keys of links that pages of this folder were seen to hold."""
        links = self._links.setdefault(folder, {})
        if len(links) >= _MOST_ROWS:
            links.clear()
        return links

    def shorten(self, html: str, folder: str, start: int = 0) -> tuple[str, list[Known]]:
        """Return a page with empty elements for the rows that are known, and what those are, by their number.

        Args:
            html: The page.
            folder: What relative links of the page start from.
            start: Number of the first one.
        """
        found: list[Known] = []
        for marker in self._markers:
            pieces = html.split(marker)
            if len(pieces) > 1:
                html = pieces[0] + "".join(self._stand_in(marker + piece, folder, found, start) for piece in pieces[1:])
        return html, found

    def _stand_in(self, text: str, folder: str, found: list[Known], first: int) -> str:
        """Return a text that begins with a row, with an empty element for that if it is known."""
        row = text.rstrip()
        known = self._rows.get((folder, row))
        if known is None:
            row = _balanced(text)
            known = self._rows.get((folder, row)) if row else None
            if known is None:
                return text
        found.append(known)
        return f'{_start(row)} {self.attribute}="{first + len(found) - 1}"></{_tag(row)}>{text[len(row) :]}'

    def learn(self, html: str, folder: str, rows: Mapping[str, Known]) -> None:
        """Remember rows of a page.

        Args:
            html: The page as it was parsed.
            folder: What relative links of the page start from.
            rows: What was read, by canonical HTML of the row.
        """
        if len(rows) < 2:
            return
        if len(self._rows) >= _MOST_ROWS:
            self._rows.clear()
        marker = _marker(rows)
        if marker is None:
            return
        if marker not in self._markers:
            self._markers = [*self._markers[-_MOST_MARKERS + 1 :], marker]
        for piece in html.split(marker)[1:]:
            row = _balanced(marker + piece)
            known = rows.get(_alone(row)) if row else None
            if known is not None and _start(row):
                self._rows[folder, row] = known


def _marker(rows: Collection[str]) -> str | None:
    """Return how all rows begin, up to the first value that differs; None when that says too little."""
    first, last = min(rows), max(rows)
    same = takewhile(lambda pair: pair[0] == pair[1], zip(first, last, strict=False))
    prefix = "".join(letter for letter, _ in same)
    marker = prefix[: max(prefix.rfind('"'), prefix.rfind(">")) + 1]
    return marker if len(marker) >= _SHORTEST_MARKER else None


def _tag(text: str) -> str:
    match = _TAG.match(text)
    return match[1] if match else "div"


def _start(row: str) -> str:
    """Return a row's start tag without its end, empty when it is not told for sure; values may hold a `>`."""
    match = _START.match(row)
    return match[1] if match else ""


def _balanced(text: str) -> str:
    """Return the beginning of a text up to the end of its first element, empty when that does not end."""
    tag = _tag(text)
    depth = 0
    for match in re.finditer(rf"<(/?){tag}\b[^>]*>", text):
        depth += -1 if match[1] else 1
        if depth == 0:
            return text[: match.end()]
    return ""


def _alone(text: str) -> str:
    """Return the canonical HTML of a text that is exactly one element, else an empty text."""
    levels = ("<table><tbody>", "table", "tbody") if _tag(text) == "tr" else ("",)
    node = LexborHTMLParser(levels[0] + text).body
    for tag in (*levels[1:], None):
        children = [] if node is None else [child for child in node.iter(include_text=True) if not _is_blank(child)]
        if len(children) != 1 or tag not in (None, children[0].tag):
            return ""
        node = children[0]
    return (node.html or "") if node is not None else ""


def _is_blank(node: LexborNode) -> bool:
    return node.tag == "-text" and not (node.text_content or "").strip()
