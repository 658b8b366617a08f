"""The one way to the network: every request, redirect and retry passes here, so politeness can not be bypassed."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import httpx

from pipeline.errors import BudgetError, RedirectBlockedError
from pipeline.fetch.pace import Pace
from pipeline.sources.spec import Source

_RESUME = "run the same command again: the crawl goes on where it stopped; or raise the limit in the source file"


@dataclass(frozen=True, slots=True)
class Clock:
    """Time as an argument.

    Attributes:
        monotonic: Returns seconds.
        sleep: Waits for seconds.
    """

    monotonic: Callable[[], float]
    sleep: Callable[[float], None]


class PoliteTransport(httpx.BaseTransport):
    """Keeps the pace, the hosts and the budgets of one source.

    Args:
        source: Says the allowed hosts, the least delay and the budgets.
        inner: What really sends.
        clock: Time.

    Attributes:
        pace: Time between requests.
        request_count: Requests sent.
        byte_count: Bytes of bodies received.
        statuses: How often each status came.
        longest_wait: Longest time (seconds) that was kept between two requests.
        sent_at: When the last request was sent, on the monotonic clock.
    """

    def __init__(self, source: Source, inner: httpx.BaseTransport, clock: Clock) -> None:
        self._inner = inner
        self._clock = clock
        self._limits = source.pace
        self._hosts = frozenset(source.site.hosts)
        self._ports = frozenset({httpx.URL(source.site.listing_url).port, None})
        self._started_at = clock.monotonic()
        self._next_start = float("-inf")
        self.pace = Pace(source.pace.delay_seconds)
        self.request_count = 0
        self.byte_count = 0
        self.statuses: Counter[int] = Counter()
        self.longest_wait = 0.0
        self.sent_at = float("-inf")

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Wait for the source's turn, then send.

        Raises:
            RedirectBlockedError: The address is on no host of the source.
            BudgetError: A budget is used up.
            httpx.TransportError: As the inner transport.
        """
        self.check_address(request.url)
        wait = max(self._next_start - self._clock.monotonic(), 0.0)
        self._check_budgets(str(request.url), wait)
        if wait > 0:
            self._clock.sleep(wait)
            self.longest_wait = max(self.longest_wait, wait)
        self._next_start = self._clock.monotonic() + self.pace.delay
        self.request_count += 1
        self.sent_at = self._clock.monotonic()
        response = self._inner.handle_request(request)
        self.statuses[response.status_code] += 1
        if not isinstance(response.stream, httpx.SyncByteStream):
            raise TypeError("a synchronous transport gives a synchronous stream")
        response.stream = _Counted(response.stream, self)
        return response

    def check_address(self, url: httpx.URL) -> None:
        """Accept an address of this source.

        Raises:
            RedirectBlockedError: It is on another host, port or scheme, or carries a user name.
        """
        if url.scheme in ("http", "https") and url.host in self._hosts and url.port in self._ports and not url.userinfo:
            return
        raise RedirectBlockedError(
            str(url),
            "the address is on no host of the source",
            "add the host to the source file if it is the same site",
        )

    def rest(self, seconds: float) -> None:
        """Send nothing for so many seconds."""
        self._next_start = max(self._next_start, self._clock.monotonic() + seconds)

    def _check_budgets(self, url: str, wait: float) -> None:
        limits = self._limits
        if self.request_count >= limits.max_requests:
            raise BudgetError(url, f"the crawl has sent the {limits.max_requests} requests allowed", _RESUME)
        if self.byte_count >= limits.max_total_bytes:
            raise BudgetError(url, f"the crawl has received the {limits.max_total_bytes} bytes allowed", _RESUME)
        if self._clock.monotonic() + wait - self._started_at >= limits.max_seconds:
            raise BudgetError(url, f"the crawl has lasted the {limits.max_seconds:g} s allowed", _RESUME)

    def close(self) -> None:
        """Close the inner transport."""
        self._inner.close()


class _Counted(httpx.SyncByteStream):
    """A body whose bytes are counted while they are read."""

    def __init__(self, stream: httpx.SyncByteStream, transport: PoliteTransport) -> None:
        self._stream = stream
        self._transport = transport

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._stream:
            self._transport.byte_count += len(chunk)
            yield chunk

    def close(self) -> None:
        self._stream.close()
