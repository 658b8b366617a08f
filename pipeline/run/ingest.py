"""Crawl a source's listing into raw/."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import partial

from pipeline import __version__
from pipeline.archive.crawls import Crawl, begin_crawl, finish_crawl, newest_complete, read_crawl, source_lock
from pipeline.archive.resume import take_up
from pipeline.archive.warc import PAGES, WarcWriter
from pipeline.errors import ArchiveCorruptError, UsageError
from pipeline.fetch.client import Client
from pipeline.fetch.plan import ListingCrawl, Strategy
from pipeline.fetch.sweep import check_languages
from pipeline.fetch.transport import Clock
from pipeline.models import CrawlKind
from pipeline.parse import parse_page
from pipeline.run.common import crawl_record, now, words_of
from pipeline.run.progress import Progress, Silence
from pipeline.run.receipt import receipt
from pipeline.run.recorder import Recorder
from pipeline.run.replay import Replay
from pipeline.settings import Home
from pipeline.sources.spec import Source
from pipeline.twin.content import generate
from pipeline.twin.server import TwinServer
from pipeline.twin.site import TwinSite


def ingest(
    home: Home,
    source: Source,
    contact: str | None,
    languages: Sequence[str] = (),
    progress: Progress | None = None,
    strategy: Strategy = Strategy.AUTO,
) -> Crawl:
    """Crawl a source's listing into raw/, and certify what was seen.

    An unfinished crawl of the last 24 hours goes on, and nothing that it has is asked for again.

    Args:
        home: The home.
        source: The site.
        contact: Of the person who runs this, for the user agent.
        languages: Languages to walk; all of the source by default.
        progress: Is told pages.
        strategy: Page by page, by facet selections, or whichever the planner finds allowed and cheaper.

    Raises:
        UsageError: The source wants a contact and there is none.
        LockHeldError, NotWritableError: raw/ is not to be had.
        FetchError, ParseError: The site did not give its listing. What it gave stays in raw/.
    """
    if source.needs_contact and not contact:
        raise UsageError(
            source.name,
            "a live site is asked only by somebody who can be reached",
            "set PRACTICES_CONTACT to your e-mail address or URL",
        )
    wanted = tuple(languages or source.languages)
    check_languages(source, wanted)
    progress = progress or Silence()
    progress.stage("fetch")
    clock = Clock(time.monotonic, time.sleep)
    plan = {"source": source.name, "languages": " ".join(wanted), "strategy": strategy.value}
    with source_lock(home, source.name), _address_book(source) as connect_to:
        run_at = now()
        interrupted = take_up(home, source.name, plan, run_at)
        replay = Replay(
            interrupted.exchanges() if interrupted else (), partial(parse_page, source=source, words=words_of(source))
        )
        started_at = interrupted.started_at if interrupted else run_at
        folder = interrupted.folder if interrupted else begin_crawl(home, source.name, started_at)
        with WarcWriter(folder / PAGES, goes_on=interrupted is not None) as warc:
            software = {"software": f"practices/{__version__}", "format": "WARC File Format 1.1"}
            warc.write_info({**software, **plan, "started_at": started_at.isoformat()}, run_at)
            recorder = Recorder(warc, _before(home, source))
            with Client(
                source,
                contact,
                clock,
                now,
                recorder.record,
                connect_to=connect_to,
                replay=replay.exchanges,
                earlier=recorder.earlier,
            ) as client:
                listing = ListingCrawl(source, wanted, client, replay.read, strategy)
                for number, page in enumerate(listing, start=1):
                    progress.pages(number, listing.pages_known, f"{source.name} {page.language}")
        finish_crawl(
            folder,
            crawl_record(folder, source, CrawlKind.CRAWL, started_at, listing.certificate)
            | {
                "languages": list(wanted),
                "strategy": listing.plan.as_dict(),
                "resumed": interrupted.runs if interrupted else 0,
                "receipt": receipt(source, wanted, client, interrupted, recorder.robots_read_at, started_at, now()),
            },
        )
    return read_crawl(folder)


@contextmanager
def _address_book(source: Source) -> Iterator[Mapping[str, tuple[str, int]]]:
    """Say where a source's hosts are to be found: the network knows, except for the twin, which is served meanwhile."""
    if source.twin_practices is None:
        yield {}
        return
    with TwinServer(TwinSite(generate(source.twin_practices))) as server:
        yield dict.fromkeys(source.site.hosts, ("127.0.0.1", server.port))


def _before(home: Home, source: Source) -> Crawl | None:
    """Return the crawl whose pages need not be sent again; a damaged archive is no reason not to crawl."""
    with suppress(ArchiveCorruptError):
        return newest_complete(home, source.name)
    return None
