"""Tell what a page is, and read it accordingly."""

import re
from collections import Counter
from dataclasses import replace

from pipeline.errors import ParseError
from pipeline.models import Block, Issue, Page, PageKind, ParsedPage, Record, Severity
from pipeline.parse.charset import decode
from pipeline.parse.facets import read_facets
from pipeline.parse.grammar import read_record
from pipeline.parse.kinds import kind_without_content
from pipeline.parse.lines import lines_of
from pipeline.parse.links import DetailLinks
from pipeline.parse.listing import Row, find_detail, find_rows, is_outside
from pipeline.parse.memo import Known
from pipeline.parse.pager import read_pager, read_stated_total
from pipeline.parse.rendition import read_rendition
from pipeline.parse.tree import TooDeepError, Tree, build_tree
from pipeline.parse.words import Words
from pipeline.sources.spec import Source

_NEXT = "practices import FILE --source NAME with a page of that source; `practices sources` lists the sources"
_LANGUAGE = re.compile(r"^[A-Za-z]{2}(?=$|[-_])")


def parse_page(page: Page, source: Source, words: Words) -> ParsedPage:
    """Return everything that a page says.

    Args:
        page: HTML, or a text rendition (content type `text/plain`).
        source: The site that it belongs to.
        words: Words of the source that carry structure.

    Raises:
        ParseError: The page is empty, or no listing and no detail page of this source.
    """
    if not page.body.strip():
        raise ParseError(page.url, "the page is empty", _NEXT)
    text = decode(page.body, page.content_type)
    if page.content_type.startswith("text/plain"):
        return _parse_rendition(page, text, source, words)
    return _parse_html(page, text, source, words)


def _parse_rendition(page: Page, text: str, source: Source, words: Words) -> ParsedPage:
    language = _language_of_labels(text, source)
    records, issues = read_rendition(text, words, language)
    if not any(record.institution for record in records):
        raise ParseError(page.url, _no_listing(source), _NEXT)
    return ParsedPage(PageKind.LISTING, language, tuple(records), tuple(issues))


def _parse_html(page: Page, text: str, source: Source, words: Words) -> ParsedPage:
    links = DetailLinks(source, page.url, words.memo)
    try:
        tree = build_tree(text, words.memo, links.folder)
    except TooDeepError as error:
        raise ParseError(page.url, str(error), "look at the page: it is damaged, or hostile") from error
    match = _LANGUAGE.match(tree.language)
    language = match[0].lower() if match else _language_of_labels(tree.body.text(), source)
    own_key = links.key_of(page.url) if page.url.startswith("http") else None
    rows = find_rows(tree, words, links, source.paging.page_size)
    if own_key is not None and len(rows) <= 1:
        return _parse_detail(page, text, tree, own_key, words, links, language, source)
    records: list[Record] = []
    issues: list[Issue] = []
    positions: Counter[Block] = Counter()
    for row in rows:
        known = row.element.known or _read_row(row, words, links)
        if not _is_something(known.record):
            continue
        positions[row.block] += 1
        place = (row.block, positions[row.block])
        records.append(replace(known.record, block=place[0], position=place[1], language=known.language or language))
        issues += [replace(issue, record=place) for issue in known.issues]
    issues += _undecodable(text)
    issues += _missing_links(records)
    issues += _missing_rows(tree, rows, links)
    pager = read_pager(tree, page.url, source.paging.parameter)
    if not positions[Block.LIST] and not _is_listing_without_rows(tree):
        kind = kind_without_content(text)
        if kind is not None:
            return ParsedPage(kind, language)
        raise ParseError(page.url, _no_listing(source), _NEXT)
    if positions[Block.LIST]:
        kind = PageKind.LISTING
    else:
        kind = PageKind.BEYOND_END if pager is not None and pager.current > 0 else PageKind.EMPTY_LISTING
    return ParsedPage(
        kind,
        language,
        tuple(records),
        tuple(issues),
        pager=pager,
        stated_total=read_stated_total(tree),
        facets=read_facets(tree),
        echo=tree.echo,
    )


def _parse_detail(
    page: Page, text: str, tree: Tree, key: str, words: Words, links: DetailLinks, language: str, source: Source
) -> ParsedPage:
    element = find_detail(tree, words)
    kind = kind_without_content(text) if element is None else None
    if kind is not None:
        return ParsedPage(kind, language)
    if element is None:
        raise ParseError(page.url, f"the address is a practice's, but no label of {source.name} stands on it", _NEXT)
    lines = lines_of(element, links)
    record, issues = read_record(lines, words, Block.DETAIL, 1, language, key)
    return ParsedPage(PageKind.DETAIL, language, (record,), tuple(issues))


def _is_something(record: Record) -> bool:
    """Whether a row says more than a label: a page may mention one in passing."""
    return any((record.source_key, record.title, record.institution, record.summary))


def _missing_links(records: list[Record]) -> list[Issue]:
    """Tell rows without a link beside rows with one: members only, or a row that was torn apart."""
    if not any(record.source_key for record in records):
        return []
    message = "The row has no link to its practice, but others on the page have."
    return [
        Issue(Severity.WARNING, "row_without_link", message, (record.block, record.position), raw_value=record.title)
        for record in records
        if record.source_key is None
    ]


def _missing_rows(tree: Tree, rows: list[Row], links: DetailLinks) -> list[Issue]:
    """Tell practices that the content links to although no row is theirs: a row that could not be told from others."""
    known = {row.key for row in rows}
    keys = {key for anchor in tree.anchors if (key := links.record_key(anchor)) and not is_outside(anchor)}
    message = "The page links to practices in its content, but no row of theirs could be told."
    lost = ", ".join(sorted(keys - known))
    return [Issue(Severity.WARNING, "link_without_row", message, raw_value=lost)] if lost else []


def _read_row(row: Row, words: Words, links: DetailLinks) -> Known:
    lines = lines_of(row.element, links)
    record, issues = read_record(lines, words, row.block, 1, "", row.key)
    known = Known(row.labels, row.key, _row_language(row, links), tuple(lines), record, tuple(issues))
    element = row.element
    words.memo.learn(element.tag, element.attributes.get("class"), links.folder, element.markup, known)
    return known


def _row_language(row: Row, links: DetailLinks) -> str | None:
    """Return the language that the link to the practice declares: an untranslated row is shown in another one."""
    for element in row.element.elements():
        if links.record_key(element) is not None:
            match = _LANGUAGE.match(element.get("hreflang"))
            if match:
                return match[0].lower()
    return None


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


def _undecodable(text: str) -> list[Issue]:
    """Tell bytes that are no text in the page's charset: accents and dashes are lost there, for good."""
    count = text.count("\ufffd")
    message = f"{count} bytes are no text in the charset that the page declares."
    return [Issue(Severity.SEVERE, "undecodable_bytes", message, raw_value=str(count))] if count else []


def _no_listing(source: Source) -> str:
    return f"this is no listing of {source.name}: none of its records could be told by their labels or links"
