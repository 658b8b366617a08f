"""Which crawls of raw/ are evidence of absence, and what they saw of pages that are gone."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from http import HTTPStatus

from pipeline.archive.captures import read_exchanges
from pipeline.archive.crawls import Crawl
from pipeline.curate.history import CompleteCrawl
from pipeline.models import CrawlKind, Verdict
from pipeline.sources.spec import Source

_GONE = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)


def complete_crawls(crawls: Sequence[Crawl], sources: Mapping[str, Source]) -> list[CompleteCrawl]:
    """Return the crawls that are certified complete; imports and incomplete crawls are left out.

    Args:
        crawls: What goes into a release.
        sources: The sites by name.

    Raises:
        ArchiveCorruptError: A WARC file is damaged.
    """
    return [
        CompleteCrawl(
            crawl.crawl_id,
            crawl.source,
            crawl.started_at,
            tuple(crawl.record.get("languages") or sources[crawl.source].languages),
            tuple(_gone(crawl)),
        )
        for crawl in crawls
        if crawl.kind is CrawlKind.CRAWL and crawl.verdict is Verdict.COMPLETE
    ]


def _gone(crawl: Crawl) -> Iterator[tuple[str, datetime]]:
    """Yield what answered 404 or 410; a receipt that counts no such answer saves reading the file once more."""
    statuses = crawl.record.get("receipt", {}).get("statuses")
    if statuses is not None and not any(str(int(status)) in statuses for status in _GONE):
        return
    for exchange, _page in read_exchanges(crawl.pages_path):
        if exchange.status in _GONE:
            yield exchange.url, exchange.captured_at
