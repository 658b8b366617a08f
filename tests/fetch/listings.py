"""Crawls of a whole listing: over real HTTP from the twin, and from a listing that is a function."""

import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial
from urllib.parse import parse_qsl, urlsplit

import httpx

from pipeline.fetch.client import Client
from pipeline.fetch.plan import ListingCrawl, Plan, Strategy
from pipeline.fetch.reader import PageSeen
from pipeline.fetch.transport import Clock
from pipeline.models import Block, Certificate, Echo, FacetItem, Page, PageKind, Pager, ParsedPage, Record
from pipeline.parse import parse_page
from pipeline.run.common import words_of
from pipeline.sources.registry import load_source
from pipeline.twin.server import Responder, TwinServer

from .fakes import FakeClock, make_source, page, robots

SOURCE = load_source("sample")
COUNTRIES = SOURCE.facets.country
YEARS = SOURCE.facets.implementation_year

# Country and implementation year by key.
Rows = dict[str, tuple[str | None, str | None]]


@dataclass(frozen=True)
class Crawled:
    """What a crawl gave.

    Attributes:
        pages: In order.
        asked: Every address, robots.txt included.
        plan, certificate: What it says of itself.
    """

    pages: list[PageSeen]
    asked: list[str]
    plan: Plan
    certificate: Certificate

    @property
    def keys(self) -> set[str]:
        """The keys of the practices that the strategy in use saw."""
        return {
            record.source_key
            for page in self.pages
            if bool(page.sweep) is (self.plan.strategy is Strategy.PAGES)
            for record in page.parsed.records
            if record.source_key
        }

    @property
    def records(self) -> set[tuple[str, Record]]:
        """Every record with the language of its page, wherever on a page it stood."""
        return {
            (page.language, replace(record, block=Block.LIST, position=0))
            for page in self.pages
            for record in page.parsed.records
        }


def crawl(site: Responder, languages: Sequence[str] = ("en",), strategy: Strategy = Strategy.AUTO) -> Crawled:
    """Crawl a site over real HTTP on loopback."""
    asked: list[str] = []
    # Nobody is hurried on loopback, so nobody needs to be waited for.
    clock = Clock(time.monotonic, lambda _: None)
    read = partial(parse_page, source=SOURCE, words=words_of(SOURCE))
    with TwinServer(site) as server:
        addresses = dict.fromkeys(SOURCE.site.hosts, ("127.0.0.1", server.port))
        now = partial(datetime.now, UTC)
        with Client(
            SOURCE, None, clock, now, lambda exchange: asked.append(exchange.url), connect_to=addresses
        ) as client:
            listing = ListingCrawl(SOURCE, languages, client, read, strategy)
            return Crawled(list(listing), asked, listing.plan, listing.certificate)


@dataclass
class MadeListing:
    """A listing that is a function: practices in, pages out; what it gets wrong is switched on by name.

    Attributes:
        rows: Every practice; an absent country or year is None.
        off_map: Keys that the map leaves out.
        prints_total: Whether pages state how many practices there are.
        narrows: Whether a filter narrows the listing; else everything is shown.
        admits: Whether the settings repeat the filter.
        change: Gets the number of the page request and the rows; says what the rows are from then on.
        rules: robots.txt.
    """

    rows: Rows
    off_map: frozenset[str] = frozenset()
    prints_total: bool = True
    narrows: bool = True
    admits: bool = True
    change: Callable[[int, Rows], Rows] = lambda _, rows: rows
    rules: str = ""
    asked: list[str] = field(default_factory=list)

    def read(self, page: Page) -> ParsedPage:
        """Return what a page says, by its address alone."""
        self.asked.append(page.url)
        self.rows = self.change(len(self.asked), self.rows)
        query = parse_qsl(urlsplit(page.url).query)
        number = int(dict(query).get("page", "0"))
        selection = {value for name, value in query if name.startswith("f[")}
        shown = [key for key in self.rows if not self.narrows or self._has(key, selection)]
        size, cap = SOURCE.paging.page_size, SOURCE.paging.map_size
        last = max(-(-len(shown) // size) - 1, 0)
        mapped = [key for key in shown[:cap] if key not in self.off_map]
        return ParsedPage(
            PageKind.LISTING,
            "en",
            (*self._records(Block.MAP, mapped), *self._records(Block.LIST, shown[number * size : (number + 1) * size])),
            (),
            Pager(number, last, number < last) if last else None,
            len(shown) if self.prints_total else None,
            {alias: self._facet(alias, place, shown, selection) for place, alias in enumerate((COUNTRIES, YEARS))},
            Echo("en", None, frozenset(selection if self.admits else ())),
        )

    def crawl(self, strategy: Strategy = Strategy.AUTO) -> Crawled:
        """Crawl it in English."""
        clock, source = FakeClock(), make_source()

        def handle(request: httpx.Request) -> httpx.Response:
            answer = robots(self.rules) if request.url.path == "/robots.txt" else page()
            return httpx.Response(200, headers=answer.headers, stream=answer.stream)

        with Client(
            source, None, clock.clock, clock.now, lambda _: None, transport=httpx.MockTransport(handle)
        ) as client:
            listing = ListingCrawl(source, ("en",), client, self.read, strategy)
            return Crawled(list(listing), self.asked, listing.plan, listing.certificate)

    def _has(self, key: str, selection: set[str]) -> bool:
        """Any value inside a facet, all facets together."""
        return all(
            f"{alias}:{value}" in selection
            for alias, value in zip((COUNTRIES, YEARS), self.rows[key], strict=True)
            if any(pair.startswith(f"{alias}:") for pair in selection)
        )

    def _records(self, block: Block, keys: Iterable[str]) -> Iterable[Record]:
        for position, key in enumerate(keys, start=1):
            country, year = self.rows[key]
            yield Record(block, position, "en", key, f"Practice {key}", None, year, None, None, country)

    def _facet(self, alias: str, place: int, shown: Iterable[str], selection: set[str]) -> tuple[FacetItem, ...]:
        """Count within what is shown; the values of the facet itself are counted as if it were not asked."""
        others = {pair for pair in selection if not pair.startswith(f"{alias}:")}
        keys = [key for key in self.rows if self._has(key, others)] if self.narrows else shown
        counts = Counter(value for key in keys if (value := self.rows[key][place]) is not None)
        return tuple(
            FacetItem(value, value, count, is_active=f"{alias}:{value}" in selection) for value, count in counts.items()
        )
