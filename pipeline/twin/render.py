"""Writes pages: the shell around the records, the map, facets and pager."""

import hashlib
import json
import tomllib
from collections.abc import Iterator
from functools import lru_cache, partial
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from pipeline.sources.spec import Source
from pipeline.twin.content import TwinPractice
from pipeline.twin.dress import dressed
from pipeline.twin.facets import FacetNames, facet_blocks
from pipeline.twin.listing import Asked, Listing, Selection
from pipeline.twin.maps import map_settings
from pipeline.twin.pager import pager_links
from pipeline.twin.phpjson import drupal_json, php_value
from pipeline.twin.query import Filter, Place, Query, pager_query, same_query
from pipeline.twin.records import Record, record
from pipeline.twin.shown import Edit, Rows, Shown
from pipeline.twin.theme import Theme

CACHED_FRAGMENTS = 64


class Renderer:
    """Renders the pages of one listing.

    Args:
        source: Labels, prefixes, facet aliases and sizes.
        listing: What there is to show.
        theme: How its pages are dressed.
    """

    def __init__(self, source: Source, listing: Listing, theme: Theme) -> None:
        self._source = source
        self._listing = listing
        self._names = FacetNames(source.facets)
        self._prefixes = {code: language.prefix for code, language in source.languages.items()}
        self._words = tomllib.loads(files("pipeline.twin").joinpath("words.toml").read_text(encoding="utf-8"))
        self._templates = Environment(
            loader=PackageLoader("pipeline.twin"),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=StrictUndefined,
        )
        self._theme = theme
        self._templates.globals["theme"] = theme
        self._layout = self._templates.get_template(f"layouts/{theme.layout}.html.j2")
        # Both are the same on every page of a selection, and they are most of the page.
        self._map = lru_cache(CACHED_FRAGMENTS)(self._render_map)
        self._facets = lru_cache(CACHED_FRAGMENTS)(self._render_facets)

    def listing_page(self, place: Place, edit: Edit | None = None) -> bytes:
        """Return the page of the listing that the query asks for; beyond the end it has no rows, but map and facets.

        Args:
            place: Where the page stands.
            edit: Changes what the page shows, None for an honest page.
        """
        selection = self._listing.select(self._listing.asked(self._names.known(place.query.filters)))
        words, size = self._words[place.language], self._source.paging.page_size
        page_count = -(-len(selection.places) // size)

        def rows_of(page: int) -> Rows:
            return self._practices(selection, page * size, size)

        page = place.query.page
        shown = Shown(page, rows_of(page), len(selection.places), pager_links(page, page_count))
        if edit is not None:
            shown = edit(shown, rows_of)
        # The header counts as the pager does: a page beyond the end is the last one (core's SqlBase::updatePageInfo).
        counted = min(page, max(page_count - 1, 0))
        map_html, map_json = (
            self._map(selection.asked, place.language)
            if shown.map_rows is None
            else self._map_of(shown.map_rows, place.language)
        )
        return self._page(
            "listing.html.j2",
            place,
            title=words["title"],
            canonical=self._absolute(f"{place.prefix}/{place.path}"),
            start=counted * size + 1,
            end=min((counted + 1) * size, shown.total),
            total=shown.total,
            map=map_html,
            map_settings=map_json,
            records=self._records(shown.rows, place.language),
            pager=None if self._theme.pager == "none" else shown.pager,
            pager_template=f"pagers/{self._theme.pager}.html.j2",
            href=partial(pager_query, place.query.parameters),
            # Facet links drop `page`, so the blocks of all pages are one.
            facets=self._facets(place.language, place.path, place.query.filters),
        )

    def detail_page(self, place: Place, practice: TwinPractice) -> bytes:
        """Return the page of one practice."""
        row = record(practice, place.language, self._prefixes)
        return self._page(
            "detail.html.j2",
            place,
            title=row.title,
            row=row,
            canonical=self._absolute(row.path),
            shortlink=self._absolute(f"{self._prefixes[row.language]}/node/{row.key}"),
            alternates=[
                {"code": code, "href": self._absolute(f"{self._prefixes[code]}/gp/{row.key}")}
                for code in practice.titles
            ],
        )

    def message_page(self, place: Place, title: str, text: str, *, leads_to_listing: bool = False) -> bytes:
        """Return a page with one paragraph; title and text are keys of words.toml."""
        words = self._words[place.language]
        href = f"{place.prefix}{self._source.site.listing_paths[0]}" if leads_to_listing else ""
        return self._page("message.html.j2", place, title=words[title], text=words[text], href=href)

    def _page(self, template: str, place: Place, map_settings: str = "", **values: object) -> bytes:
        settings = {
            "path": {
                "baseUrl": "/",
                "scriptPath": None,
                "pathPrefix": f"{place.prefix[1:]}/" if place.prefix else "",
                "currentPath": place.path,
                "currentPathIsAdmin": False,
                "isFront": not place.path,
                "currentLanguage": place.language,
                **({"currentQuery": php_value(place.query)} if place.query.parameters else {}),
            },
            "pluralDelimiter": "\u0003",
            "user": {"uid": 0},
        }
        query_json = json.dumps(php_value(place.query)) if place.query.parameters else ""
        text = self._templates.get_template(template).render(
            **values,
            language=place.language,
            prefix=place.prefix,
            path=place.path,
            words=self._words[place.language],
            labels=self._labels(place.language),
            layout=self._layout,
            languages=list(self._language_links(place)),
            query_json=query_json,
            # The map's part is most of the settings, and the same on every page of a selection.
            settings=Markup(drupal_json(settings)[:-1] + map_settings + "}"),
            big_pipe=Markup(drupal_json([{"command": "insert", "method": "replaceWith", "data": "<p></p>"}])),
            dom_id=_dom_id(template, place.language, place.path, query_json),
        )
        return dressed(text, self._theme.extras).encode()

    def _practices(self, selection: Selection, start: int, count: int) -> Rows:
        return tuple(self._listing.practices[at] for at in selection.places[start : start + count])

    def _records(self, practices: Rows, language: str) -> list[Record]:
        return [record(practice, language, self._prefixes) for practice in practices]

    def _render_map(self, asked: Asked, language: str) -> tuple[Markup, str]:
        return self._map_of(self._practices(self._listing.select(asked), 0, self._source.paging.map_size), language)

    def _map_of(self, practices: Rows, language: str) -> tuple[Markup, str]:
        """Return the map's HTML, and what it adds to the settings: JSON members behind a comma."""
        if self._theme.map == "none":
            return Markup(), ""
        records, labels, words = self._records(practices, language), self._labels(language), self._words[language]
        template = self._templates.get_template(f"maps/{self._theme.map.removesuffix('-old')}.html.j2")
        html = template.render(
            records=records,
            labels=labels,
            words=words,
            layout=self._layout,
            dom_id=_dom_id("map", language, str(len(practices))),
        )
        if self._theme.map == "geolocation":
            return Markup(html), ""
        macros = self._layout.make_module({"words": words})
        popups = [str(macros.record(row, labels)) for row in records]  # type: ignore[attr-defined]
        return Markup(html), f",{drupal_json(map_settings(self._theme.map, records, popups))[1:-1]}"

    def _render_facets(self, language: str, path: str, filters: tuple[Filter, ...]) -> Markup:
        place = Place(language, self._prefixes[language], path, Query(filters, 0, {}))
        blocks = list(facet_blocks(self._names, self._listing, place, self._words[language]["facets"]))
        html = self._templates.get_template("facets.html.j2").render(facets=blocks)
        return Markup(html)

    def _labels(self, language: str) -> dict[str, str]:
        labels = self._source.languages[language]
        return {name: getattr(labels, name)[0] for name in ("implementation_year", "award_year", "topics")}

    def _language_links(self, place: Place) -> Iterator[dict[str, str]]:
        query = same_query(place.query.parameters)
        for code, prefix in self._prefixes.items():
            yield {"code": code, "href": f"{prefix}/{place.path}{query}", "name": self._words[code]["language"]}

    def _absolute(self, path: str) -> str:
        return f"http://{self._source.site.hosts[0]}{path}"


def _dom_id(*parts: str) -> str:
    return hashlib.sha256("|".join(parts).encode()).hexdigest()
