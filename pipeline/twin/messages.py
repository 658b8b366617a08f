"""Requests and responses as plain values, and the HTTP habits of a Drupal page cache behind a web server."""

import gzip
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from email.utils import formatdate
from http import HTTPStatus
from typing import Protocol

Headers = tuple[tuple[str, str], ...]

# Core's page cache keeps only these on a 304.
KEPT_ON_304 = frozenset({"cache-control", "content-location", "expires", "vary"})
# Level 1 halves the time of level 6 and costs a few kB on a loopback line.
GZIP_LEVEL = 1


@dataclass(frozen=True, slots=True)
class Request:
    """What a client asked.

    Attributes:
        method: GET or HEAD.
        target: Path and query as sent.
        headers: Header values by lower-case name.
    """

    method: str
    target: str
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def host(self) -> str:
        """Return the host that was asked, without port."""
        return self.headers.get("host", "").partition(":")[0].lower()


@dataclass(frozen=True, slots=True)
class Response:
    """What the site answers; the server adds Date, Server and Content-Length.

    Attributes:
        status: HTTP status code.
        headers: Name and value pairs, in order.
        body: Payload; the server leaves it out for HEAD.
        fault: Name of the fault that made it, for the log; empty for an honest answer.
    """

    status: int
    headers: Headers = ()
    body: bytes = b""
    fault: str = ""

    def header(self, name: str) -> str | None:
        """Return the first value of a header, None when it is absent."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


class Responder(Protocol):
    """Whatever answers requests: a TwinSite, or something around one that adds faults."""

    def respond(self, request: Request) -> Response:
        """Return the response to a request."""


def cached_page(status: int, body: bytes, language: str, rendered_at: int, *, is_hit: bool) -> Response:
    """Return a page as Drupal's page cache sends it to anonymous visitors; the validators are its time of rendering."""
    headers = (
        ("Cache-Control", "max-age=900, public"),
        ("X-Drupal-Dynamic-Cache", "MISS"),
        ("X-UA-Compatible", "IE=edge"),
        ("Content-language", language),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "SAMEORIGIN"),
        ("Expires", "Sun, 19 Nov 1978 05:00:00 GMT"),
        ("Last-Modified", formatdate(rendered_at, usegmt=True)),
        ("ETag", f'"{rendered_at}"'),
        ("Vary", "Cookie,Accept-Encoding"),
        ("X-Generator", "Drupal 9 (https://www.drupal.org)"),
        ("X-Drupal-Cache", "HIT" if is_hit else "MISS"),
        ("Content-Type", "text/html; charset=UTF-8"),
    )
    return Response(status, headers, body)


def conditional(request: Request, response: Response) -> Response:
    """Return a 304 when both validators were sent and both are exactly ours, else the response as it is.

    Core wants both (PageCache::deliver); one alone, as most clients send, gets a full 200.
    """
    asked = request.headers.get("if-none-match"), request.headers.get("if-modified-since")
    ours = response.header("etag"), response.header("last-modified")
    if response.status != HTTPStatus.OK or None in ours or asked != ours:
        return response
    return Response(
        HTTPStatus.NOT_MODIFIED, tuple((name, value) for name, value in response.headers if name.lower() in KEPT_ON_304)
    )


def compressed(request: Request, response: Response) -> Response:
    """Return the response with a gzip body when the client takes one."""
    if not response.body or not _accepts_gzip(request.headers.get("accept-encoding", "")):
        return response
    body = gzip.compress(response.body, GZIP_LEVEL, mtime=0)
    return replace(response, headers=(*response.headers, ("Content-Encoding", "gzip")), body=body)


def _accepts_gzip(accepted: str) -> bool:
    for coding in accepted.lower().split(","):
        name, _, quality = coding.replace(" ", "").partition(";q=")
        if name in ("gzip", "x-gzip", "*"):
            return quality.strip("0.") != "" or quality == ""
    return False
