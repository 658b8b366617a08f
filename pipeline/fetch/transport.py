"""The one way to the network: every request, redirect and retry passes here, so politeness can not be bypassed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import httpx

from pipeline.errors import RedirectBlockedError
from pipeline.sources.spec import Source


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
    """Keeps the pace and the hosts of one source.

    Args:
        source: Says the allowed hosts and the least delay.
        inner: What really sends.
        clock: Time.
        connect_to: Address of a local server that plays a host, by host name; the Host header stays as it was.
    """

    def __init__(
        self,
        source: Source,
        inner: httpx.BaseTransport,
        clock: Clock,
        connect_to: Mapping[str, tuple[str, int]] | None = None,
    ) -> None:
        self._inner = inner
        self._clock = clock
        self._connect_to = connect_to or {}
        listing = httpx.URL(source.site.listing_url)
        self._hosts = frozenset(source.site.hosts)
        self._ports = frozenset({listing.port, None})
        self._next_start = float("-inf")
        self.delay_seconds = source.pace.delay_seconds
        self.request_count = 0
        self.byte_count = 0

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Wait for the source's turn, then send.

        Raises:
            RedirectBlockedError: The address is on no host of the source.
            httpx.TransportError: As the inner transport.
        """
        self.check_address(request.url)
        wait = self._next_start - self._clock.monotonic()
        if wait > 0:
            self._clock.sleep(wait)
        self._next_start = self._clock.monotonic() + self.delay_seconds
        self.request_count += 1
        target = self._connect_to.get(request.url.host)
        if target is not None:
            url = request.url.copy_with(scheme="http", host=target[0], port=target[1])
            request = httpx.Request(
                request.method, url, headers=request.headers, stream=request.stream, extensions=request.extensions
            )
        return self._inner.handle_request(request)

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

    def close(self) -> None:
        """Close the inner transport."""
        self._inner.close()
