"""Ask for one address: bounded in time and bytes, redirects by hand, retries in this one place."""

import random
from collections.abc import Callable, Mapping
from datetime import datetime
from types import TracebackType
from typing import Self
from urllib.parse import urljoin

import httpx

from pipeline.codings import CodingError, decode_content
from pipeline.errors import (
    BadBodyError,
    DisallowedError,
    FetchError,
    HostUnreachableError,
    RedirectBlockedError,
    RobotsUnreachableError,
    UnexpectedStatusError,
)
from pipeline.fetch.robots import Robots
from pipeline.fetch.transport import Clock, PoliteTransport
from pipeline.models import Exchange
from pipeline.settings import user_agent
from pipeline.sources.spec import Source

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MAX_REDIRECTS = 5
_BUSY = frozenset({429, 500, 502, 503, 504})
_LONGEST_WAIT = 60.0
_AGAIN = "run the same command again later"


class Client:
    """Asks one source.

    Args:
        source: The site, its pace and its bounds.
        contact: Named in the user agent.
        clock: Time.
        now: Wall clock, for the time of capture.
        record: Is given every exchange, redirects and failures included.
        transport: What really sends; httpx's own by default.
        connect_to: See PoliteTransport.
    """

    def __init__(
        self,
        source: Source,
        contact: str | None,
        clock: Clock,
        now: Callable[[], datetime],
        record: Callable[[Exchange], object],
        *,
        transport: httpx.BaseTransport | None = None,
        connect_to: Mapping[str, tuple[str, int]] | None = None,
    ) -> None:
        self._source = source
        self._clock = clock
        self._now = now
        self._record = record
        self._robots: dict[str, Robots] = {}
        self.transport = PoliteTransport(source, transport or httpx.HTTPTransport(trust_env=False), clock, connect_to)
        self._http = httpx.Client(
            transport=self.transport,
            trust_env=False,
            follow_redirects=False,
            timeout=source.pace.timeout_seconds,
            headers={
                "User-Agent": user_agent(contact),
                "Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.1",
                "Accept-Encoding": "gzip",
            },
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    @property
    def robots(self) -> Mapping[str, Robots]:
        """Rules read so far, by origin."""
        return self._robots

    def get(self, url: str, language: str = "en") -> tuple[Exchange, bytes]:
        """Return the response with status 200 behind an address, and its decoded body.

        Args:
            url: Address on a host of the source.
            language: Sent as Accept-Language, because a site may negotiate.

        Raises:
            FetchError: The site did not give it; the class says why.
        """
        for _ in range(_MAX_REDIRECTS + 1):
            self._check_robots(url)
            exchange, body = self._ask(url, language)
            if exchange.status not in _REDIRECTS:
                break
            location = exchange.header("location")
            if not location:
                raise RedirectBlockedError(url, f"status {exchange.status} without a Location", _AGAIN)
            url = urljoin(url, location)
            self.transport.check_address(httpx.URL(url))
        else:
            raise RedirectBlockedError(
                url, f"more than {_MAX_REDIRECTS} redirects", "check the address in the source file"
            )
        if exchange.status != 200:
            raise UnexpectedStatusError(url, f"the site answered with status {exchange.status}", _AGAIN)
        return exchange, body

    def _check_robots(self, url: str) -> None:
        origin = str(httpx.URL(url).copy_with(raw_path=b"/robots.txt"))
        if origin not in self._robots:
            try:
                exchange, body = self._ask(origin, "en")
            except FetchError as error:
                raise RobotsUnreachableError(origin, error.cause, error.next_command) from error
            robots = Robots.read(exchange, body)
            self._robots[origin] = robots
            asked = min(max(robots.crawl_delay or 0.0, 0.0), _LONGEST_WAIT)
            self.transport.delay_seconds = max(self.transport.delay_seconds, asked)
        self._robots[origin].check(url)

    def _ask(self, url: str, language: str) -> tuple[Exchange, bytes]:
        """Ask until the answer is neither a passing failure nor a busy status, within the source's attempts."""
        attempts = self._source.pace.attempts
        for attempt in range(1, attempts + 1):
            try:
                exchange, body = self._ask_once(url, language)
                if exchange.status not in _BUSY or attempt == attempts:
                    return exchange, body
                wait = _retry_after(exchange)
            except DisallowedError:
                raise
            except FetchError:
                if attempt == attempts:
                    raise
                wait = None
            backoff = min(2.0 ** (attempt - 1), _LONGEST_WAIT) * (0.5 + random.random() / 2)
            self._clock.sleep(backoff if wait is None else wait)
        raise AssertionError("the source schema asks for at least one attempt")

    def _ask_once(self, url: str, language: str) -> tuple[Exchange, bytes]:
        deadline = self._clock.monotonic() + self._source.pace.timeout_seconds
        try:
            with self._http.stream("GET", url, headers={"Accept-Language": language}) as response:
                body = self._read(response, deadline)
        except httpx.TransportError as error:
            cause = f"the site does not answer: {type(error).__name__}: {error}".rstrip(": ")
            raise HostUnreachableError(url, cause, _AGAIN) from error
        exchange = Exchange(
            url=url,
            status=response.status_code,
            reason=response.reason_phrase,
            request_headers=_headers(response.request.headers),
            response_headers=_headers(response.headers),
            body=body,
            captured_at=self._now(),
            ip_address=_peer(response),
        )
        self._record(exchange)
        if exchange.status != 200:
            return exchange, b""
        try:
            return exchange, decode_content(body, exchange.header("content-encoding"), self._source.pace.max_body_bytes)
        except CodingError as error:
            raise BadBodyError(url, str(error), _AGAIN) from error

    def _read(self, response: httpx.Response, deadline: float) -> bytes:
        chunks: list[bytes] = []
        size = 0
        for chunk in response.iter_raw():
            size += len(chunk)
            if size > self._source.pace.max_body_bytes:
                cause = f"the body is larger than the {self._source.pace.max_body_bytes} bytes allowed"
                raise BadBodyError(
                    str(response.url), cause, "raise pace.max_body_bytes in the source file if it is real"
                )
            if self._clock.monotonic() > deadline:
                cause = f"not finished after {self._source.pace.timeout_seconds:g} s"
                raise HostUnreachableError(str(response.url), cause, _AGAIN)
            chunks.append(chunk)
        self.transport.byte_count += size
        return b"".join(chunks)


def _retry_after(exchange: Exchange) -> float | None:
    value = (exchange.header("retry-after") or "").strip()
    return min(float(value), _LONGEST_WAIT) if value.isascii() and value.isdigit() and len(value) < 10 else None


def _headers(headers: httpx.Headers) -> list[tuple[str, str]]:
    """Return headers for the archive: the body is kept without its transfer coding, so that name moves aside."""
    pairs = ((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers.raw)
    return [
        ("X-Crawl-Transfer-Encoding" if name.lower() == "transfer-encoding" else name, value) for name, value in pairs
    ]


def _peer(response: httpx.Response) -> str | None:
    stream = response.extensions.get("network_stream")
    address = stream.get_extra_info("server_addr") if stream is not None else None
    return str(address[0]) if address else None
