"""Cover the listing by facet selections, each so small that the map on its one page holds every practice of it.

The site counts the practices behind every facet value. Selections are planned from these counts, and every answer is
held against the plan: Drupal ignores a filter that it does not know, and shows everything.
"""

from collections.abc import Callable, Generator
from urllib.parse import quote

from pipeline.fetch.packing import Part, divide
from pipeline.fetch.reader import PageReader, PageSeen, reads_back
from pipeline.fetch.sweep import listing_url
from pipeline.models import Block, PageKind, ParsedPage
from pipeline.sources.spec import Source

# Pages read by this strategy belong to no walk over the listing, whose numbers begin with 1.
BY_SELECTION = 0


def selection_url(source: Source, language: str, selection: tuple[str, ...]) -> str:
    """Return the address of a selection in Drupal's own spelling: other spellings would miss its page cache.

    Args:
        source: The site.
        language: BCP 47 primary tag among source.languages.
        selection: `alias:value` pairs in order; none for the unfiltered listing.
    """
    pairs = (f"f%5B{number}%5D={quote(pair, safe='/')}" for number, pair in enumerate(selection))
    query = "&".join(pairs)
    return listing_url(source, language, 0) + (f"?{query}" if query else "")


def aliases_of(source: Source) -> tuple[str, ...]:
    """Return the facets that can divide a collection, the usual first; a practice has several topics, so not those."""
    facets = source.facets
    return facets.country, facets.implementation_year, facets.award_year, facets.region


class SelectionReader:
    """Reads the selections of one source.

    Each method yields the pages that it read, and then returns what it found out.

    Args:
        source: The site.
        reader: Asks, and asks again while an answer is in doubt.
    """

    def __init__(self, source: Source, reader: PageReader) -> None:
        self._source = source
        self._reader = reader

    def head(self, language: str, *, is_check: bool = False) -> PageSeen:
        """Return page 0 without any filter."""
        url = listing_url(self._source, language, 0)
        return PageSeen(language, 0, url, self._reader.page(url, language, _doubts_head), BY_SELECTION, is_check)

    def total(self, head: PageSeen) -> Generator[PageSeen, None, int | None]:
        """Return how many practices there are: as printed, or else by the last page; None when nothing tells.

        Args:
            head: Page 0.
        """
        parsed, size = head.parsed, self._source.paging.page_size
        if parsed.stated_total is not None or parsed.pager is None:
            return parsed.stated_total if parsed.stated_total is not None else head.row_count
        last = parsed.pager.last
        if not last:
            return None
        url = listing_url(self._source, head.language, last)
        page = PageSeen(head.language, last, url, self._reader.page(url, head.language), BY_SELECTION, is_check=True)
        yield page
        return last * size + page.row_count if 0 < page.row_count <= size else None

    def cover(self, head: PageSeen, total: int) -> Generator[PageSeen, None, str | None]:
        """Read every practice by selections, then page 0 again; return why that did not work, None when it did.

        Args:
            head: Page 0.
            total: How many practices there are.
        """
        reason = yield from self._parts_of(Part((), total), head)
        if reason is None:
            yield self.head(head.language, is_check=True)
        return reason

    def _parts_of(self, whole: Part, shown: PageSeen) -> Generator[PageSeen, None, str | None]:
        cap = self._source.paging.map_size
        parts = divide(whole, shown.parsed.facets, aliases_of(self._source), cap)
        if parts is None:
            return f"no facet counts each of the {whole.count} practices of {shown.url} once"
        for part in parts:
            is_small = part.count <= cap
            url = selection_url(self._source, shown.language, part.selection)
            doubt = _doubts(self._source, part)
            parsed = self._reader.page(url, shown.language, doubt)
            page = PageSeen(shown.language, 0, url, parsed, BY_SELECTION, not is_small, part.selection)
            yield page
            why = doubt(parsed)
            if why is not None:
                return f"{url}: {why}"
            if not is_small:
                reason = yield from self._parts_of(part, page)
                if reason is not None:
                    return reason
        return None


def _doubts_head(parsed: ParsedPage) -> str | None:
    has_rows = any(record.block is Block.LIST for record in parsed.records)
    return "there are no rows" if not has_rows and (parsed.stated_total or any(parsed.facets.values())) else None


def _doubts(source: Source, part: Part) -> Callable[[ParsedPage], str | None]:
    """Return what makes the page of a part hard to believe."""

    def doubt(parsed: ParsedPage) -> str | None:
        if parsed.kind is not PageKind.LISTING:
            return f"it is of kind {parsed.kind}"
        if not reads_back(parsed, part.selection):
            return "the site does not say that it narrowed the listing to this selection"
        if not _counts(parsed, part.count, source.paging.page_size):
            return f"it does not have the {part.count} practices that the facets promise"
        if part.count > source.paging.map_size:
            return None
        keys = {record.source_key for record in parsed.records if record.block in (Block.MAP, Block.LIST)}
        if None in keys:
            return "a record on it has no link"
        return None if len(keys) == part.count else f"list and map show {len(keys)} of its {part.count} practices"

    return doubt


def _counts(parsed: ParsedPage, count: int, size: int) -> bool:
    """Whether a page has so many practices: by its printed total, or else by the number of its pages."""
    if parsed.stated_total is not None:
        return parsed.stated_total == count
    last = parsed.pager.last if parsed.pager is not None else 0
    return last == (count - 1) // size
