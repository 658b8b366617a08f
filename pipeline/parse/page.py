"""Tell what a page is, and read it accordingly."""

import re
from collections import Counter
from dataclasses import dataclass
from html import unescape

from pipeline.errors import ParseError
from pipeline.models import Block, Issue, Page, PageKind, ParsedPage, Record, Severity
from pipeline.parse.bounds import objection
from pipeline.parse.charset import decode
from pipeline.parse.checks import check_rows, is_cut, map_unlike_list, odd_layouts, undecodable
from pipeline.parse.facets import read_facets
from pipeline.parse.grammar import read_record
from pipeline.parse.kinds import kind_without_content
from pipeline.parse.lines import lines_of
from pipeline.parse.links import DetailLinks
from pipeline.parse.listing import Row, find_detail, find_rows
from pipeline.parse.pager import read_pager, read_stated_total
from pipeline.parse.privacy import without_emails
from pipeline.parse.reading import Known
from pipeline.parse.rendition import read_rendition
from pipeline.parse.rows import LANGUAGE_TAG, account, placed, read_rows
from pipeline.parse.tree import TooDeepError, Tree, build_tree
from pipeline.parse.words import Words
from pipeline.sources.spec import Source

_NEXT = "practices import FILE --source NAME with a page of that source; `practices sources` lists the sources"
_BASE = re.compile(r"""<base\s[^>]*?\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_HOSTILE = "look at the page: it is damaged, or hostile"


def parse_page(page: Page, source: Source, words: Words) -> ParsedPage:
    """Return everything that a page says.

    Args:
        page: HTML, or a text rendition (content type `text/plain`).
        source: The site that it belongs to.
        words: Words of the source that carry structure.

    Raises:
        ParseError: The page is empty, damaged, or no listing and no detail page of this source.
    """
    if not page.body.strip():
        raise ParseError(page.url, "the page is empty", _NEXT)
    text = decode(page.body, page.content_type)
    if page.content_type.startswith("text/plain"):
        return _parse_rendition(page, text, source, words)
    if (cause := objection(text)) is not None:
        raise ParseError(page.url, cause, _HOSTILE)
    base = _BASE.search(text)
    links = DetailLinks(source, page.url, words.memo, unescape(base[1] or base[2] or base[3]) if base else "")
    try:
        tree = build_tree(text, words.memo, links.folder)
    except TooDeepError as error:
        raise ParseError(page.url, str(error), _HOSTILE) from error
    match = LANGUAGE_TAG.match(tree.language)
    language = match[0].lower() if match else _language_of_labels(tree.body.text(), source)
    html = _Html(page, text, source, words, links, tree, language)
    own_key = links.key_of(page.url) if page.url.startswith("http") else None
    rows = find_rows(tree, words, links, source.paging.page_size)
    is_detail = len(rows) <= 1 if own_key is not None else _is_older_page(html, rows)
    return _parse_detail(html, own_key) if is_detail else _parse_listing(html, rows)


@dataclass(frozen=True, slots=True)
class _Html:
    """A page on its way through the parser."""

    page: Page
    text: str
    source: Source
    words: Words
    links: DetailLinks
    tree: Tree
    language: str


def _parse_rendition(page: Page, text: str, source: Source, words: Words) -> ParsedPage:
    language = _language_of_labels(text, source)
    readings, of_page = read_rendition(text, words, language)
    if not any(reading.record.institution for reading in readings):
        raise ParseError(page.url, _no_listing(source), _NEXT)
    readings = [without_emails(reading) for reading in readings]
    records = [reading.record for reading in readings]
    issues = [issue for reading in readings for issue in reading.issues]
    of_page += undecodable(text)
    accounting = account([(reading, {}) for reading in readings])
    return ParsedPage(PageKind.LISTING, language, tuple(records), (*issues, *of_page), accounting=accounting)


def _parse_listing(html: _Html, rows: list[Row]) -> ParsedPage:
    tree, text = html.tree, html.text
    found = list(zip(rows, read_rows(rows, tree, html.words, html.links), strict=True))
    # A page may mention a label in passing: a record says more than that.
    found = [(row, known) for row, known in found if _is_something(known.reading.record)]
    issues: list[Issue] = []
    if is_cut(text):
        found, issues = _without_cut_record(found, tree)
    records: list[Record] = []
    positions: Counter[Block] = Counter()
    for row, known in found:
        positions[row.block] += 1
        record, of_record = placed(known, row.block, positions[row.block], html.language)
        records.append(record)
        issues += of_record
    issues += undecodable(text)
    issues += check_rows(html.tree, [row for row, _ in found], records, html.links, html.words)
    issues += odd_layouts([(record, known.reading.fields) for record, (_, known) in zip(records, found, strict=True)])
    pager = read_pager(tree, html.page.url, html.source.paging.parameter)
    if pager is None or pager.current == 0:
        issues += map_unlike_list(records)
    total = read_stated_total(tree)
    if positions[Block.LIST]:
        kind = PageKind.LISTING
    elif _is_listing_without_rows(tree):
        kind = PageKind.BEYOND_END if pager is not None and pager.current > 0 else PageKind.EMPTY_LISTING
    else:
        return _without_content(html, _no_listing(html.source), _NEXT)
    if kind is PageKind.EMPTY_LISTING and (records or total):
        issues.append(
            Issue(Severity.SEVERE, "rows_not_found", "The page has practices, but no row of its list was found.")
        )
    return ParsedPage(
        kind,
        html.language,
        tuple(records),
        tuple(issues),
        pager=pager,
        stated_total=total,
        facets=read_facets(tree),
        echo=tree.echo,
        accounting=account([(known.reading, known.ignored) for _, known in found]),
    )


def _is_older_page(html: _Html, rows: list[Row]) -> bool:
    """Whether a page that is no listing has one record of its own: an older site's, whose addresses have no key."""
    if not html.page.url.startswith("http") or html.links.is_listing(html.page.url):
        return False
    labels = Counter(found[0] for text, parent in html.tree.texts if (found := html.words.label_at_start(text)))
    return bool(labels) and max(labels.values()) == 1 and not any(row.key for row in rows)


def _parse_detail(html: _Html, key: str | None) -> ParsedPage:
    element = find_detail(html.tree, html.words)
    if element is None:
        cause = f"the address is a practice's, but no label of {html.source.name} stands on it"
        return _without_content(html, cause, _NEXT)
    lines, ignored = lines_of(element, html.links)
    reading = without_emails(read_record(lines, html.words, Block.DETAIL, 1, html.language, key))
    record, issues = reading.record, reading.issues
    if is_cut(html.text):
        message = "The page ends before its end: the record may not be whole."
        issues = (*issues, Issue(Severity.WARNING, "cut_page", message, (record.block, record.position)))
    issues = (*issues, *undecodable(html.text))
    return ParsedPage(PageKind.DETAIL, html.language, (record,), issues, accounting=account([(reading, ignored)]))


def _without_content(html: _Html, cause: str, next_step: str) -> ParsedPage:
    """Return a page that is known for something else than practices.

    Raises:
        ParseError: It is known for nothing.
    """
    kind = kind_without_content(html.text)
    if kind is None:
        raise ParseError(html.page.url, cause, next_step)
    return ParsedPage(kind, html.language)


def _without_cut_record(found: list[tuple[Row, Known]], tree: Tree) -> tuple[list[tuple[Row, Known]], list[Issue]]:
    """Leave out the record in which a page stops: nothing stands behind it, so that its end may be missing."""
    last = found[-1][0].element if found else None
    inside = set(last.elements()) if last is not None else set()
    end = max((number for number, element in enumerate(tree.elements) if element in inside), default=len(tree.elements))
    if last is None or end + 1 < len(tree.elements):
        message = "The page ends before its end; records may be missing."
        return found, [Issue(Severity.WARNING, "cut_page", message)]
    message = "The page stops inside this record, or right behind it; it is left out."
    return found[:-1], [Issue(Severity.WARNING, "cut_record", message, raw_value=last.text() or None)]


def _is_something(record: Record) -> bool:
    return any((record.source_key, record.title, record.institution, record.summary))


def _is_listing_without_rows(tree: Tree) -> bool:
    """Whether the page has the landmarks of a listing: facets, or a view's text for no results."""
    return any(
        "data-drupal-facet-id" in element.attributes or "view-empty" in element.classes for element in tree.elements
    )


def _language_of_labels(text: str, source: Source) -> str:
    """Return the language whose own labels the text prints most often; the source's first one on a tie."""
    lowered = text.casefold()
    labels = {
        tag: {label.casefold() for label in (*language.implementation_year, *language.award_year)}
        for tag, language in source.languages.items()
    }
    return max(labels, key=lambda tag: sum(lowered.count(label) for label in labels[tag]))


def _no_listing(source: Source) -> str:
    return f"this is no listing of {source.name}: none of its records could be told by their labels or links"
