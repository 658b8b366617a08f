"""From raw/ to a release: parse, normalize, dedupe, curate, publish."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial

import polars as pl

from pipeline import __version__
from pipeline.archive.captures import read_captures
from pipeline.archive.crawls import Crawl, archived_sources, finished_crawls
from pipeline.curate import Merged, assemble, check_contracts
from pipeline.curate.history import CompleteCrawl, with_history
from pipeline.dedupe import find_contradictions, identify, merge_editions, merge_practices
from pipeline.errors import ParseError, RefusedError, UsageError
from pipeline.models import Capture, CrawlKind, Issue, ParsedPage, Verdict
from pipeline.normalize import Vocabulary, load_vocabulary, normalize
from pipeline.parse import parse_page
from pipeline.parse.frames import findings_frame, sightings_frame, unreadable_page
from pipeline.parse.words import Words
from pipeline.publish import Release, publish
from pipeline.run.changes import Basis, changes_since, digest_of_vocabulary, previous_release
from pipeline.run.common import words_of
from pipeline.run.history import complete_crawls
from pipeline.run.progress import Progress, Silence
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
        complete: What those of the crawls that are complete say about absence.
        vocabulary: What names are looked up in.
        as_of: The last moment whose crawls count, None when all do.
    """

    sources: Mapping[str, Source]
    crawls: Sequence[Crawl]
    sightings: pl.DataFrame
    findings: pl.DataFrame
    page_count: int
    complete: Sequence[CompleteCrawl]
    vocabulary: Vocabulary
    as_of: datetime | None = None

    @property
    def basis(self) -> Basis:
        """What the release is made from."""
        crawls = frozenset(crawl.crawl_id for crawl in self.crawls)
        return Basis(frozenset(self.sources), crawls, digest_of_vocabulary(self.vocabulary), ())


def build(
    home: Home,
    source: Source | None = None,
    accept: str | None = None,
    progress: Progress | None = None,
    vocabulary: Vocabulary | None = None,
    as_of: datetime | None = None,
) -> tuple[Release, dict[str, pl.DataFrame]]:
    """Publish what raw/ holds, or say why not; return the release and its tables.

    Args:
        home: The home.
        source: The one source to publish; by default all in raw/.
        accept: Reason to publish in spite of a gate.
        progress: Is told stages.
        vocabulary: What names are looked up in; by default what ships with the package.
        as_of: Build what crawls up to this moment show; such a release does not become the latest.

    Raises:
        UsageError: raw/ holds nothing to build from.
        RefusedError: A gate is closed.
        PracticesError: A stage failed; curated/latest is as it was.
    """
    progress = progress or Silence()
    progress.stage("parse")
    parsed = parse(home, source, accept, vocabulary, as_of)
    progress.stage("normalize")
    parsed = normalize_names(parsed)
    progress.stage("dedupe")
    merged = dedupe(parsed)
    progress.stage("curate")
    tables = curate(parsed, merged, accept)
    progress.stage("publish")
    release = publish_tables(home, parsed, tables, accept)
    return release, {**tables, "changes": pl.read_parquet(release.folder / "changes.parquet")}


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
    """
    sources = _sources_to_build(home, source)
    if as_of is not None and as_of >= max(
        crawl.started_at for name in sources for crawl in finished_crawls(home, name)
    ):
        as_of = None  # Nothing is left out, so it is the release of today.
    crawls: list[Crawl] = []
    sightings: list[pl.DataFrame] = []
    findings: list[pl.DataFrame] = []
    page_count = 0
    for name, spec in sources.items():
        words = words_of(spec)
        for crawl in _crawls_to_build(home, name, accept, as_of):
            pages, problems = _read_crawl(crawl, spec, words)
            crawls.append(crawl)
            sightings.append(sightings_frame(spec, crawl.kind.value, pages))
            findings.append(findings_frame([*((capture, page.issues) for capture, page in pages), *problems]))
            page_count += len(pages) + len(problems)
    if not crawls:
        raise UsageError(str(as_of), "there is no crawl that old", "practices status shows the crawls")
    sources = {name: spec for name, spec in sources.items() if any(crawl.source == name for crawl in crawls)}
    return Parsed(
        sources,
        crawls,
        pl.concat(sightings),
        pl.concat(findings),
        page_count,
        complete_crawls(crawls, sources),
        vocabulary or load_vocabulary(),
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
    crawl: Crawl, source: Source, words: Words
) -> tuple[list[tuple[Capture, ParsedPage]], list[tuple[Capture, Sequence[Issue]]]]:
    pages: list[tuple[Capture, ParsedPage]] = []
    problems: list[tuple[Capture, Sequence[Issue]]] = []
    for capture in read_captures(crawl.pages_path, crawl.crawl_id):
        if capture.page.url.endswith("/robots.txt"):
            continue
        try:
            pages.append((capture, parse_page(capture.page, source, words)))
        except ParseError as error:
            problems.append((capture, [unreadable_page(error.cause)]))
    return pages, problems


def normalize_names(parsed: Parsed) -> Parsed:
    """Return the same sightings with what their values mean.

    Raises:
        VocabularyError: The vocabularies contradict themselves.
    """
    sightings = normalize(parsed.sightings, parsed.vocabulary)
    return replace(parsed, sightings=sightings)


def dedupe(parsed: Parsed) -> Merged:
    """Return practices and editions from normalized sightings."""
    identified = identify(parsed.sightings)
    languages = {name: tuple(source.languages) for name, source in parsed.sources.items()}
    return Merged(
        sightings=identified.sightings,
        practices=merge_practices(identified.sightings, languages),
        editions=merge_editions(identified.sightings, languages),
        rejects=identified.rejects,
        page_findings=parsed.findings,
        contradictions=find_contradictions(identified.sightings),
        ambiguous=identified.ambiguous,
    )


def curate(parsed: Parsed, merged: Merged, accept: str | None = None) -> dict[str, pl.DataFrame]:
    """Return the tables of a release, checked.

    Raises:
        ContractError: A table breaks its contract.
        RefusedError: The number of practices is not what the source file expects of a crawl, or there is none.
    """
    tables = _assembled(parsed, merged)
    check_contracts(tables)
    if not tables["practices"].height:
        raise RefusedError("practices", "there is no practice to publish", "practices status shows what raw/ holds")
    for name, source in parsed.sources.items():
        was_crawled = any(crawl.source == name and crawl.kind is CrawlKind.CRAWL for crawl in parsed.crawls)
        count = _present(tables, name)
        low, high = source.expect.min_practices, source.expect.max_practices
        if was_crawled and accept is None and not low <= count <= high:
            cause = f"{count} practices, but a crawl of {name} is expected to have {low} to {high}"
            raise RefusedError(name, cause, "find out why, then practices build --accept 'reason'", stage="curate")
    return tables


def _assembled(parsed: Parsed, merged: Merged) -> dict[str, pl.DataFrame]:
    tables = assemble(merged, parsed.vocabulary, parsed.sources)
    dated = with_history(tables["practices"], merged.sightings, parsed.complete)
    return {**tables, "practices": dated.select(tables["practices"].columns)}


def _present(tables: Mapping[str, pl.DataFrame], source: str) -> int:
    """Count what is there now: rows of the past never go, and would hide a listing that has shrunk."""
    return tables["practices"].filter(source=source, state="present").height


def _rebuilt(parsed: Parsed, crawl_ids: frozenset[str]) -> dict[str, pl.DataFrame]:
    """Return the tables that some of the crawls give."""
    is_mine = pl.col("crawl_id").is_in(list(crawl_ids))
    part = replace(
        parsed,
        crawls=[crawl for crawl in parsed.crawls if crawl.crawl_id in crawl_ids],
        sightings=parsed.sightings.filter(is_mine),
        findings=parsed.findings.filter(is_mine),
        complete=[crawl for crawl in parsed.complete if crawl.crawl_id in crawl_ids],
    )
    return _assembled(part, dedupe(part))


def publish_tables(
    home: Home, parsed: Parsed, tables: Mapping[str, pl.DataFrame], accept: str | None = None
) -> Release:
    """Write the release, and point curated/latest to it.

    Raises:
        PublishError, LockHeldError, NotWritableError: It could not be written; curated/latest is as it was.
    """
    newest = max(crawl.started_at for crawl in parsed.crawls)
    previous = previous_release(home, parsed.sources, newest if parsed.as_of else None)
    changes = changes_since(previous, tables, parsed.basis, partial(_rebuilt, parsed))
    tables = {**tables, "changes": changes}
    check_contracts(tables)
    facts = {
        "previous_release_id": previous.release_id if previous else None,
        "as_of": parsed.as_of.isoformat() if parsed.as_of else None,
        "code_version": __version__,
        "is_partial": all(crawl.kind is CrawlKind.IMPORT for crawl in parsed.crawls),
        "is_synthetic": any(source.is_synthetic for source in parsed.sources.values()),
        "accepted": accept,
        "page_count": parsed.page_count,
        "gates": [
            {"name": "crawl_complete", "expected": "complete, or accepted", "observed": crawl.verdict.value}
            | {"crawl_id": crawl.crawl_id}
            for crawl in parsed.crawls
            if crawl.kind is CrawlKind.CRAWL
        ]
        + [
            {
                "name": "practice_count",
                "source": name,
                "expected": f"{source.expect.min_practices} to {source.expect.max_practices}, of a crawl",
                "observed": _present(tables, name),
            }
            for name, source in parsed.sources.items()
        ],
        "vocabulary_digest": parsed.basis.vocabulary,
        "crawls": [
            {
                "crawl_id": crawl.crawl_id,
                "source": crawl.source,
                "kind": crawl.kind.value,
                "started_at": crawl.started_at.isoformat(),
                "certificate": crawl.record["certificate"],
            }
            for crawl in parsed.crawls
        ],
    }
    rights = {source.title: source.rights.note for source in parsed.sources.values()}
    return publish(home, tables, newest, facts, rights, moves_latest=parsed.as_of is None)
