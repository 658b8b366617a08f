"""What about a whole page should make a person look: each check returns issues, none when nothing is odd."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from itertools import pairwise

from pipeline.models import Block, Issue, Record, Severity
from pipeline.parse.labels import YEARS
from pipeline.parse.links import DetailLinks
from pipeline.parse.listing import Row, is_outside
from pipeline.parse.tree import Element, Tree
from pipeline.parse.words import Words

_YEAR = re.compile(r"\d{4}")
_USUAL_END = 4096
_OPENED = re.compile(r"<html[\s>]", re.IGNORECASE)
_CLOSED = re.compile(r"</html\s*>", re.IGNORECASE)
# What UTF-8 looks like when it is read as Windows-1252 or Latin-1.
_MOJIBAKE = re.compile(
    "[\u00c2\u00c3][\u0080-\u00bf]|\u00e2[\u0080\u20ac][\u0080-\u00bf\u2122\u0153\u201c\u201d\u02dc]"
)


def undecodable(text: str) -> list[Issue]:
    """Tell bytes that are no text in the page's charset, or text in another: accents and dashes are lost there."""
    issues = []
    if text.endswith("\ufffd"):
        issues.append(Issue(Severity.WARNING, "cut_page", "The page ends inside a character: its end is missing."))
    if count := text[:-1].count("\ufffd"):
        message = f"{count} bytes are no text in the charset that the page declares."
        issues.append(Issue(Severity.SEVERE, "undecodable_bytes", message, raw_value=str(count)))
    if any(letter in text for letter in "\u00c2\u00c3\u00e2") and (found := _MOJIBAKE.findall(text)):
        message = "The page shows text in a charset that is not its own."
        issues.append(Issue(Severity.SEVERE, "mojibake", message, raw_value=" ".join(sorted(set(found))[:10])))
    return issues


def is_cut(text: str) -> bool:
    """Whether a page begins as a document and does not end as one: its last record may not be whole."""
    is_closed = _CLOSED.search(text, max(0, len(text) - _USUAL_END)) or _CLOSED.search(text)
    return not is_closed and _OPENED.search(text) is not None


def check_rows(
    tree: Tree, rows: Sequence[Row], records: Sequence[Record], links: DetailLinks, words: Words
) -> list[Issue]:
    """Tell what speaks against the rows that were found.

    Args:
        tree: The page.
        rows: Of the records, in the same order.
        records: What was read.
        links: Recognizes links to practices.
        words: Words of the source that carry structure.
    """
    inside = {element: row.block for row in rows for element in row.element.elements()}
    return [
        *_missing_links(rows, records),
        *_missing_rows(tree, rows, inside, links),
        *_labels_outside(tree, inside, words),
        *_rows_elsewhere(rows, records),
        *_rows_in_furniture(tree, rows, links, words),
    ]


def _missing_links(rows: Sequence[Row], records: Sequence[Record]) -> list[Issue]:
    """Tell rows without a link to a practice: members only, a row that was torn apart, or links of another form."""
    if not any(record.source_key for record in records):
        if any(element.get("href") for row in rows for element in row.element.elements()):
            message = "The rows hold links, but none of the form that the source file knows for practices."
            return [Issue(Severity.WARNING, "links_of_unknown_form", message)]
        return []
    message = "The row has no link to its practice, but others on the page have."
    return [
        Issue(Severity.WARNING, "row_without_link", message, (record.block, record.position), raw_value=record.title)
        for record in records
        if record.source_key is None
    ]


def _missing_rows(tree: Tree, rows: Sequence[Row], inside: Mapping[Element, Block], links: DetailLinks) -> list[Issue]:
    """Tell practices that the content links to although no row is theirs: a row that could not be told from others."""
    listed = {row.key for row in rows if row.block is Block.LIST}
    keys = {
        key
        for anchor in tree.anchors
        if inside.get(anchor) is not Block.MAP and (key := links.record_key(anchor)) and not is_outside(anchor)
    }
    message = "The page links to practices in its content, but no row of theirs could be told."
    lost = ", ".join(sorted(keys - listed))
    return [Issue(Severity.WARNING, "link_without_row", message, raw_value=lost)] if lost else []


def _labels_outside(tree: Tree, inside: Mapping[Element, Block], words: Words) -> list[Issue]:
    """Tell years with their label that stand in no row: a record that could not be told from others."""
    found: list[str] = []
    for (text, parent), (after, holder) in pairwise((*tree.texts, ("", tree.body))):
        label = words.label_at_start(text)
        if label is None or label[0] not in YEARS or parent in inside or is_outside(parent):
            continue
        # A facet's values are links; its title may be the very label.
        if _YEAR.search(label[1]) or (_YEAR.fullmatch(after.strip()) and holder.tag != "a"):
            found.append(f"{text.strip()} {'' if label[1] else after.strip()}".strip())
    message = "The page prints years with their label outside all rows."
    return [Issue(Severity.WARNING, "label_without_row", message, raw_value="; ".join(found[:20]))] if found else []


def _rows_elsewhere(rows: Sequence[Row], records: Sequence[Record]) -> list[Issue]:
    """Tell rows that stand in other elements than most of their block: they may be no result of the listing."""
    parents = {row.element.parent for row in rows}
    known = {parent: () if parent is None else _place(parent) for parent in parents}
    places = [(row.block, known[row.element.parent]) for row in rows]
    counts = Counter(places)
    usual = {block: max(counts, key=lambda key: (key[0] is block, counts[key]))[1] for block, _ in counts}
    message = "The row stands elsewhere on the page than the others of its block."
    return [
        Issue(Severity.WARNING, "row_elsewhere", message, (record.block, record.position), raw_value=record.title)
        for (block, place), record in zip(places, records, strict=True)
        if place != usual[block]
    ]


def _rows_in_furniture(tree: Tree, rows: Sequence[Row], links: DetailLinks, words: Words) -> list[Issue]:
    """Tell elements that look like rows of the list, but stand in a sidebar or footer, where no result belongs."""
    shapes = {row.element.shape for row in rows if row.block is Block.LIST}
    outside = [anchor for anchor in tree.anchors if links.key_of(anchor.get("href")) and is_outside(anchor)]
    alike = {next((one for one in anchor.ancestors() if one.shape in shapes), None) for anchor in outside}
    if not any(alike):
        return []
    labelled = {around for text, parent in tree.texts if words.label_at_start(text) for around in parent.ancestors()}
    found = [one.text()[:200] for one in alike if one is not None and one in labelled]
    message = "A part of the page that holds no results shows elements that look like its rows."
    return [Issue(Severity.WARNING, "rows_in_furniture", message, raw_value="; ".join(found))] if found else []


def map_unlike_list(records: Sequence[Record]) -> list[Issue]:
    """Tell a map that shows none of the first page's records: it begins with the same ones."""
    listed, mapped = ({one.source_key for one in records if one.block is block} for block in (Block.LIST, Block.MAP))
    message = "The map shows none of the records that the first page lists: one of the two was not told right."
    is_odd = bool(listed - {None}) and bool(mapped - {None}) and not listed & mapped
    return [Issue(Severity.WARNING, "map_unlike_list", message)] if is_odd else []


def _place(element: Element) -> tuple[str, ...]:
    return tuple(around.shape for around in (element, *element.ancestors()))


def odd_layouts(rows: Sequence[tuple[Record, Mapping[str, str]]]) -> list[Issue]:
    """Tell fields that stand elsewhere than in most rows of the same block: the row may have been read wrongly.

    Args:
        rows: Records with the places of their fields.
    """
    places: defaultdict[tuple[str, str], Counter[str]] = defaultdict(Counter)
    for record, fields in rows:
        for name, place in fields.items():
            places[record.block, name][place] += 1
    usual = {key: seen.most_common(1)[0] for key, seen in places.items() if len(seen) > 1}
    issues = []
    for record, fields in rows if usual else ():
        for name, place in fields.items():
            most, count = usual.get((record.block, name), (place, 0))
            if place != most and places[record.block, name][place] < count:
                message = f"The field stands in {place or 'no element'}, in other rows in {most or 'no element'}."
                value = getattr(record, name)
                raw = " | ".join(value) if isinstance(value, tuple) else value
                where = (record.block, record.position)
                issues.append(Issue(Severity.WARNING, "odd_layout", message, where, name, raw))
    return issues
