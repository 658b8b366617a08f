"""What stands between a crawl and the archive: every answer is written, and what an earlier crawl has is looked up."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from http import HTTPStatus

from pipeline.archive.crawls import Crawl
from pipeline.archive.originals import Original, originals_of, page_of_original
from pipeline.archive.warc import WarcWriter
from pipeline.errors import ArchiveCorruptError
from pipeline.fetch.client import Earlier
from pipeline.models import Exchange
from pipeline.run.replay import is_robots


class Recorder:
    """Writes the exchanges of one run.

    Args:
        warc: Where to.
        before: The crawl whose pages need not be sent again if they are the same, None without one.

    Attributes:
        robots_read_at: When robots.txt was last received, by its address.
    """

    def __init__(self, warc: WarcWriter, before: Crawl | None) -> None:
        self._warc = warc
        self._before = before
        self._originals: Mapping[str, Original] | None = None
        self.robots_read_at: dict[str, datetime] = {}

    def record(self, exchange: Exchange) -> None:
        """Write an exchange: as a revisit if it is a 304 that stands for what we have, else as what it is.

        Raises:
            NotWritableError: It can not be written.
        """
        if is_robots(exchange.url):
            self.robots_read_at[exchange.url] = exchange.captured_at
        original = self._known().get(exchange.url) if exchange.status == HTTPStatus.NOT_MODIFIED else None
        if original is not None and _stands_for(exchange, original):
            self._warc.write_revisit(exchange, original.headers())
        else:
            self._warc.write_exchange(exchange)

    def earlier(self, url: str) -> Earlier | None:
        """Return a page as the crawl before has it, with both validators.

        None also when it can not be read any more: then the page is asked for as if for the first time, and the archive
        gets a copy that is whole.
        """
        original = self._known().get(url)
        if original is None or self._before is None or is_robots(url):
            return None
        with suppress(ArchiveCorruptError):
            page = page_of_original(self._before.folder.parent, original)
            return Earlier(original.etag, original.last_modified, page.body)
        return None

    def _known(self) -> Mapping[str, Original]:
        if self._originals is None:
            self._originals = {}
            if self._before is not None:
                with suppress(ArchiveCorruptError):
                    self._originals = originals_of(self._before.pages_path)
        return self._originals


def _stands_for(exchange: Exchange, original: Original) -> bool:
    """Whether a 304 answers to our validator, and names no other."""
    asked = next((value for name, value in exchange.request_headers if name.lower() == "if-none-match"), None)
    return exchange.truncated is None and asked == original.etag and exchange.header("etag") in (None, original.etag)
