"""From raw/ to a release: parse, normalize, dedupe, curate, publish."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import polars as pl

from pipeline import __version__
from pipeline.archive.captures import read_captures
from pipeline.archive.crawls import Crawl, archived_sources, finished_crawls
from pipeline.curate import Merged, assemble
from pipeline.dedupe import find_contradictions, find_similar, identify, merge_editions, merge_practices, redirects
from pipeline.errors import ParseError, RefusedError, UsageError
from pipeline.models import Capture, CrawlKind, Issue, ParsedPage, Verdict, digest_of
from pipeline.normalize import normalize
from pipeline.normalize.decisions import Decision
from pipeline.normalize.vocabulary import vocabulary_digest
from pipeline.parse import parse_page
from pipeline.parse.frames import findings_frame, sightings_frame, unreadable_page
from pipeline.parse.words import Words
from pipeline.publish import Release, publish
from pipeline.run.common import words_of
from pipeline.run.decisions import decided_vocabulary, identity_decisions, load_decisions, usage
from pipeline.run.environment import environment
from pipeline.run.gates import check_gates
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
        decisions: What persons decided in this home.
    """

    sources: Mapping[str, Source]
    crawls: Sequence[Crawl]
    sightings: pl.DataFrame
    findings: pl.DataFrame
    page_count: int
    decisions: tuple[Decision, ...] = ()


def build(
    home: Home, source: Source | None = None, accept: str | None = None, progress: Progress | None = None
) -> tuple[Release, dict[str, pl.DataFrame]]:
    """Publish what raw/ holds, or say why not; return the release and its tables.

    Args:
        home: The home.
        source: The one source to publish; by default all in raw/.
        accept: Reason to publish in spite of a gate.
        progress: Is told stages.

    Raises:
        UsageError: raw/ holds nothing to build from.
        RefusedError: A gate is closed.
        PracticesError: A stage failed; curated/latest is as it was.
    """
    progress = progress or Silence()
    progress.stage("parse")
    parsed = parse(home, source, accept)
    progress.stage("normalize")
    parsed = normalize_names(parsed)
    progress.stage("dedupe")
    merged = dedupe(parsed)
    progress.stage("curate")
    tables = curate(parsed, merged)
    progress.stage("publish")
    return publish_tables(home, parsed, tables, accept), tables


def parse(home: Home, source: Source | None = None, accept: str | None = None) -> Parsed:
    """Read every page that goes into a release: of complete crawls and of imports.

    Raises:
        UsageError: raw/ holds nothing to build from.
        RefusedError: The newest crawl of a source is not complete, and nobody accepts that.
        ArchiveCorruptError: A page in raw/ is damaged.
        VocabularyError: The file of decisions is wrong.
    """
    decisions = load_decisions(home)
    sources = _sources_to_build(home, source)
    crawls: list[Crawl] = []
    sightings: list[pl.DataFrame] = []
    findings: list[pl.DataFrame] = []
    page_count = 0
    for name, spec in sources.items():
        words = words_of(spec)
        for crawl in _crawls_to_build(home, name, accept):
            pages, problems = _read_crawl(crawl, spec, words)
            crawls.append(crawl)
            sightings.append(sightings_frame(spec, crawl.kind.value, pages))
            findings.append(findings_frame([*((capture, page.issues) for capture, page in pages), *problems]))
            page_count += len(pages) + len(problems)
    return Parsed(sources, crawls, pl.concat(sightings), pl.concat(findings), page_count, decisions)


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


def _crawls_to_build(home: Home, name: str, accept: str | None) -> list[Crawl]:
    """Return imports and complete crawls, oldest first; the newest crawl must be one of them, or be accepted."""
    crawls = finished_crawls(home, name)
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
    sightings = normalize(parsed.sightings, decided_vocabulary(parsed.decisions))
    return replace(parsed, sightings=sightings)


def dedupe(parsed: Parsed) -> Merged:
    """Return practices and editions from normalized sightings."""
    decided = identity_decisions(parsed.decisions)
    identified = identify(parsed.sightings, decided)
    languages = {name: tuple(source.languages) for name, source in parsed.sources.items()}
    practices = merge_practices(identified.sightings, languages)
    editions = merge_editions(identified.sightings, languages)
    return Merged(
        sightings=identified.sightings,
        practices=practices,
        editions=editions,
        rejects=identified.rejects,
        page_findings=parsed.findings,
        contradictions=find_contradictions(identified.sightings),
        ambiguous=identified.ambiguous,
        similar=find_similar(practices, editions, identified.different),
        decided=usage(parsed.sightings, identified.ids, parsed.decisions),
    )


def curate(parsed: Parsed, merged: Merged) -> dict[str, pl.DataFrame]:
    """Return the tables of a release.

    Raises:
        RefusedError: There is no practice.
    """
    tables = assemble(merged, decided_vocabulary(parsed.decisions), parsed.sources)
    if not tables["practices"].height:
        raise RefusedError("practices", "there is no practice to publish", "practices status shows what raw/ holds")
    return tables


def publish_tables(
    home: Home, parsed: Parsed, tables: Mapping[str, pl.DataFrame], accept: str | None = None
) -> Release:
    """Look at every gate, write the release, and point curated/latest to it.

    Raises:
        RefusedError: A gate is closed, and nobody accepts that.
        ReleaseDamagedError: An earlier release is not what was written.
        PublishError, LockHeldError, NotWritableError: It could not be written; curated/latest is as it was.
    """
    facts = {
        "code_version": __version__,
        **environment(),
        "is_partial": all(crawl.kind is CrawlKind.IMPORT for crawl in parsed.crawls),
        "is_synthetic": any(source.is_synthetic for source in parsed.sources.values()),
        "accepted": accept,
        "page_count": parsed.page_count,
        **check_gates(home, parsed.sources, parsed.crawls, tables, accept),
        "vocabulary_digest": vocabulary_digest(),
        "source_digests": {
            name: digest_of(source.model_dump_json().encode()) for name, source in parsed.sources.items()
        },
        "decisions": [decision.as_dict() for decision in parsed.decisions],
        "redirects": redirects(tables["sightings"], tables["practices"]),
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
    newest = max(crawl.started_at for crawl in parsed.crawls)
    return publish(home, tables, newest, facts, rights)
