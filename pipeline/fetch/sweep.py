"""Walk the unfiltered listing page by page, in every language, until it holds still.

A listing that changes while it is walked shows a record twice, or never. So the first page is read once more at the end
of a walk; when anything has moved, or the numbers do not add up, the walk is done again, until two walks see the same
practices.
"""

from collections.abc import Callable, Iterator, Sequence
from urllib.parse import urlsplit, urlunsplit

from pipeline.errors import InvalidSourceError
from pipeline.fetch.client import Client
from pipeline.fetch.reader import PageReader, PageSeen
from pipeline.models import Block, Page, PageKind, ParsedPage
from pipeline.sources.spec import Source

_MOST_WALKS = 3


def listing_url(source: Source, language: str, index: int) -> str:
    """Return the address of a listing page; the first page is asked without a page number.

    Args:
        source: The site.
        language: BCP 47 primary tag among source.languages.
        index: Zero-based.
    """
    parts = urlsplit(source.site.listing_url)
    query = f"{source.paging.parameter}={index}" if index else ""
    return urlunsplit(parts._replace(path=source.languages[language].prefix + parts.path, query=query))


def check_languages(source: Source, languages: Sequence[str]) -> None:
    """Accept languages that the source has.

    Raises:
        InvalidSourceError: It has not.
    """
    unknown = [language for language in languages if language not in source.languages]
    if unknown:
        known = ", ".join(source.languages)
        raise InvalidSourceError(source.name, f"it has no language {', '.join(unknown)}", f"choose among {known}")


def sweep(
    source: Source, languages: Sequence[str], client: Client, read: Callable[[Page], ParsedPage]
) -> Iterator[PageSeen]:
    """Yield the listing's pages as they come, language after language, up to and with the last.

    Whether what was seen is everything is the certificate's question, not this one's.

    Args:
        source: The site.
        languages: Languages to walk, each among source.languages.
        client: Asks the site, and archives what it says.
        read: Parses a page.

    Raises:
        InvalidSourceError: The source has no such language.
        FetchError: A page could not be had.
    """
    check_languages(source, languages)
    reader = PageReader(source, client, read)
    for language in languages:
        yield from _until_it_holds_still(source, language, reader)


def _until_it_holds_still(source: Source, language: str, reader: PageReader) -> Iterator[PageSeen]:
    before: set[str] | None = None
    for number in range(1, _MOST_WALKS + 1):
        walk: list[PageSeen] = []
        for page in _walk(source, language, reader, number):
            walk.append(page)
            yield page
        url = listing_url(source, language, 0)
        head = PageSeen(language, 0, url, reader.page(url, language), number, is_check=True)
        yield head
        keys = {key for page in walk for key in page.keys(Block.LIST)}
        if keys == before or (before is None and not _has_moved(walk, head, len(keys))):
            return
        before = keys


def _has_moved(walk: Sequence[PageSeen], head: PageSeen, distinct: int) -> bool:
    """Whether a walk can not be believed: the head changed, a record stands twice, or the site counts otherwise."""
    first = walk[0]
    total = head.parsed.stated_total
    return (
        head.keys(Block.LIST) != first.keys(Block.LIST)
        or total != first.parsed.stated_total
        or distinct != sum(len(page.keys(Block.LIST)) for page in walk)
        or (total is not None and total != distinct)
    )


def _walk(source: Source, language: str, reader: PageReader, number: int) -> Iterator[PageSeen]:
    """Yield the pages of one walk: on to the last page that any pager named, and as long as there is a next."""
    last = 0
    previous: tuple[str, ...] = ()
    for index in range(source.paging.max_pages):
        url = listing_url(source, language, index)
        page = PageSeen(
            language, index, url, reader.page(url, language, _doubts(source, index, last, previous)), number
        )
        yield page
        pager = page.parsed.pager
        last = max(last, pager.last or 0) if pager is not None else last
        previous = page.keys(Block.LIST)
        is_end = pager is None or not pager.has_next
        if (is_end and index >= last) or page.parsed.kind is not PageKind.LISTING:
            return


def _doubts(source: Source, index: int, last: int, previous: tuple[str, ...]) -> Callable[[ParsedPage], str | None]:
    """Return what makes a page at this place of a walk hard to believe."""

    def doubt(parsed: ParsedPage) -> str | None:
        rows = [record for record in parsed.records if record.block is Block.LIST]
        keys = tuple(record.source_key for record in rows if record.source_key)
        if parsed.echo is not None and parsed.echo.page not in (None, str(index)) and index:
            return f"the site says that this is page {parsed.echo.page}"
        if not rows:
            return "there are no rows" if index <= last and (index or parsed.stated_total) else None
        if keys and keys == previous:
            return "it lists the same practices as the page before"
        if index < last and len(rows) < source.paging.page_size:
            return f"it has {len(rows)} rows, but others follow"
        return None

    return doubt
