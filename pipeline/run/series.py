"""Releases of the past, as parsed now: what raw/ as it was then gives with the code and vocabulary of today."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time

from pipeline.archive.crawls import archived_sources, finished_crawls
from pipeline.errors import UsageError
from pipeline.models import CrawlKind, Verdict
from pipeline.publish import Release
from pipeline.run.build import build
from pipeline.run.progress import Progress
from pipeline.settings import Home
from pipeline.sources.spec import Source


def end_of(day: str) -> datetime:
    """Return the last moment of a day (UTC).

    Raises:
        UsageError: It is no date.
    """
    try:
        return datetime.combine(date.fromisoformat(day), time.max, UTC)
    except ValueError as error:
        raise UsageError(day, "this is no date", "write it like 2026-11-01") from error


def back_series(
    home: Home, source: Source | None = None, accept: str | None = None, progress: Progress | None = None
) -> Iterator[Release]:
    """Build one release per complete crawl, oldest first, and yield it; latest points to the last one in the end.

    Args:
        home: The home.
        source: The one source to publish; by default all in raw/.
        accept: Reason to publish in spite of a gate.
        progress: Is told stages.

    Raises:
        PracticesError: See build.
    """
    names = [source.name] if source else archived_sources(home)
    moments = {
        crawl.started_at
        for name in names
        for crawl in finished_crawls(home, name)
        if crawl.kind is CrawlKind.CRAWL and crawl.verdict is Verdict.COMPLETE
    }
    for moment in sorted(moments)[:-1]:
        yield build(home, source, accept, progress, as_of=moment)[0]
    yield build(home, source, accept, progress)[0]
