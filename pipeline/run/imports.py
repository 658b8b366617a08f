"""Saved pages into raw/."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pipeline import __version__
from pipeline.archive.crawls import Crawl, begin_crawl, finish_crawl, finished_crawls, read_crawl, source_lock
from pipeline.archive.imports import read_files
from pipeline.archive.warc import PAGES, WarcWriter
from pipeline.errors import ParseError
from pipeline.models import Certificate, CrawlKind, Page, Verdict, digest_of
from pipeline.parse import parse_page
from pipeline.parse.words import Words
from pipeline.run.common import crawl_record, now, words_of
from pipeline.settings import Home
from pipeline.sources.spec import Source


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did.

    Attributes:
        crawl: The crawl that holds the pages.
        page_count: Pages in it.
        is_new: False when the same pages were imported before.
    """

    crawl: Crawl
    page_count: int
    is_new: bool


def import_files(
    home: Home, source: Source, paths: Sequence[Path], url: str | None = None, captured_at: datetime | None = None
) -> Imported:
    """Keep saved pages as a crawl of kind `import`; the same pages a second time change nothing.

    Args:
        home: The home.
        source: The site that they were saved from.
        paths: HTML, text, WARC or WACZ files.
        url: Address of the one page.
        captured_at: When they were saved; by default now.

    Raises:
        UsageError: A file can not be read.
        ParseError: A file is no page of the source; nothing was imported.
        ArchiveError: A WARC file is damaged, or raw/ is not to be had.
    """
    imported_at = now()
    pages = list(read_files(list(paths), url, captured_at or imported_at, source.site.hosts))
    pages = list({(page.url, page.digest): page for page in pages}.values())
    words = words_of(source)
    for path in paths:
        _check_readable(path, pages, source, words)
    mark = digest_of(repr([(page.url, page.digest, captured_at) for page in pages]).encode())[7:19]
    with source_lock(home, source.name):
        for crawl in finished_crawls(home, source.name):
            if crawl.crawl_id.endswith(f"-import-{mark}"):
                return Imported(crawl, len(pages), is_new=False)
        folder = begin_crawl(home, source.name, imported_at, f"-import-{mark}")
        with WarcWriter(folder / PAGES) as warc:
            warc.write_info({"software": f"practices/{__version__}", "source": source.name}, imported_at)
            for page in pages:
                warc.write_page(page, is_conversion=page.content_type.startswith("text/plain"))
        reason = Certificate(Verdict.UNKNOWN)
        finish_crawl(folder, crawl_record(folder, source, CrawlKind.IMPORT, imported_at, reason))
    return Imported(read_crawl(folder), len(pages), is_new=True)


def _check_readable(path: Path, pages: Sequence[Page], source: Source, words: Words) -> None:
    """Refuse a file none of whose pages is one of the source; an archive may hold others besides."""
    errors: list[ParseError] = []
    mine = [page for page in pages if len(pages) == 1 or page.url == f"file:///{path.name}"] or pages
    for page in mine:
        try:
            parse_page(page, source, words)
        except ParseError as error:
            errors.append(error)
        else:
            return
    cause = errors[0].cause if errors else f"it holds no page of {', '.join(source.site.hosts)}"
    raise ParseError(str(path), cause, "check the file and --source; nothing was imported")
