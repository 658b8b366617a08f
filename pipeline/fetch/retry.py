"""When to ask again: a few times, within limits, and not at all once the host is down."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_WAIT = 900.0  # seconds; a site that asks for more is asked once more then, within the crawl's budget of time
_LONGEST_BACKOFF = 60.0
_SHORTEST_BACKOFF = 0.25


def retry_after(value: str | None, now: datetime) -> float | None:
    """Return how many seconds a Retry-After header asks to wait, None when it does not say so.

    Seconds or an HTTP date (RFC 9110, 10.2.3); the wait is clamped to 0 and LONGEST_WAIT. Only ASCII digits count, and
    a date without zone, or one that no calendar has, is no date.

    Args:
        value: The header, None when it is absent.
        now: Wall clock (UTC).
    """
    text = (value or "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text), LONGEST_WAIT) if len(text) < 12 else LONGEST_WAIT
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    if moment.tzinfo is None:
        return None
    return min(max((moment.astimezone(UTC) - now).total_seconds(), 0.0), LONGEST_WAIT)


def backoff(attempt: int, delay: float, jitter: float) -> float:
    """Return how many seconds to wait after a failed attempt when the site does not say.

    Args:
        attempt: 1 for the first; each next one waits twice as long.
        delay: Least seconds between two requests to this site, the measure of what it can take.
        jitter: Random number from 0 to 1, so that clients do not come back all at once.
    """
    return float(min(max(delay, _SHORTEST_BACKOFF) * 2.0 ** (attempt - 1), _LONGEST_BACKOFF) * (0.5 + jitter / 2))
