"""Crawl a source's listing into raw/."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial

from pipeline import __version__
from pipeline.archive.crawls import Crawl, begin_crawl, finish_crawl, read_crawl, source_lock
from pipeline.archive.warc import PAGES, WarcWriter
from pipeline.errors import UsageError
from pipeline.fetch.certificate import certify
from pipeline.fetch.client import Client
from pipeline.fetch.reader import PageSeen
from pipeline.fetch.sweep import sweep
from pipeline.fetch.transport import Clock
from pipeline.models import CrawlKind
from pipeline.parse import parse_page
from pipeline.run.common import crawl_record, now, words_of
from pipeline.run.progress import Progress, Silence
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
) -> Crawl:
    """Crawl a source's listing into raw/, and certify what was seen.

    Args:
        home: The home.
        source: The site.
        contact: Of the person who runs this, for the user agent.
        languages: Languages to walk; all of the source by default.
        progress: Is told pages.

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
    progress = progress or Silence()
    progress.stage("fetch")
    read = partial(parse_page, source=source, words=words_of(source))
    clock = Clock(time.monotonic, time.sleep)
    with source_lock(home, source.name), _address_book(source) as connect_to:
        started_at = now()
        folder = begin_crawl(home, source.name, started_at)
        with (
            WarcWriter(folder / PAGES) as warc,
            Client(source, contact, clock, now, warc.write_exchange, connect_to=connect_to) as client,
        ):
            warc.write_info({"software": f"practices/{__version__}", "source": source.name}, started_at)
            seen: list[PageSeen] = []
            for page in sweep(source, languages or tuple(source.languages), client, read):
                seen.append(page)
                known = _pages_known(page, len(languages or source.languages))
                progress.pages(len(seen), known, f"{source.name} {page.language}")
            certificate = certify(source, seen)
        record = crawl_record(folder, source, CrawlKind.CRAWL, started_at, certificate) | {
            "languages": list(languages or source.languages),
            "requests": client.transport.request_count,
            "bytes": client.transport.byte_count,
            "delay_seconds": client.transport.pace.least,
            "robots": {
                origin: {"status": robots.status, "digest": robots.digest, "text": robots.text}
                for origin, robots in client.robots.items()
            },
        }
        finish_crawl(folder, record)
    return read_crawl(folder)


@contextmanager
def _address_book(source: Source) -> Iterator[Mapping[str, tuple[str, int]]]:
    """Say where a source's hosts are to be found: the network knows, except for the twin, which is served meanwhile."""
    if source.twin_practices is None:
        yield {}
        return
    with TwinServer(TwinSite(generate(source.twin_practices))) as server:
        yield dict.fromkeys(source.site.hosts, ("127.0.0.1", server.port))


def _pages_known(page: PageSeen, language_count: int) -> int | None:
    pager = page.parsed.pager
    return None if pager is None or pager.last is None else (pager.last + 1) * language_count
