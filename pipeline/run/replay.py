"""Which answers of an interrupted crawl count as asked: those that brought content, and the redirects to them.

Everything else is asked again. A login form or half a page that was answered once would otherwise make every later run
fail in the same way, without a single request.
"""

from collections.abc import Callable, Iterable
from dataclasses import replace
from http import HTTPStatus
from urllib.parse import urljoin, urlsplit

from pipeline.errors import ParseError
from pipeline.models import Exchange, Page, ParsedPage

_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_HTML = ("text/html", "application/xhtml+xml")


class Replay:
    """What an interrupted crawl can go on from.

    Args:
        exchanges: Every response of the crawl so far, with the page that it brought.
        read: Parses a page.

    Attributes:
        exchanges: Those that need not be asked again, in order; a revisit comes as the page that it stands for. Rules
            may have changed since, so robots.txt is never among them.
    """

    def __init__(self, exchanges: Iterable[tuple[Exchange, Page | None]], read: Callable[[Page], ParsedPage]) -> None:
        self._read = read
        self._parsed: dict[tuple[str, str, str], ParsedPage] = {}
        self.exchanges: list[Exchange] = []
        trail: list[Exchange] = []  # Redirects whose target is still to come.
        for exchange, page in exchanges:
            if is_robots(exchange.url) or exchange.truncated is not None:
                continue
            leads_here = bool(trail) and _target(trail[-1]) == exchange.url
            if page is not None and self._is_content(page):
                self.exchanges += [*(trail if leads_here else ()), _plain(exchange, page)]
                trail = []
            elif exchange.status in _REDIRECTS:
                is_circle = any(exchange.url == before.url for before in trail)
                trail = [*(trail if leads_here and not is_circle else ()), exchange]

    def read(self, page: Page) -> ParsedPage:
        """Parse a page, unless that was done to see if it is content.

        Raises:
            ParseError: It is no page of the source.
        """
        return self._parsed.pop(_key(page), None) or self._read(page)

    def _is_content(self, page: Page) -> bool:
        if page.content_type.split(";")[0].strip().lower() not in _HTML:
            return False
        try:
            parsed = self._parsed[_key(page)] = self._read(page)
        except ParseError:
            return False
        return parsed.kind.is_content


def is_robots(url: str) -> bool:
    """Whether an address is that of a robots.txt."""
    return urlsplit(url).path == "/robots.txt"


def _key(page: Page) -> tuple[str, str, str]:
    """Return everything of a page that parsing depends on."""
    return page.url, page.content_type, page.digest


def _plain(exchange: Exchange, page: Page) -> Exchange:
    if exchange.status != HTTPStatus.NOT_MODIFIED:
        return exchange
    headers = (("Content-Type", page.content_type),)
    return replace(exchange, status=int(HTTPStatus.OK), reason="OK", response_headers=headers, body=page.body)


def _target(exchange: Exchange) -> str | None:
    location = exchange.header("location")
    try:
        return urljoin(exchange.url, location) if location else None
    except ValueError:
        return None
