"""The politeness receipt of a crawl: what was asked of a site, how gently, by which rules, and what was not asked."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from pipeline.archive.resume import Interrupted
from pipeline.fetch.client import Client
from pipeline.fetch.sweep import listing_url
from pipeline.sources.spec import Source


def receipt(
    source: Source,
    languages: Sequence[str],
    client: Client,
    interrupted: Interrupted | None,
    robots_read_at: Mapping[str, datetime],
    began: datetime,
    ended: datetime,
) -> dict[str, Any]:
    """Return the receipt of a crawl over all its runs; delays are those of the last one.

    Args:
        source: The site, with its budgets.
        languages: Languages that were walked.
        client: What has asked, in the last run.
        interrupted: The runs before, None if there were none. Requests of theirs that nobody answered are not known.
        robots_read_at: When robots.txt was received, by its address.
        began: Start of the first run.
        ended: End of the last run.
    """
    sent = client.transport
    before = Counter(interrupted.statuses if interrupted else {})
    statuses = Counter(sent.statuses) + before
    return {
        "began": began.isoformat(),
        "ended": ended.isoformat(),
        "requests": sent.request_count + before.total(),
        "bytes": sent.byte_count + (interrupted.byte_count if interrupted else 0),
        "statuses": {str(status): statuses[status] for status in sorted(statuses)},
        "least_delay_seconds": sent.pace.least,
        "longest_delay_seconds": round(max(sent.longest_wait, sent.pace.least), 3),
        "robots": {
            origin: {
                "status": robots.status,
                "digest": robots.digest,
                "warnings": list(robots.warnings),
                "read_at": robots_read_at[origin].isoformat() if origin in robots_read_at else None,
                "text": robots.text,
            }
            for origin, robots in client.robots.items()
        },
        "not_asked": [
            {"url": listing_url(source, language, 0), "reason": f"language {language} was not wanted"}
            for language in source.languages
            if language not in languages
        ],
        "budgets": source.pace.model_dump(),
    }
