"""One request and its answer, bounded in time and bytes, and judged: whole, or only evidence."""

import re
import ssl
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

import httpx

from pipeline.codings import CodingError, decode_content
from pipeline.errors import (
    BadBodyError,
    DeadlineError,
    FetchError,
    HostUnreachableError,
    RedirectBlockedError,
    TlsError,
)
from pipeline.fetch.transport import Clock
from pipeline.models import Exchange
from pipeline.sources.spec import Pace

AGAIN = "run the same command again later; what was fetched is kept"
# A body slower than this, once it had some time, is a drip: it would hold up the crawl, page after page.
_LEAST_BYTES_PER_SECOND = 100
_GRACE_SECONDS = 5.0
# Drupal behind a cache sends about twenty.
_MOST_HEADERS = 500
_HTML_BEGINS = re.compile(rb"<html[\s>]", re.IGNORECASE)
_HTML_ENDS = re.compile(rb"</html\s*>", re.IGNORECASE)


class Asker:
    """Sends single requests.

    Args:
        http: Client over the polite transport.
        limits: Of one request.
        clock: Time.
        now: Wall clock, for the time of capture.
        record: Is given every exchange for which a status came.
    """

    def __init__(
        self,
        http: httpx.Client,
        limits: Pace,
        clock: Clock,
        now: Callable[[], datetime],
        record: Callable[[Exchange], object],
    ) -> None:
        self._http = http
        self._limits = limits
        self._clock = clock
        self._now = now
        self._record = record

    def ask(self, url: str, headers: dict[str, str], prefix: int | None = None) -> tuple[Exchange, bytes]:
        """Return the answer and its decoded body, empty for another status than 200.

        Args:
            url: Address.
            headers: Beside those of every request.
            prefix: How many decoded bytes matter, None when only a whole body counts.

        Raises:
            HostUnreachableError, DeadlineError, BadBodyError: No answer, or none that is whole.
        """
        chunks: list[bytes] = []
        failure: FetchError | None = None
        try:
            with self._http.stream("GET", url, headers=headers) as response:
                # Asked now: of a connection that breaks, nobody can say any more where it led.
                peer = _peer(response)
                started_at = self._clock.monotonic()
                try:
                    self._read(response, started_at, chunks, prefix)
                except httpx.RemoteProtocolError as error:
                    failure = BadBodyError(url, f"the body is cut short or badly framed: {error}", AGAIN)
                except httpx.TransportError as error:
                    failure = _failure(url, error)
                except FetchError as error:
                    failure = error
        except httpx.TransportError as error:
            if "location header" in str(error):
                raise RedirectBlockedError(url, f"a redirect to what is no address: {error}", AGAIN) from error
            raise _failure(url, error) from error
        except httpx.InvalidURL as error:
            raise RedirectBlockedError(url, f"a redirect to what is no address: {error}", AGAIN) from error
        exchange = self._exchange(url, response, peer, b"".join(chunks), failure)
        body = b""
        if failure is None and exchange.status == httpx.codes.OK:
            body, failure = self._decoded(exchange, prefix)
            if failure is not None:
                exchange = replace(exchange, truncated=_in_warc_words(failure))
        if prefix is not None and len(exchange.body) > prefix:
            exchange = replace(exchange, truncated="length")
        self._record(exchange)
        if failure is not None:
            raise failure
        return exchange, body

    def _read(self, response: httpx.Response, started_at: float, chunks: list[bytes], prefix: int | None) -> None:
        size = 0
        # Of a redirect or an error only the status counts; its body is not worth a large download.
        most = self._limits.max_body_bytes if response.status_code == httpx.codes.OK else 1 << 20
        if len(response.headers.raw) > _MOST_HEADERS:
            raise HostUnreachableError(str(response.url), f"the answer has {len(response.headers.raw)} headers", AGAIN)
        for chunk in response.iter_raw():
            chunks.append(chunk)
            size += len(chunk)
            if prefix is not None and size > prefix and "content-encoding" not in response.headers:
                return
            seconds = self._clock.monotonic() - started_at
            if size > most:
                cause = f"the body is larger than the {most} bytes allowed"
                next_command = "raise pace.max_body_bytes in the source file if pages really are that large"
                raise BadBodyError(str(response.url), cause, next_command)
            if seconds > self._limits.timeout_seconds:
                cause = f"the answer was not finished after {self._limits.timeout_seconds:g} s"
                raise DeadlineError(str(response.url), cause, AGAIN)
            if seconds > _GRACE_SECONDS and size < _LEAST_BYTES_PER_SECOND * seconds:
                cause = f"the body drips: {size} bytes in {seconds:.0f} s"
                raise DeadlineError(str(response.url), cause, AGAIN)

    def _exchange(
        self, url: str, response: httpx.Response, peer: str | None, body: bytes, failure: FetchError | None
    ) -> Exchange:
        return Exchange(
            url=url,
            status=response.status_code,
            reason=response.reason_phrase,
            request_headers=_headers(response.request.headers),
            response_headers=_headers(response.headers),
            body=body,
            captured_at=self._now(),
            ip_address=peer,
            truncated=None if failure is None else _in_warc_words(failure),
        )

    def _decoded(self, exchange: Exchange, prefix: int | None) -> tuple[bytes, FetchError | None]:
        coding = exchange.header("content-encoding")
        try:
            body = decode_content(exchange.body, coding, self._limits.max_body_bytes, prefix)
        except CodingError as error:
            return b"", BadBodyError(exchange.url, str(error), AGAIN)
        if _HTML_BEGINS.search(body[:4096]) and not _HTML_ENDS.search(body):
            return b"", BadBodyError(exchange.url, "the page is cut short: its </html> is missing", AGAIN)
        return body, None


def _failure(url: str, error: httpx.TransportError) -> FetchError:
    text = f"{type(error).__name__}: {error}".rstrip(": ")
    if isinstance(error, httpx.ConnectError) and isinstance(_root(error), ssl.SSLError):
        return TlsError(url, f"the connection is not secure: {text}", "check the host name and the machine's clock")
    if isinstance(error, httpx.ReadTimeout):
        return DeadlineError(url, f"the answer did not come in time: {text}", AGAIN)
    return HostUnreachableError(url, f"the site does not answer: {text}", AGAIN)


def _root(error: BaseException) -> BaseException:
    while (below := error.__cause__ or error.__context__) is not None:
        error = below
    return error


def _in_warc_words(failure: FetchError) -> str:
    if isinstance(failure, DeadlineError):
        return "time"
    if isinstance(failure, HostUnreachableError):
        return "disconnect"
    if "badly framed" in failure.cause:
        return "disconnect"
    return "length" if "larger" in failure.cause else "unspecified"


def _headers(headers: httpx.Headers) -> list[tuple[str, str]]:
    """Return headers for the archive: the body is kept without its transfer coding, so that name moves aside."""
    pairs = ((name.decode("latin-1"), value.decode("latin-1")) for name, value in headers.raw)
    return [
        ("X-Crawl-Transfer-Encoding" if name.lower() == "transfer-encoding" else name, value) for name, value in pairs
    ]


def _peer(response: httpx.Response) -> str | None:
    stream = response.extensions.get("network_stream")
    if stream is None:
        return None
    try:
        address = stream.get_extra_info("server_addr")
    except OSError:  # the peer has reset the connection already
        return None
    return str(address[0]) if address else None
