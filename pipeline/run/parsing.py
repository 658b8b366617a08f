"""What goes into a release: which sources, which of their crawls, and every page of those, read."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import polars as pl

from pipeline.archive.captures import read_captures
from pipeline.archive.crawls import Crawl, archived_sources, finished_crawls
from pipeline.curate.drift import find_drift
from pipeline.curate.history import CompleteCrawl
from pipeline.errors import RefusedError, UsageError
from pipeline.models import Capture, CrawlKind, Issue, ParsedPage, Verdict
from pipeline.normalize import Vocabulary, load_vocabulary
from pipeline.normalize.decisions import Decision
from pipeline.parse.frames import FINDING_SCHEMA, findings_frame, sightings_frame
from pipeline.run.changes import Basis, digest_of_vocabulary
from pipeline.run.decisions import PLACE, decided_vocabulary, load_decisions
from pipeline.run.history import complete_crawls
from pipeline.run.workers import read_pages
from pipeline.settings import Home
from pipeline.sources.registry import load_source, registered_names, validate_source
from pipeline.sources.spec import Source


@dataclass(frozen=True, slots=True)
class Parsed:
    """All records of the crawls that go into a release.

    Attributes:
        sources: The sites by name.
        crawls: The crawls, oldest first.
        sightings: As printed; see parse.frames.sightings_frame.
        findings: See parse.frames.findings_frame.
        page_count: Pages read.
        accounting: What became of the records' text, by crawl: characters claimed, unclaimed, ignored by rule, and the
            share of all that is not unclaimed.
        complete: What those of the crawls that are complete say about absence.
        vocabulary: What names are looked up in, decisions of the home on top.
        vocabulary_digest: Of the vocabulary without decisions.
        decisions: What persons decided in this home.
        as_of: The last moment whose crawls count, None when all do.
    """

    sources: Mapping[str, Source]
    crawls: Sequence[Crawl]
    sightings: pl.DataFrame
    findings: pl.DataFrame
    page_count: int
    accounting: Mapping[str, Mapping[str, Any]]
    complete: Sequence[CompleteCrawl]
    vocabulary: Vocabulary
    vocabulary_digest: str
    decisions: tuple[Decision, ...] = ()
    as_of: datetime | None = None

    @property
    def basis(self) -> Basis:
        """What the release is made from."""
        crawls = frozenset(crawl.crawl_id for crawl in self.crawls)
        decisions = [decision.as_dict() for decision in self.decisions]
        return Basis(frozenset(self.sources), crawls, self.vocabulary_digest, decisions)


def parse(
    home: Home,
    source: Source | None = None,
    accept: str | None = None,
    vocabulary: Vocabulary | None = None,
    as_of: datetime | None = None,
) -> Parsed:
    """Read every page that goes into a release: of complete crawls and of imports.

    Raises:
        UsageError: raw/ holds nothing to build from.
        RefusedError: The newest crawl of a source is not complete, and nobody accepts that.
        ArchiveCorruptError: A page in raw/ is damaged.
        VocabularyError: The file of decisions is wrong.
    """
    base = vocabulary or load_vocabulary()
    decisions = load_decisions(home)
    sources = _sources_to_build(home, source)
    if as_of is not None and as_of >= max(
        crawl.started_at for name in sources for crawl in finished_crawls(home, name)
    ):
        as_of = None  # Nothing is left out, so it is the release of today.
    crawls: list[Crawl] = []
    sightings: list[pl.DataFrame] = []
    findings: list[pl.DataFrame] = []
    accounting: dict[str, dict[str, Any]] = {}
    page_count = 0
    for name, spec in sources.items():
        for crawl in _crawls_to_build(home, name, accept, as_of):
            pages, problems = _read_crawl(crawl, spec)
            crawls.append(crawl)
            sightings.append(sightings_frame(spec, crawl.kind.value, pages))
            findings.append(findings_frame([*((capture, page.issues) for capture, page in pages), *problems]))
            accounting[crawl.crawl_id] = _accounting([page for _, page in pages])
            page_count += len(pages) + len(problems)
        crawl_ids = [crawl.crawl_id for crawl in crawls if (crawl.source, crawl.kind) == (name, CrawlKind.CRAWL)]
        mine = [frame for frame in sightings if frame.height and frame["source"][0] == name]
        if len(crawl_ids) > 1 and mine:
            findings.append(_as_findings(find_drift(pl.concat(mine), crawl_ids)))
    if not crawls:
        raise UsageError(str(as_of), "there is no crawl that old", "practices status shows the crawls")
    sources = {name: spec for name, spec in sources.items() if any(crawl.source == name for crawl in crawls)}
    return Parsed(
        sources,
        crawls,
        pl.concat(sightings),
        pl.concat(findings),
        page_count,
        accounting,
        complete_crawls(crawls, sources),
        decided_vocabulary(decisions, PLACE, base),
        digest_of_vocabulary(base),
        decisions,
        as_of,
    )


def source_to_build(home: Home, name_or_path: str) -> Source:
    """Return a source by its registered name or path, or else as its newest crawl recorded it.

    Raises:
        UnknownSourceError: There is none.
        InvalidSourceError: Its file breaks the schema.
    """
    if name_or_path in archived_sources(home):
        return _source_of_crawls(home, name_or_path)
    return load_source(name_or_path)


def _sources_to_build(home: Home, source: Source | None) -> dict[str, Source]:
    """Return the sources of a release; made-up data and real data never share one."""
    if source is not None:
        if not finished_crawls(home, source.name):
            raise _nothing_in_raw(home, source.name)
        return {source.name: source}
    sources = {name: _source_of_crawls(home, name) for name in archived_sources(home)}
    if not sources:
        raise _nothing_in_raw(home, "SOURCE")
    if len({spec.is_synthetic for spec in sources.values()}) > 1:
        cause = f"it holds made-up and real pages ({', '.join(sources)}), which never share a release"
        raise UsageError(str(home.raw), cause, "practices build --source NAME, or another --home for each")
    return sources


def _nothing_in_raw(home: Home, name: str) -> UsageError:
    cause = f"there is no finished crawl of {name}" if name != "SOURCE" else "there is no finished crawl"
    return UsageError(str(home.raw), cause, f"practices ingest {name}, or practices import FILE --source {name}")


def _source_of_crawls(home: Home, name: str) -> Source:
    """Return a source by its name, or else as its newest crawl recorded it."""
    if name in registered_names():
        return load_source(name)
    newest = finished_crawls(home, name)[-1]
    return validate_source(newest.record["source_file"], str(newest.folder / "crawl.json"))


def _crawls_to_build(home: Home, name: str, accept: str | None, as_of: datetime | None) -> list[Crawl]:
    """Return imports and complete crawls, oldest first; the newest crawl must be one of them, or be accepted."""
    crawls = [crawl for crawl in finished_crawls(home, name) if as_of is None or crawl.started_at <= as_of]
    fetched = [crawl for crawl in crawls if crawl.kind is CrawlKind.CRAWL]
    if fetched and fetched[-1].verdict is not Verdict.COMPLETE and accept is None:
        newest = fetched[-1]
        broken = [
            f"{oracle['name']}: expected {oracle['expected']}, observed {oracle['observed']}"
            for oracle in newest.record["certificate"]["oracles"]
            if oracle["verdict"] == Verdict.INCOMPLETE.value
        ]
        raise RefusedError(
            newest.crawl_id,
            f"the newest crawl is {newest.verdict}: {'; '.join(broken) or 'nothing proves it complete'}",
            f"practices ingest {name} to crawl again, or practices build --accept 'reason'",
        )
    accepted = fetched[-1:] if accept is not None else []
    return [
        crawl
        for crawl in crawls
        if crawl.kind is CrawlKind.IMPORT or crawl.verdict is Verdict.COMPLETE or crawl in accepted
    ]


def _read_crawl(
    crawl: Crawl, source: Source
) -> tuple[list[tuple[Capture, ParsedPage]], list[tuple[Capture, Sequence[Issue]]]]:
    pages: list[tuple[Capture, ParsedPage]] = []
    problems: list[tuple[Capture, Sequence[Issue]]] = []
    every = read_captures(crawl.pages_path, crawl.crawl_id)
    for capture, found in read_pages((one for one in every if not one.page.url.endswith("/robots.txt")), source):
        if isinstance(found, Issue):
            problems.append((capture, [found]))
        else:
            pages.append((capture, found))
    return pages, problems


def _as_findings(found: pl.DataFrame) -> pl.DataFrame:
    """Return findings of a whole crawl with the columns of those of a page."""
    return found.select(
        (pl.col(name) if name in found.columns else pl.lit(None)).cast(dtype).alias(name)
        for name, dtype in FINDING_SCHEMA.items()
    )


def _accounting(pages: Iterable[ParsedPage]) -> dict[str, Any]:
    claimed = unclaimed = 0
    ignored: Counter[str] = Counter()
    for page in pages:
        claimed += page.accounting.claimed
        unclaimed += page.accounting.unclaimed
        ignored.update(page.accounting.ignored)
    everything = claimed + unclaimed + ignored.total()
    share = round(1 - unclaimed / everything, 6) if everything else 1.0
    return {"claimed": claimed, "unclaimed": unclaimed, "ignored": dict(sorted(ignored.items())), "share": share}
