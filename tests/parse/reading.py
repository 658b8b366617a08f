"""Parse a text as a page, and print what was understood as plain data."""

import re
from dataclasses import asdict
from datetime import UTC, datetime
from functools import cache
from typing import Any

from pipeline.models import Page, ParsedPage, digest_of
from pipeline.parse import parse_page
from pipeline.parse.words import Words
from pipeline.run.common import words_of
from pipeline.sources.registry import load_source
from pipeline.sources.spec import Source

AT = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)


@cache
def source_and_words(name: str) -> tuple[Source, Words]:
    """Return a shipped source and its words."""
    source = load_source(name)
    return source, words_of(source)


def parse(
    body: str | bytes,
    url: str | None = None,
    content_type: str = "text/html; charset=UTF-8",
    source: str = "issa",
    words: Words | None = None,
) -> ParsedPage:
    """Parse a page; by default it is HTML at the listing's own address, read with words that others have used."""
    data = body.encode() if isinstance(body, str) else body
    spec, shared = source_and_words(source)
    return parse_page(
        Page(url or spec.site.listing_url, data, content_type, AT, digest_of(data)), spec, words or shared
    )


def as_data(parsed: ParsedPage) -> dict[str, Any]:
    """Return everything that a page says, without what is absent and without the wording of messages."""
    return _present(
        {
            "kind": parsed.kind.value,
            "language": parsed.language,
            "pager": asdict(parsed.pager) if parsed.pager else None,
            "stated_total": parsed.stated_total,
            "facets": {alias: [asdict(item) for item in items] for alias, items in parsed.facets.items()},
            "echo": _present({**asdict(parsed.echo), "facets": sorted(parsed.echo.facets)}) if parsed.echo else None,
            "records": [
                _present({**asdict(record), "topics": list(record.topics), "layout": None}) for record in parsed.records
            ],
            "issues": [
                _present(
                    {
                        "severity": issue.severity.value,
                        "kind": issue.kind,
                        "record": list(issue.record) if issue.record else None,
                        "field": issue.field,
                        "raw_value": issue.raw_value,
                    }
                )
                for issue in parsed.issues
            ],
        }
    )


def _present(data: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in data.items() if value not in (None, [], {})}


def minified(html: str) -> str:
    """Return the page without the white space between its tags, as a minifier of Drupal leaves it."""
    return re.sub(r">\s+<", "><", html).strip()
