"""A listing page of the twin whose every text knows which field of which record it is.

The truth about a page is what stands in its tree now: a mutation that takes a field away, changes a value or repeats a
row changes the truth by itself, and one that only changes markup can not.
"""

import pickle
import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field
from functools import cache

from pipeline.sources.registry import load_source
from pipeline.twin.content import TwinPractice, generate
from pipeline.twin.messages import Request
from pipeline.twin.records import Record, record
from pipeline.twin.shown import Rows, Shown
from pipeline.twin.site import TwinSite
from pipeline.twin.theme import Theme

from .dom import Node, Text, collapsed, read, take, write

SAMPLE = load_source("sample")
PREFIXES = {code: language.prefix for code, language in SAMPLE.languages.items()}
LABELS = ("implementation_year", "award_year", "topics")
LIST_ROWS, MAP_ROWS, PRACTICES = 6, 12, 14
# No reader sees these, and no-break or narrow spaces look like spaces.
_UNSEEN = re.compile("[\u00ad\u200b\u200c\u200d\u2060\ufeff]")
_LIKE_SPACE = re.compile("[\u00a0\u202f\u2009]")

# What is known of one record: field to text; topics and summary are lists.
Fields = dict[str, object]


@dataclass(slots=True)
class TwinPage:
    """A page of the twin that can be changed.

    Attributes:
        root: Its tree.
        language: That it was asked in.
        map_rows: Numbers of the records that stand on the map; all others stand in the list.
        content_type: Header that goes with it.
        finish: Names of changes to its bytes, with a number that tells where.
    """

    root: Node
    language: str
    map_rows: set[int]
    content_type: str = "text/html; charset=UTF-8"
    finish: list[tuple[str, float]] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://www.twin.test{PREFIXES[self.language]}/databases/gp"

    @property
    def body(self) -> Node:
        """Its body element."""
        return next(node for node in self.root.nodes() if node.tag == "body")

    def texts(self, *, of_map: bool = False) -> dict[int, list[Text]]:
        """Return the texts of the list's records by number, in document order, the map's as well if asked."""
        rows: dict[int, list[Text]] = defaultdict(list)
        for text in self.root.texts():
            if text.row is not None and (of_map or text.row not in self.map_rows):
                rows[text.row].append(text)
        return rows

    def elements(self) -> dict[int, Node]:
        """Return the highest element that holds all of a record and nothing of another, by the record's number."""
        found: dict[int, Node] = {}
        for number, texts in self.texts(of_map=True).items():
            element = texts[0].parent
            assert element is not None
            while element.parent is not None and all(text.row in (number, None) for text in element.parent.texts()):
                element = element.parent
            found[number] = element
        return found

    def truth(self) -> list[Fields]:
        """Return what the list block says to a reader, record by record."""
        keys: dict[int, str] = {}
        for node in self.root.nodes():
            if node.row is not None and node.key and node.attributes.get("href"):
                keys.setdefault(node.row, node.key)
        return [_fields(texts, keys.get(number)) for number, texts in self.texts().items()]


def seen(text: object) -> object:
    """Return what a reader can compare: composed, white space collapsed, without what is invisible."""
    if isinstance(text, str):
        text = collapsed(_LIKE_SPACE.sub(" ", _UNSEEN.sub("", unicodedata.normalize("NFC", text))))
    return text or None


def _fields(texts: list[Text], key: str | None) -> Fields:
    pieces: dict[str, str] = {}
    for text in texts:
        if not text.role.startswith("label:"):
            pieces[text.role] = pieces.get(text.role, "") + text.text
    fields: Fields = {"source_key": key}
    for name in ("title", "implementation_year", "award_year", "institution", "country", "region"):
        fields[name] = seen(pieces.get(name))
    fields["summary"] = seen(" ".join(text for role, text in pieces.items() if role.startswith("summary:")))
    topics = (seen(text) for role, text in pieces.items() if role.startswith("topics:"))
    fields["topics"] = [topic for topic in topics if topic]
    return fields


def twin_page(theme: Theme, language: str, seed: int) -> TwinPage:
    """Return the first page of a small listing, fresh."""
    page: TwinPage = pickle.loads(_pickled(theme, language, seed))
    return page


@cache
def _pickled(theme: Theme, language: str, seed: int) -> bytes:
    site = _site(theme, seed)

    def small(shown: Shown, _: object) -> Shown:
        return Shown(shown.page, shown.rows[:LIST_ROWS], shown.total, shown.pager, _rows(site, MAP_ROWS))

    response = site.respond(Request("GET", f"{PREFIXES[language]}/databases/gp"), small)
    root = read(response.body.decode())
    # Most of a small page would be facets; those with a count of 1 and 2 tell nothing that others do not.
    for link in [node for node in root.nodes() if int(node.attributes.get("data-drupal-facet-item-count") or 9) < 3]:
        take(next(node for node in link.ancestors() if node.tag == "li"))
    page = TwinPage(root, language, set())
    _mark_rows(page, [record(practice, language, PREFIXES) for practice in _rows(site, MAP_ROWS)])
    assert len(page.truth()) == LIST_ROWS, theme
    assert write(read(write(root))) == write(root)
    return pickle.dumps(page)


@cache
def _site(theme: Theme, seed: int) -> TwinSite:
    return TwinSite(generate(PRACTICES, seed), theme=theme)


def _rows(site: TwinSite, count: int) -> Rows:
    practices: list[TwinPractice] = site.listing.practices
    return tuple(practices[:count])


def _mark_rows(page: TwinPage, records: list[Record]) -> None:
    """Give every text of a record its role, and every link to it its key."""
    by_path = {row.path: row for row in records}
    number = 0
    done: set[int] = set()
    for anchor in [node for node in page.root.nodes() if node.tag == "a"]:
        row = by_path.get(anchor.attributes.get("href") or "")
        if row is None or id(anchor) in done:
            continue
        element, paths = anchor, {row.path}
        while element.parent is not None and _paths(element.parent, by_path) == paths:
            element = element.parent
        done |= {id(node) for node in element.nodes()}
        _mark_row(element, row, number, SAMPLE.languages[page.language])
        if any("data-lat" in node.attributes for node in (element, *element.ancestors())):
            page.map_rows.add(number)
        number += 1


def _paths(element: Node, known: dict[str, Record]) -> set[str]:
    return {href for node in element.nodes() if (href := node.attributes.get("href") or "") in known}


def _mark_row(element: Node, row: Record, number: int, labels: object) -> None:
    wanted = {"title": row.title, "institution": row.institution, "country": row.country, "region": row.region}
    wanted |= {f"label:{name}": getattr(labels, name)[0] for name in LABELS}
    wanted |= {f"summary:{at}": text for at, text in enumerate(row.paragraphs)}
    wanted |= {f"topics:{at}": text for at, text in enumerate(row.topics)}
    years = {"implementation_year": row.implementation_year, "award_year": row.award_year}
    for node in element.nodes():
        if node.tag == "a" and node.attributes.get("href") == row.path:
            node.row, node.key = number, str(row.key)
    last = ""
    for text in list(element.texts()):
        if text.is_markup or text.parent is None or text.parent.tag in ("script", "noscript"):
            continue
        column = next(
            (name for name in years if name.replace("_", "-") in (text.parent.attributes.get("headers") or "")), ""
        )
        last = f"label:{column}" if column else last
        pieces: list[Text] = []
        rest = text.text
        while rest:
            filler = re.match(r"[\s,]*", rest)
            assert filler is not None
            rest, space = rest[filler.end() :], rest[: filler.end()]
            if space:
                pieces.append(Text(space))
            year = years.get(last.removeprefix("label:")) if last.startswith("label:") else None
            if year and rest.startswith(str(year)):
                found, value = last.removeprefix("label:"), str(year)
            else:
                matches = [(role, value) for role, value in wanted.items() if value and rest.startswith(value)]
                found, value = max(matches, key=lambda match: len(match[1]), default=("", rest))
            wanted.pop(found, None)
            last = found or last
            rest = rest[len(value) :]
            if found.startswith("label:") and (colon := re.match(r"\s*:\s*", rest)):
                value, rest = value + colon[0], rest[colon.end() :]
            if value:
                pieces.append(Text(value, row=number if found else None, role=found))
        parent, index = text.parent, next(at for at, child in enumerate(text.parent.children) if child is text)
        del parent.children[index]
        parent.add(*pieces, at=index)
    missing = [role for role, value in wanted.items() if value and not role.startswith("label:")]
    assert not missing, (row.key, missing)
