"""Ask for pages: robots first, redirects by hand, retries in this one place, and nothing twice that is there."""

import random
from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from http.cookiejar import CookieJar, DefaultCookiePolicy
from types import TracebackType
from typing import Self
from urllib.parse import urljoin, urlsplit

import httpx

from pipeline.codings import CodingError, decode_content
from pipeline.errors import (
    BadBodyError,
    CircuitOpenError,
    DeadlineError,
    FetchError,
    HostUnreachableError,
    NoContentError,
    RedirectBlockedError,
    RobotsUnreachableError,
    TlsError,
    UnexpectedStatusError,
)
from pipeline.fetch.exchange import AGAIN, Asker
from pipeline.fetch.network import DeadlineTransport
from pipeline.fetch.retry import backoff, retry_after
from pipeline.fetch.robots import MAX_BYTES, Robots
from pipeline.fetch.transport import Clock, PoliteTransport
from pipeline.models import Exchange
from pipeline.settings import user_agent
from pipeline.sources.spec import Source

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_MAX_REDIRECTS = 5
_BUSY = frozenset({429, 500, 502, 503, 504})
_PASSING = (HostUnreachableError, DeadlineError, BadBodyError)
_FAILURES_IN_A_ROW = 12
# RFC 9309, 2.4: a copy of robots.txt is used for at most a day; rules may change while a crawl runs, so ask sooner.
_ROBOTS_FRESH = 3600.0
_ROBOTS_USABLE = 86_400.0


@dataclass(frozen=True, slots=True)
class Earlier:
    """A page as an earlier crawl received it.

    Attributes:
        etag: Its validator, as sent.
        last_modified: Its other validator; Drupal answers 304 only to both.
        body: Its decoded body.
    """

    etag: str
    last_modified: str
    body: bytes


class Client:
    """Asks one source.

    Args:
        source: The site, its pace and its bounds.
        contact: Named in the user agent.
        clock: Time.
        now: Wall clock, for the time of capture.
        record: Is given every new exchange, redirects and failures included.
        transport: What really sends; by default real sockets with one deadline for each request.
        connect_to: Address of a local server that plays a host, by host name.
        replay: Exchanges of the same crawl before it was interrupted, in order; they are not asked for again.
        earlier: Returns a page of an earlier crawl by its address, for conditional requests.
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
        replay: Iterable[Exchange] = (),
        earlier: Callable[[str], Earlier | None] = lambda _: None,
    ) -> None:
        self._source = source
        self._clock = clock
        self._now = now
        self._earlier = earlier
        self._robots: dict[str, tuple[Robots, float]] = {}
        self._failures = 0
        self._replay: defaultdict[str, deque[Exchange]] = defaultdict(deque)
        for exchange in replay:
            self._replay[exchange.url].append(exchange)
        seconds = source.pace.timeout_seconds
        local = [host for host in source.site.hosts if _is_local(host)]
        inner = transport or DeadlineTransport(seconds, clock.monotonic, local, connect_to)
        self.transport = PoliteTransport(source, inner, clock)
        self._http = httpx.Client(
            transport=self.transport,
            trust_env=False,
            follow_redirects=False,
            timeout=seconds,
            cookies=CookieJar(DefaultCookiePolicy(allowed_domains=())),
            headers={
                "User-Agent": user_agent(contact),
                "Accept": "text/html,application/xhtml+xml;q=0.9,*/*;q=0.1",
                "Accept-Encoding": "gzip",
            },
        )
        self._asker = Asker(self._http, source.pace, clock, now, record)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.close()

    @property
    def robots(self) -> Mapping[str, Robots]:
        """Rules in force, by address of robots.txt."""
        return {origin: robots for origin, (robots, _) in self._robots.items()}

    def get(self, url: str, language: str = "en") -> tuple[Exchange, bytes]:
        """Return the response with status 200 behind an address, and its decoded body.

        Args:
            url: Address on a host of the source.
            language: Sent as Accept-Language, because a site may negotiate.

        Raises:
            FetchError: The site did not give it; the class says why.
        """
        for _ in range(_MAX_REDIRECTS + 1):
            self.check_robots(url)
            exchange, body = self._ask(url, language)
            if exchange.status not in _REDIRECTS:
                break
            url = self._target(url, exchange)
        else:
            raise RedirectBlockedError(url, f"more than {_MAX_REDIRECTS} redirects", "check site.listing_url")
        if exchange.status != httpx.codes.OK:
            raise UnexpectedStatusError(url, f"the site answered with status {exchange.status}", AGAIN)
        return exchange, body

    def _target(self, url: str, exchange: Exchange) -> str:
        location = exchange.header("location")
        if not location:
            raise RedirectBlockedError(url, f"status {exchange.status} without a Location", AGAIN)
        try:
            target = urljoin(url, location)
            self.transport.check_address(httpx.URL(target))
        except (ValueError, httpx.InvalidURL) as error:
            raise RedirectBlockedError(url, f"a redirect to {location[:200]!r}, which is no address", AGAIN) from error
        if urlsplit(target).path.endswith("/user/login"):
            raise NoContentError(url, "the site asks to log in", "this crawl reads public pages only")
        return target

    def check_robots(self, url: str) -> None:
        """Accept an address that robots.txt allows; read it first when it is not known or not fresh.

        Raises:
            RobotsUnreachableError: The rules can not be known.
            DisallowedError: They forbid it.
        """
        origin = str(httpx.URL(url).copy_with(raw_path=b"/robots.txt"))
        known = self._robots.get(origin)
        if known is None or self._clock.monotonic() - known[1] > _ROBOTS_FRESH:
            try:
                robots = self._read_robots(origin)
            except RobotsUnreachableError:
                if known is None or self._clock.monotonic() - known[1] > _ROBOTS_USABLE:
                    raise
            else:
                self._robots[origin] = (robots, self._clock.monotonic())
                self.transport.pace.at_least(robots.crawl_delay or 0.0)
        self._robots[origin][0].check(url)

    def _read_robots(self, origin: str) -> Robots:
        url = origin
        for _ in range(_MAX_REDIRECTS + 1):
            try:
                exchange, body = self._ask(url, "en", MAX_BYTES + 1)
                if exchange.status not in _REDIRECTS:
                    return Robots.read(exchange, body)
                url = self._target(url, exchange)
            except RobotsUnreachableError:
                raise
            except FetchError as error:
                raise RobotsUnreachableError(origin, error.cause, error.next_command) from error
        # RFC 9309, 2.3.1.2: after five redirects the file counts as unavailable, which allows all; be careful instead.
        raise RobotsUnreachableError(origin, f"more than {_MAX_REDIRECTS} redirects", AGAIN)

    def _ask(self, url: str, language: str, prefix: int | None = None) -> tuple[Exchange, bytes]:
        """Ask until the answer is neither a passing failure nor a busy status, within the source's attempts."""
        if self._replay[url]:
            exchange = self._replay[url].popleft()
            return exchange, self._replayed_body(exchange)
        attempts = self._source.pace.attempts
        for attempt in range(1, attempts + 1):
            is_last = attempt == attempts
            try:
                exchange, body = self._ask_conditionally(url, language, prefix)
            except TlsError:
                raise
            except _PASSING:
                self._failed(url)
                if is_last:
                    raise
                self._rest(attempt)
            else:
                if exchange.status not in _BUSY:
                    self._failures = 0
                    self.transport.pace.answered(self._clock.monotonic() - self.transport.sent_at)
                    return exchange, body
                self._failed(url)
                if is_last:
                    return exchange, body
                wait = retry_after(exchange.header("retry-after"), self._now())
                if wait is None:
                    self._rest(attempt)
                else:
                    self.transport.rest(wait)
        raise AssertionError("the source schema asks for at least one attempt")

    def struggled(self, attempt: int) -> None:
        """Slow down, because an answer came that is no answer to the question.

        Args:
            attempt: 1 for the first such answer to a question.
        """
        self.transport.pace.failed()
        self._rest(attempt)

    def _rest(self, attempt: int) -> None:
        self.transport.rest(backoff(attempt, self._source.pace.delay_seconds, random.random()))

    def _failed(self, url: str) -> None:
        self.transport.pace.failed()
        self._failures += 1
        if self._failures >= _FAILURES_IN_A_ROW:
            raise CircuitOpenError(url, f"{self._failures} requests in a row failed", AGAIN)

    def _ask_conditionally(self, url: str, language: str, prefix: int | None) -> tuple[Exchange, bytes]:
        """Ask with both validators of an earlier capture, if there is one; ask plainly when the answer does not fit."""
        headers = {"Accept-Language": language}
        earlier = self._earlier(url)
        if earlier is not None:
            validators = {"If-None-Match": earlier.etag, "If-Modified-Since": earlier.last_modified}
            exchange, body = self._asker.ask(url, headers | validators)
            if exchange.status != httpx.codes.NOT_MODIFIED:
                return exchange, body
            if exchange.header("etag") in (None, earlier.etag):
                return _as_found(exchange), earlier.body
        return self._asker.ask(url, headers, prefix)

    def _replayed_body(self, exchange: Exchange) -> bytes:
        try:
            coding = exchange.header("content-encoding")
            return decode_content(exchange.body, coding, self._source.pace.max_body_bytes)
        except CodingError as error:
            raise BadBodyError(exchange.url, str(error), AGAIN) from error


def _as_found(exchange: Exchange) -> Exchange:
    """Return a 304 as the 200 that it stands for; the archive keeps it as it came."""
    return Exchange(
        exchange.url,
        int(httpx.codes.OK),
        "OK",
        exchange.request_headers,
        (("content-type", "text/html"),),
        b"",
        exchange.captured_at,
        exchange.ip_address,
    )


def _is_local(host: str) -> bool:
    """Whether a host of the source file is itself an address, or this machine."""
    return host == "localhost" or host.replace(".", "").isdigit() or ":" in host
