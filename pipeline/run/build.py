"""From raw/ to a release: parse, normalize, dedupe, curate, publish."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from functools import partial

import polars as pl

from pipeline import __version__
from pipeline.curate import Merged, assemble, check_contracts
from pipeline.curate.history import with_history
from pipeline.dedupe import find_contradictions, find_similar, identify, merge_editions, merge_practices, redirects
from pipeline.errors import RefusedError
from pipeline.models import CrawlKind, digest_of
from pipeline.normalize import Vocabulary, normalize
from pipeline.publish import Release, publish
from pipeline.run.changes import changes_since, previous_release
from pipeline.run.decisions import identity_decisions, usage
from pipeline.run.environment import environment
from pipeline.run.gates import check_gates
from pipeline.run.parsing import Parsed, parse
from pipeline.run.progress import Progress, Silence
from pipeline.settings import Home
from pipeline.sources.spec import Source


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
    tables = curate(parsed, merged)
    progress.stage("publish")
    release = publish_tables(home, parsed, tables, accept)
    return release, {**tables, "changes": pl.read_parquet(release.folder / "changes.parquet")}


def normalize_names(parsed: Parsed) -> Parsed:
    """Return the same sightings with what their values mean.

    Raises:
        VocabularyError: The vocabularies contradict themselves.
    """
    return replace(parsed, sightings=normalize(parsed.sightings, parsed.vocabulary))


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
    """Return the tables of a release, without its changes.

    Raises:
        RefusedError: There is no practice.
    """
    tables = _assembled(parsed, merged)
    if not tables["practices"].height:
        raise RefusedError("practices", "there is no practice to publish", "practices status shows what raw/ holds")
    return tables


def _assembled(parsed: Parsed, merged: Merged) -> dict[str, pl.DataFrame]:
    tables = assemble(merged, parsed.vocabulary, parsed.sources)
    dated = with_history(tables["practices"], merged.sightings, parsed.complete)
    return {**tables, "practices": dated.select(tables["practices"].columns)}


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
    """Look at every gate, tell what changed, write the release, and point curated/latest to it.

    Raises:
        RefusedError: A gate is closed, and nobody accepts that.
        ReleaseDamagedError: An earlier release is not what was written.
        ContractError: The release before and the changes do not give this release.
        PublishError, LockHeldError, NotWritableError: It could not be written; curated/latest is as it was.
    """
    gates = check_gates(home, parsed.sources, parsed.crawls, tables, accept)
    newest = max(crawl.started_at for crawl in parsed.crawls)
    previous = previous_release(home, parsed.sources, newest if parsed.as_of else None)
    changes = changes_since(previous, tables, parsed.basis, partial(_rebuilt, parsed))
    tables = {**tables, "changes": changes}
    check_contracts(tables)
    facts = {
        "previous_release_id": previous.release_id if previous else None,
        "as_of": parsed.as_of.isoformat() if parsed.as_of else None,
        "code_version": __version__,
        **environment(),
        "is_partial": all(crawl.kind is CrawlKind.IMPORT for crawl in parsed.crawls),
        "is_synthetic": any(source.is_synthetic for source in parsed.sources.values()),
        "accepted": accept,
        "page_count": parsed.page_count,
        "accounting": parsed.accounting,
        **gates,
        "vocabulary_digest": parsed.vocabulary_digest,
        "source_digests": {
            name: digest_of(source.model_dump_json().encode()) for name, source in parsed.sources.items()
        },
        "decisions": parsed.basis.decisions,
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
    return publish(home, tables, newest, facts, rights, moves_latest=parsed.as_of is None)
