"""The site as a function from request to response: routing, redirects, and the page cache."""

import re
import time
from collections.abc import Callable, Iterable
from functools import lru_cache
from http import HTTPStatus
from importlib.resources import files

from pipeline.sources.registry import load_source
from pipeline.twin.content import TwinPractice
from pipeline.twin.listing import Listing
from pipeline.twin.messages import Request, Response, cached_page, compressed, conditional
from pipeline.twin.query import Place, read_query
from pipeline.twin.render import Renderer
from pipeline.twin.shown import Edit
from pipeline.twin.theme import Theme

SOURCE_NAME = "sample"
CACHED_BODIES = 128
DETAIL_PATH = re.compile(r"gp/([0-9]{1,9})")
NODE_PATH = re.compile(r"node/([0-9]{1,9})")
SERVER_ERROR = b"The website encountered an unexpected error. Please try again later.<br />"

# Status and body of a page.
Page = tuple[int, bytes]


class TwinSite:
    """A Drupal site that lists practices. What it serves never changes; an edited site is a new TwinSite.

    Args:
        practices: What to list.
        theme: How its pages are dressed.
        clock: Gives the time of a page's first rendering, in seconds since 1970.
    """

    def __init__(
        self,
        practices: Iterable[TwinPractice],
        *,
        theme: Theme | None = None,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.source = load_source(SOURCE_NAME)
        self.listing = Listing(practices)
        self._by_key = {practice.key: practice for practice in self.listing.practices}
        self._theme = theme or Theme()
        self._render = Renderer(self.source, self.listing, self._theme)
        self._languages = {spec.prefix.lstrip("/"): code for code, spec in self.source.languages.items()}
        self._listing_paths = {path.strip("/") for path in self.source.site.listing_paths}
        self._robots = files("pipeline.twin").joinpath("robots.txt").read_bytes()
        self._clock = clock
        self._rendered_at: dict[tuple[str, str], int] = {}
        self._page = lru_cache(CACHED_BODIES)(self._render_page)

    def edited(self, practices: Iterable[TwinPractice]) -> "TwinSite":
        """Return the same site with other practices."""
        return TwinSite(practices, theme=self._theme, clock=self._clock)

    def respond(self, request: Request, edit: Edit | None = None) -> Response:
        """Return what Drupal would answer, whatever host was asked; HEAD gets the response of GET.

        Languages have a path prefix, lower case; paths are the same with a slash at the end or in capitals (core), and
        `//` is a redirect.

        Args:
            request: What was asked.
            edit: Changes what a listing page shows, None for an honest site.
        """
        target, _, query = request.target.partition("?")
        if target == "/robots.txt":
            return compressed(request, Response(200, (("Content-Type", "text/plain"),), self._robots))
        if "//" in target:
            return _redirect(302, re.sub("/+", "/", target), query)
        language, path = self._split(target.strip("/"))
        if (node := NODE_PATH.fullmatch(path.lower())) and int(node[1]) in self._by_key:
            return _redirect(301, f"{self.source.languages[language].prefix}/gp/{node[1]}", query)
        status, body = (
            self._page(language, path, query) if edit is None else self._render_page(language, path, query, edit)
        )
        if status == HTTPStatus.INTERNAL_SERVER_ERROR:
            return Response(status, (("Content-Type", "text/html; charset=UTF-8"),), body)
        address = (request.host, request.target)
        is_hit = address in self._rendered_at
        if not is_hit:
            self._rendered_at.setdefault(address, int(self._clock()))
        response = cached_page(status, body, language, self._rendered_at[address], is_hit=is_hit)
        return compressed(request, conditional(request, response))

    def _split(self, path: str) -> tuple[str, str]:
        """Return language and the path behind its prefix."""
        prefix, _, rest = path.partition("/")
        return (self._languages[prefix], rest) if prefix in self._languages else (self._languages[""], path)

    def _render_page(self, language: str, path: str, query: str, edit: Edit | None = None) -> Page:
        place = Place(language, self.source.languages[language].prefix, path, read_query(query))
        name = path.lower()
        if name in self._listing_paths:
            # Drupal 9 fails on `page[]=1`, where it expects a text.
            return (500, SERVER_ERROR) if place.query.is_malformed else (200, self._render.listing_page(place, edit))
        detail = DETAIL_PATH.fullmatch(name)
        if detail and (practice := self._by_key.get(int(detail[1]))):
            return 200, self._render.detail_page(place, practice)
        if name == "":
            return 200, self._render.message_page(place, "site", "intro", leads_to_listing=True)
        if name == "terms":
            return 200, self._render.message_page(place, "terms_title", "terms")
        return 404, self._render.message_page(place, "not_found_title", "not_found")


def _redirect(status: int, path: str, query: str) -> Response:
    """Return a redirect of the Redirect module: the query is kept as sent."""
    location = f"{path}?{query}" if query else path
    headers = (
        ("Location", location),
        ("X-Drupal-Route-Normalizer", "1"),
        ("Cache-Control", "max-age=900, public"),
        ("Content-Type", "text/html; charset=UTF-8"),
    )
    return Response(status, headers, b"")
