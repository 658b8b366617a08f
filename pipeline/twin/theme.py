"""How the twin dresses its pages: what a Drupal site's theme, views and modules decide about the markup."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Literal, get_args

from pipeline.errors import UsageError

Layout = Literal["fields", "teaser", "table", "grid", "list", "minimal"]
Map = Literal["none", "geolocation", "leaflet", "leaflet-old", "geofield"]
Pager = Literal["full", "mini", "load-more", "none"]
FacetWidget = Literal["links", "checkbox", "dropdown"]
Extra = Literal["bare", "big-pipe", "comments", "contextual", "cookies", "images", "minified", "rdf", "sidebar"]


@dataclass(frozen=True, slots=True)
class Theme:
    """Everything about a page that a reader of its records should not need to know. Every part varies by itself.

    Attributes:
        layout: Template in templates/layouts/ that prints the records.
        map: Module that draws the map: `geolocation` repeats the records as HTML, `leaflet` and `geofield` in the
            settings at the end of the page, `leaflet-old` there as well, as plain text instead of an object.
        pager: Kind of pager; `none` shows nothing, as a listing whose pages are only reached by address.
        facets: Widget of the facet blocks.
        extras: What comes on top: `bare` (a theme that prints no classes), `big-pipe` (placeholders, and chunks behind
            the body), `comments` (Twig's debug mode), `contextual` (placeholders for editors), `cookies` (a banner),
            `images` (loaded lazily, with a copy for browsers without scripts), `minified`, `rdf` (copies of titles),
            `sidebar` (a block with the words of the labels).
    """

    layout: Layout = "fields"
    map: Map = "geolocation"
    pager: Pager = "full"
    facets: FacetWidget = "links"
    extras: frozenset[Extra] = frozenset()


LAYOUTS: tuple[Layout, ...] = get_args(Layout)
MAPS: tuple[Map, ...] = get_args(Map)
PAGERS: tuple[Pager, ...] = get_args(Pager)
FACET_WIDGETS: tuple[FacetWidget, ...] = get_args(FacetWidget)
EXTRAS: tuple[Extra, ...] = get_args(Extra)


@cache
def themes() -> dict[str, Theme]:
    """Return the themes of themes.toml by name; together they use every choice that there is."""
    text = files("pipeline.twin").joinpath("themes.toml").read_text(encoding="utf-8")
    return {name: _theme(choices) for name, choices in tomllib.loads(text).items()}


def theme(name: str) -> Theme:
    """Return a theme of themes.toml.

    Raises:
        UsageError: There is none of that name.
    """
    try:
        return themes()[name]
    except KeyError:
        raise UsageError(name, "the twin has no such layout", f"choose one of {', '.join(themes())}") from None


def _theme(choices: dict[str, Any]) -> Theme:
    return Theme(**{**choices, "extras": frozenset(choices.get("extras", ()))})
