"""Ingest, then build."""

from collections.abc import Sequence

import polars as pl

from pipeline.archive.crawls import Crawl
from pipeline.fetch.plan import Strategy
from pipeline.publish import Release
from pipeline.run.build import build
from pipeline.run.ingest import ingest
from pipeline.run.progress import Progress
from pipeline.settings import Home
from pipeline.sources.spec import Source


def refresh(
    home: Home,
    source: Source,
    contact: str | None,
    languages: Sequence[str] = (),
    accept: str | None = None,
    progress: Progress | None = None,
    strategy: Strategy = Strategy.AUTO,
) -> tuple[Crawl, Release, dict[str, pl.DataFrame]]:
    """Crawl a source, then publish it; see ingest and build."""
    crawl = ingest(home, source, contact, languages, progress, strategy)
    release, tables = build(home, source, accept, progress)
    return crawl, release, tables
