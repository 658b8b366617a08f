"""Find the records of an HTML page by structure: labels, links to detail pages, and nesting. Classes are hints at most.

A row is the highest element that holds at most one of each label and links to at most one practice, and is no frame
of the page. That holds for table rows, list items, articles and bare `div`s alike, whatever their classes are called.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache

from pipeline.models import Block
from pipeline.parse.labels import YEARS, Label
from pipeline.parse.links import DetailLinks
from pipeline.parse.tree import HEADINGS, INLINE_TAGS, OUTSIDE_TAGS, Element, Tree
from pipeline.parse.words import Words

# A row never contains these, nor is one of them: they frame pages, not records.
_FRAME_TAGS = frozenset({"body", "main", "nav", "header", "footer", "aside", "h1", "table", "thead", "tbody"})
_FRAME_CLASSES = frozenset(
    {"view", "view-content", "view-header", "view-footer", "view-empty", "view-filters", "views-element-container"}
)
_MAP_CLASS = re.compile(r"(^|[-_])(map|geolocation|leaflet|geofield)([-_]|$)")


@dataclass(slots=True)
class Row:
    """One record's element.

    Attributes:
        element: Root of the record.
        key: The source's own key, None without a detail link.
        labels: Labels in it.
        block: LIST or MAP.
    """

    element: Element
    key: str | None
    labels: tuple[Label, ...]
    block: Block = Block.LIST


@dataclass(slots=True)
class _Marks:
    """What stands in or below an element."""

    labels: Counter[Label] = field(default_factory=Counter)
    keys: set[str] = field(default_factory=set)
    links: int = 0
    is_frame: bool = False

    @property
    def fits_a_record(self) -> bool:
        if self.is_frame or len(self.keys) > 1:
            return False
        # A record with its link may print its topics in two places; its years tell it from two records.
        counts = (
            self.labels if not self.keys else {label: self.labels[label] for label in YEARS if label in self.labels}
        )
        return all(count == 1 for count in counts.values())

    @property
    def is_a_record(self) -> bool:
        return any(year in self.labels for year in YEARS) or bool(self.keys and self.labels)


def _column_labels(table: Element, words: Words) -> dict[int, Label]:
    """Return the labels that stand only in a table's head, by column."""
    cells = [cell for cell in table.elements() if cell.tag == "th" and _row_of(cell) is not None]
    head = _row_of(cells[0]) if cells else None
    columns = [cell for cell in head.children if isinstance(cell, Element)] if head is not None else []
    found = ((index, words.label_at_start(cell.text())) for index, cell in enumerate(columns) if cell.tag == "th")
    return {index: label[0] for index, label in found if label is not None}


def _row_of(cell: Element) -> Element | None:
    return cell.parent if cell.parent is not None and cell.parent.tag == "tr" else None


def find_rows(tree: Tree, words: Words, links: DetailLinks, page_size: int) -> list[Row]:
    """Return the rows of a page in document order.

    Args:
        tree: The visible page.
        words: Words of the source that carry structure.
        links: Recognizes links to practices.
        page_size: Most rows of the list block, to tell it from a map without any telling class.
    """
    marks = _marks(tree, words, links)
    found = list(_highest(tree.body, marks))
    found = _with_siblings(found, marks, tree)
    shapes = Counter(element.shape for element in found)
    found = [_narrowed(element, marks, shapes) for element in found]
    rows = [Row(element, next(iter(marks[element].keys), None), tuple(marks[element].labels)) for element in found]
    _mark_map_rows(rows, page_size)
    return rows


def _narrowed(row: Element, marks: Mapping[Element, _Marks], shapes: Counter[str]) -> Element:
    """Return the element inside a row that holds all its marks and looks like most rows.

    The last row of a grid may hold a single record; and without others beside it, nothing else bounds a lone one.

    Args:
        row: What was found.
        marks: Of all elements.
        shapes: Of all rows; when the row is alone, it is made as small as its links and labels allow.
    """
    mine = marks[row]
    is_alone = shapes.total() == 1
    if is_alone and not (mine.keys and mine.labels):
        return row
    best = smallest = row
    while True:
        inner = [
            child
            for child in smallest.children
            if isinstance(child, Element)
            and (mark := marks.get(child)) is not None
            and mark.keys == mine.keys
            and mark.labels == mine.labels
            and mark.links == mine.links
        ]
        if len(inner) != 1:
            return best
        smallest = inner[0]
        if is_alone or shapes[smallest.shape] > shapes[best.shape]:
            best = smallest


def _with_siblings(found: list[Element], marks: Mapping[Element, _Marks], tree: Tree) -> list[Element]:
    """Add rows that say too little alone: beside a row, an element like it with one link or a label."""
    shapes: defaultdict[Element, set[tuple[str, str]]] = defaultdict(set)
    for row in found:
        if row.parent is not None:
            shapes[row.parent].add((row.tag, row.class_attribute))
    rows = set(found)
    for parent, of_rows in shapes.items():
        for sibling in parent.children:
            if (
                isinstance(sibling, Element)
                and sibling not in rows
                and (sibling.tag, sibling.class_attribute) in of_rows
            ):
                mark = marks.get(sibling)
                if mark is not None and mark.fits_a_record and (mark.keys or mark.labels):
                    rows.add(sibling)
    return found if len(rows) == len(found) else [element for element in tree.elements if element in rows]


def find_detail(tree: Tree, words: Words) -> Element | None:
    """Return the element of the one record on its own page, None when no label of a record stands there.

    It is the smallest element that holds every label and the page's last heading before or between them.
    """
    labelled = [
        parent
        for text, parent in tree.texts
        if _label_of(text, parent, words) and not is_outside(parent) and not _is_asked(parent)
    ]
    if not labelled:
        return None
    order = {element: index for index, element in enumerate(tree.elements)}
    headings = [
        element for element in tree.elements if element.tag == "h1" and order[element] < order.get(labelled[-1], 0)
    ]
    inside = [*labelled, *headings[-1:]]
    around = [inside[0], *inside[0].ancestors()]
    for other in inside[1:]:
        paths = {other, *other.ancestors()}
        around = [element for element in around if element in paths]
    return around[0]


def is_outside(element: Element) -> bool:
    """Whether an element belongs to the site's furniture."""
    return any(ancestor.tag in OUTSIDE_TAGS for ancestor in (element, *element.ancestors()))


def _is_asked(element: Element) -> bool:
    """Whether an element belongs to a form: there, a label asks for a value."""
    return any(ancestor.tag == "form" for ancestor in (element, *element.ancestors()))


def _label_of(text: str, parent: Element, words: Words) -> Label | None:
    """Return the label that a text is; titles and sentences may begin with the same word."""
    found = words.label_at_start(text)
    if found is None or not _is_label_text(text, parent):
        return None
    around: Element | None = parent
    while around is not None and around.tag in INLINE_TAGS:
        if around.tag == "a" and around.get("href"):
            return None
        around = around.parent
    is_title = around is not None and around.tag in HEADINGS and bool(found[1])
    return None if is_title or (around is not None and around.tag == "th") else found[0]


def _marks(tree: Tree, words: Words, links: DetailLinks) -> dict[Element, _Marks]:
    """Return the marks of every element that has any, children counted into parents."""
    marks: defaultdict[Element, _Marks] = defaultdict(_Marks)
    for text, parent in tree.texts:
        label = _label_of(text, parent, words)
        if label is not None:
            for element in (parent, *parent.ancestors()):
                marks[element].labels[label] += 1
    _mark_cells(tree, words, marks)
    _mark_remembered(tree, marks)
    for anchor in tree.anchors:
        key = links.record_key(anchor)
        if key is not None:
            for element in (anchor, *anchor.ancestors()):
                marks[element].keys.add(key)
                marks[element].links += 1
    # A frame inside an element makes that a frame as well, marks or not: a row holds no navigation and no page title.
    for element in (tree.body, *tree.elements):
        is_title = element.tag == "h1" and marks[element].keys
        if (element.tag in _FRAME_TAGS and not is_title) or not _FRAME_CLASSES.isdisjoint(element.classes):
            for framed in (element, *element.ancestors()):
                marks[framed].is_frame = True
    return marks


def _mark_remembered(tree: Tree, marks: defaultdict[Element, _Marks]) -> None:
    """Give remembered rows their marks, and all elements around them those of all of them at once."""
    together: defaultdict[Element, _Marks] = defaultdict(_Marks)
    for element in tree.remembered:
        known = element.known
        if known is not None and element.parent is not None:
            for holder in (marks[element], together[element.parent]):
                holder.labels.update(known.labels)
                holder.keys.update((known.key,) if known.key else ())
    for parent, inside in together.items():
        for around in (parent, *parent.ancestors()):
            marks[around].labels.update(inside.labels)
            marks[around].keys.update(inside.keys)


def _mark_cells(tree: Tree, words: Words, marks: defaultdict[Element, _Marks]) -> None:
    """Give the cells of a table the labels that stand only in its head."""
    for table in [element for element in tree.elements if element.tag == "table"]:
        columns = _column_labels(table, words)
        for row in [element for element in table.elements() if element.tag == "tr" and columns]:
            cells = [child for child in row.children if isinstance(child, Element)]
            for index, cell in enumerate(cells):
                if index in columns and cell.tag == "td" and cell.text():
                    cell.label = columns[index]
                    for element in (cell, *cell.ancestors()):
                        marks[element].labels[columns[index]] += 1


def _is_label_text(text: str, element: Element) -> bool:
    """Whether a text that begins like a label is one; a paragraph of prose goes on for longer."""
    return len(text.strip()) < 60 or element.tag not in {"p", "li"}


def _highest(body: Element, marks: Mapping[Element, _Marks]) -> Iterator[Element]:
    """Yield the highest elements that are a record, in document order, leaving out what is no content."""
    stack = [body]
    while stack:
        element = stack.pop()
        mine = marks.get(element)
        if mine is None or element.tag in OUTSIDE_TAGS or not (mine.labels or mine.keys):
            continue
        if mine.fits_a_record and mine.is_a_record:
            yield element
        else:
            stack.extend(child for child in reversed(element.children) if isinstance(child, Element))


def _mark_map_rows(rows: list[Row], page_size: int) -> None:
    """Tell the map's rows: by a telling class, or else as the groups of siblings before the last group."""
    for row in rows:
        if _in_map(row.element):
            row.block = Block.MAP
    if any(row.block is Block.MAP for row in rows):
        return
    groups: list[list[Row]] = []
    for row in rows:
        if row.block is Block.LIST:
            if not groups or groups[-1][-1].element.parent is not row.element.parent:
                groups.append([])
            groups[-1].append(row)
    if len(groups) < 2 or len(groups[-1]) > page_size:
        return
    listed = {row.key for row in groups[-1]}
    has_siblings = any(len(group) > 1 for group in groups)
    for group in groups[:-1]:
        repeats = listed & {row.key for row in group} - {None}
        if repeats or (has_siblings and (listed == {None} or len(group) > page_size)):
            for row in group:
                row.block = Block.MAP


def _in_map(element: Element) -> bool:
    return any(
        "data-lat" in ancestor.attributes or _is_map_class(ancestor.class_attribute)
        for ancestor in (element, *element.ancestors())
    )


@lru_cache(4096)
def _is_map_class(classes: str) -> bool:
    return any(map(_MAP_CLASS.search, classes.split()))
