"""Choose how to read a listing: by facet selections where that is allowed and cheaper, page by page otherwise."""

from collections.abc import Callable, Generator, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from pipeline.errors import (
    BadBodyError,
    DeadlineError,
    DisallowedError,
    HostUnreachableError,
    NoContentError,
    RedirectBlockedError,
    UnexpectedStatusError,
)
from pipeline.fetch.certificate import certify
from pipeline.fetch.client import Client
from pipeline.fetch.packing import Part, divide, requests_for
from pipeline.fetch.reader import PageReader, PageSeen
from pipeline.fetch.selection_certificate import certify_selections
from pipeline.fetch.selections import BY_SELECTION, SelectionReader, aliases_of, selection_url
from pipeline.fetch.sweep import check_languages, sweep
from pipeline.models import Block, Certificate, Page, PageKind, ParsedPage, Record, Verdict
from pipeline.sources.spec import Source

# Facets are slow pages for a site; they have to save at least half of the requests.
_WORTH = 2
# An answer to a facet address that says no more than that pages have to do; budgets and circuit end the crawl.
_SHUT = (
    BadBodyError,
    DeadlineError,
    DisallowedError,
    HostUnreachableError,
    NoContentError,
    RedirectBlockedError,
    UnexpectedStatusError,
)


class Strategy(StrEnum):
    """How a listing is read."""

    AUTO = "auto"
    PAGES = "pages"
    FACETS = "facets"


@dataclass(frozen=True, slots=True)
class Plan:
    """What was chosen.

    Attributes:
        asked: What the user wanted.
        strategy: How the listing was read: by facets, or page by page.
        reason: Why, in one sentence.
    """

    asked: Strategy
    strategy: Strategy
    reason: str

    def as_dict(self) -> dict[str, str]:
        """Return it for the receipt."""
        return {"asked": self.asked.value, "used": self.strategy.value, "reason": self.reason}


class ListingCrawl:
    """One crawl over a listing: iterate over its pages once, then ask for its plan and its certificate.

    What facets leave in doubt, pages decide: unless the selections prove complete, the listing is walked page by page
    in the same crawl.

    Args:
        source: The site.
        languages: Languages to read, each among source.languages.
        client: Asks the site, and archives what it says.
        read: Parses a page.
        strategy: What the user wants; robots.txt has the last word.

    Attributes:
        plan: How the listing is being read; it may change from facets to pages on the way.
        pages_known: How many pages there will be, as far as is known now.
    """

    def __init__(
        self,
        source: Source,
        languages: Sequence[str],
        client: Client,
        read: Callable[[Page], ParsedPage],
        strategy: Strategy = Strategy.AUTO,
    ) -> None:
        self._source = source
        self._languages = languages
        self._client = client
        self._read = read
        self._seen: list[PageSeen] = []
        self.plan = Plan(strategy, Strategy.PAGES, "nothing was read yet")
        self.pages_known: int | None = None

    def __iter__(self) -> Iterator[PageSeen]:
        """Yield the pages as they come.

        Raises:
            InvalidSourceError: The source has no such language.
            FetchError: A page could not be had.
        """
        check_languages(self._source, self._languages)
        for page in self._pages():
            self._seen.append(page)
            yield page

    @property
    def certificate(self) -> Certificate:
        """Whether everything was there, by the pages of the strategy that was used in the end."""
        if self.plan.strategy is Strategy.FACETS:
            return certify_selections(self._source, self._seen)
        return certify(self._source, [page for page in self._seen if page.sweep != BY_SELECTION])

    def _pages(self) -> Iterator[PageSeen]:
        objection = self._closed()
        if objection is None:
            objection = yield from self._by_facets()
        if objection is None:
            return
        self.plan = Plan(self.plan.asked, Strategy.PAGES, objection)
        before = len(self._seen)
        for page in sweep(self._source, self._languages, self._client, self._read):
            pager = page.parsed.pager
            if pager is not None and pager.last is not None:
                self.pages_known = before + (pager.last + 2) * len(self._languages)
            yield page

    def _closed(self) -> str | None:
        """Return why facets are out of the question, before any page is read."""
        if self.plan.asked is Strategy.PAGES:
            return "pages were asked for"
        if not self._source.paging.map_size:
            return "the source has no map that would show a selection on one page"
        alias = aliases_of(self._source)[0]
        for language in self._languages:
            url = selection_url(self._source, language, (f"{alias}:1", f"{alias}:2"))
            # A rule is written in either spelling of the brackets, and means both.
            for spelling in (url, url.replace("%5B", "[").replace("%5D", "]")):
                try:
                    self._client.check_robots(spelling)
                except DisallowedError as error:
                    return f"facets are not allowed: {error.cause} ({spelling})"
        return None

    def _by_facets(self) -> Generator[PageSeen, None, str | None]:
        """Read every language by selections; return why that can not be, or why it does not prove complete."""
        selections = SelectionReader(self._source, PageReader(self._source, self._client, self._read))
        for number, language in enumerate(self._languages, start=1):
            head = selections.head(language)
            yield head
            try:
                objection = yield from self._read_language(selections, head, len(self._languages) - number)
            except _SHUT as error:
                objection = f"{error.place}: {error.cause}"
            if objection is not None:
                return objection
        broken = [one for one in self.certificate.oracles if one.verdict is Verdict.INCOMPLETE]
        if not broken:
            return None
        evidence = "; ".join(f"{one.name}: {one.observed}, expected {one.expected}" for one in broken)
        return f"the selections do not prove complete: {evidence}"

    def _read_language(
        self, selections: SelectionReader, head: PageSeen, others: int
    ) -> Generator[PageSeen, None, str | None]:
        objection = unlike_a_map(head.parsed, self._source.paging.map_size)
        total = None if objection else (yield from selections.total(head))
        if objection is not None or total is None:
            return f"{head.url}: {objection or 'nothing tells how many practices there are'}"
        parts = divide(Part((), total), head.parsed.facets, aliases_of(self._source), self._source.paging.map_size)
        if parts is None:
            return f"{head.url}: no facet counts each of the {total} practices once"
        # Page 0 is read at the start and at the end.
        facets = 2 + requests_for(parts, self._source.paging.map_size)
        pages = 1 + -(-total // self._source.paging.page_size)
        costs = f"{facets} requests a language by facets, {pages} page by page"
        if self.plan.asked is Strategy.AUTO and facets * _WORTH > pages:
            return f"facets would not save enough: {costs}"
        self.plan = Plan(self.plan.asked, Strategy.FACETS, costs)
        self.pages_known = len(self._seen) - 1 + facets * (1 + others)
        return (yield from selections.cover(head, total))


def unlike_a_map(head: ParsedPage, size: int) -> str | None:
    """Return why the map of page 0 can not stand for the list, None when it repeats whole records.

    Args:
        head: Page 0, without any filter.
        size: Most practices of a map.
    """
    rows: dict[Block, dict[str | None, Record]] = {Block.MAP: {}, Block.LIST: {}}
    for record in head.records:
        if record.block in rows:
            rows[record.block][record.source_key] = replace(record, block=Block.LIST, position=0)
    listed, mapped = rows[Block.LIST], rows[Block.MAP]
    if head.kind is not PageKind.LISTING or not any(head.facets.values()):
        return f"page 0 shows no facets with counts ({head.kind})"
    if None in listed or None in mapped:
        return "records of page 0 have no link"
    if not mapped or (head.stated_total is not None and len(mapped) != min(size, head.stated_total)):
        return f"the map of page 0 shows {len(mapped)} practices"
    shared = listed.keys() & mapped.keys()
    if not shared or any(listed[key] != mapped[key] for key in shared):
        return "the map of page 0 does not repeat the records of its list"
    return None
