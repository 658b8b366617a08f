"""What ingest, import and build share."""

from dataclasses import asdict
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

from pipeline import __version__
from pipeline.models import Certificate, CrawlKind
from pipeline.normalize import load_vocabulary
from pipeline.normalize.countries import country_names
from pipeline.normalize.regions import region_names
from pipeline.normalize.topics import topic_names
from pipeline.parse.words import Words
from pipeline.sources.spec import Source


def words_of(source: Source) -> Words:
    """Return the words by which pages of a source are read, the same ones each time: they remember what they read."""
    return _words_of(source.model_dump_json())


@lru_cache(8)
def _words_of(source_json: str) -> Words:
    source = Source.model_validate_json(source_json)
    vocabulary = load_vocabulary()
    regions = frozenset(region_names(vocabulary.regions)["name"])
    countries = frozenset(country_names(vocabulary.countries)["name"])
    topics = frozenset(topic_names(vocabulary.topics)["name"])
    return Words.of(source, regions, countries, topics)


def now() -> datetime:
    """Return the time (UTC); only what adds to raw/ asks for it."""
    return datetime.now(UTC)


def crawl_record(
    folder: Path, source: Source, kind: CrawlKind, started_at: datetime, certificate: Certificate
) -> dict[str, Any]:
    """Return what every crawl.json says."""
    return {
        "crawl_id": folder.name,
        "source": source.name,
        "kind": kind.value,
        "started_at": started_at.isoformat(),
        "finished_at": now().isoformat(),
        "code_version": __version__,
        "certificate": asdict(certificate),
        "source_file": source.model_dump(mode="json"),
    }
