"""Parsed pages to polars frames, once, right after parsing; from here on everything stays columnar."""

import hashlib
import json
from collections.abc import Iterable, Sequence

import polars as pl

from pipeline.models import Capture, Issue, ParsedPage, Record, Severity
from pipeline.sources.spec import Source
from pipeline.tables import Findings, Sightings

_FIELDS = (
    "source_key",
    "title",
    "summary",
    "implementation_year",
    "award_year",
    "institution",
    "country",
    "region",
    "topics",
)
_COPIED = ("block", "position", "language", *_FIELDS)
_SIGHTING_SCHEMA = {name: column.dtype for name, column in Sightings.columns().items() if name != "practice_id"}
_OWN_COLUMNS: dict[str, pl.DataType] = {"source": pl.String(), "crawl_kind": pl.String(), "layout": pl.String()}
SIGHTING_SCHEMA: dict[str, pl.DataType] = {**_OWN_COLUMNS, **_SIGHTING_SCHEMA}
_FINDING_SCHEMA = {name: column.dtype for name, column in Findings.columns().items() if name != "practice_id"}
FINDING_SCHEMA: dict[str, pl.DataType] = {**_FINDING_SCHEMA, "sighting_id": pl.String()}


def sightings_frame(source: Source, crawl_kind: str, pages: Iterable[tuple[Capture, ParsedPage]]) -> pl.DataFrame:
    """Return one row per record, as printed.

    Args:
        source: The site.
        crawl_kind: Of the crawl that the captures belong to.
        pages: Captures with what they say.

    Returns:
        The columns of `tables.Sightings` without practice_id, and `source`, `crawl_kind` and `layout`.
    """
    rows = [
        {
            "source": source.name,
            "crawl_kind": crawl_kind,
            "layout": record.layout,
            "sighting_id": _sighting_id(capture, record.block, record.position),
            "crawl_id": capture.crawl_id,
            "page_url": capture.page.url,
            "page_digest": capture.page.digest,
            "captured_at": capture.page.captured_at,
            "raw_digest": _raw_digest(record),
            **{name: getattr(record, name) for name in _COPIED},
        }
        for capture, parsed in pages
        for record in parsed.records
    ]
    return pl.DataFrame(rows, schema=SIGHTING_SCHEMA)


def findings_frame(pages: Iterable[tuple[Capture, Sequence[Issue]]]) -> pl.DataFrame:
    """Return one row per issue of a page.

    Returns:
        The columns of `tables.Findings` without practice_id, and `sighting_id`, null for the page as a whole.
    """
    rows = [
        {
            "finding_id": _digest(
                [capture.crawl_id, capture.number, issue.kind, issue.record, issue.field, issue.raw_value]
            ),
            "severity": issue.severity.value,
            "kind": issue.kind,
            "crawl_id": capture.crawl_id,
            "page_url": capture.page.url,
            "field": issue.field,
            "raw_value": issue.raw_value,
            "suggestion": issue.suggestion,
            "message": issue.message,
            "sighting_id": _sighting_id(capture, *issue.record) if issue.record else None,
        }
        for capture, issues in pages
        for issue in issues
    ]
    return pl.DataFrame(rows, schema=FINDING_SCHEMA)


def unreadable_page(cause: str) -> Issue:
    """Return the issue for a page that could not be parsed and is only kept."""
    return Issue(Severity.WARNING, "unreadable_page", cause, suggestion="look at the page in raw/")


def _sighting_id(capture: Capture, block: str, position: int) -> str:
    return f"{capture.crawl_id}/{capture.number}/{block}/{position}"


def _raw_digest(record: Record) -> str:
    return _digest([getattr(record, name) for name in _FIELDS])


def _digest(values: list[object]) -> str:
    text = json.dumps(values, ensure_ascii=False, separators=(",", ":"))
    return f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
