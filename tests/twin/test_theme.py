"""Themes: what dresses a page, and that nothing else about it changes."""

import json
import re
from collections.abc import Iterator

import pytest

from pipeline.errors import UsageError
from pipeline.twin.content import generate
from pipeline.twin.messages import Request
from pipeline.twin.site import TwinSite
from pipeline.twin.theme import EXTRAS, FACET_WIDGETS, LAYOUTS, MAPS, Theme, theme, themes

PRACTICES = generate(12)
SETTINGS = re.compile(r'<script type="application/json" data-drupal-selector="drupal-settings-json">(.*?)</script>')


def page(dress: Theme, target: str = "/databases/gp") -> str:
    """A page of a small site in that theme."""
    return TwinSite(PRACTICES, theme=dress).respond(Request("GET", target)).body.decode()


def test_the_named_themes_use_every_choice() -> None:
    """A pager without links can not be crawled, so none of them has it."""
    named = themes().values()
    assert {one.layout for one in named} == set(LAYOUTS)
    assert {one.map for one in named} == set(MAPS)
    assert {one.facets for one in named} == set(FACET_WIDGETS)
    assert {one.pager for one in named} == {"full", "mini", "load-more"}
    assert frozenset[str]().union(*(one.extras for one in named)) == set(EXTRAS)


def test_an_unknown_theme_is_refused_with_those_that_there_are() -> None:
    """A wrong `--layout` is wrong usage."""
    with pytest.raises(UsageError, match="choose one of fields, teaser"):
        theme("fancy")


@pytest.mark.parametrize("name", list(themes()))
def test_a_page_prints_every_field_of_its_records(name: str) -> None:
    """Title, years, place, paragraphs and topics of all ten, in the order of the listing."""
    text = page(themes()[name])
    text = text[text.index("<main") :]
    site = TwinSite(PRACTICES)
    for practice in site.listing.practices[:10]:
        texts = [practice.titles["en"], *practice.summaries["en"], str(practice.implementation_year)]
        assert [one for one in texts if one.replace("&", "&amp;") not in text] == []


@pytest.mark.parametrize("kind", ["leaflet", "leaflet-old", "geofield"])
def test_a_map_in_the_settings_has_a_window_for_every_record(kind: str) -> None:
    """As HTML in JSON; old Leaflet as a text, new as an object, Geofield Map as a description."""
    found = SETTINGS.search(page(Theme(map=kind)))
    assert found is not None
    (features,) = windows(json.loads(found[1]))
    assert len(features) == len(PRACTICES)
    assert all("Implementation year: " in window for window in features)


def windows(settings: dict[str, dict[str, dict[str, list[dict]]]]) -> Iterator[list[str]]:
    """The windows of each map."""
    for one in settings.get("leaflet", {}).values():
        yield [f["popup"]["value"] if isinstance(f["popup"], dict) else f["popup"] for f in one["features"]]
    for one in settings.get("geofield_google_map", {}).values():
        yield [feature["properties"]["description"] for feature in one["data"]["features"]]


@pytest.mark.parametrize(
    ("extra", "there", "gone"),
    [
        ("bare", "js-view-dom-id-", "views-field"),
        ("big-pipe", '</body>\n<script type="application/vnd.drupal-ajax"', ""),
        ("comments", "<!-- THEME DEBUG -->", ""),
        ("cookies", "eu-cookie-compliance-banner", ""),
        ("images", 'loading="lazy"', ""),
        ("minified", "</div><div", ">\n<"),
        ("sidebar", "Implementation year: 1999", ""),
    ],
)
def test_an_extra_comes_on_top_and_not_without_being_asked(extra: str, there: str, gone: str) -> None:
    """What it adds is not on the plain page, and what it takes away is."""
    plain, dressed = page(Theme()), page(Theme(extras=frozenset({extra})))
    assert there in dressed
    assert extra in ("bare", "minified") or there not in plain
    assert not gone or (gone in plain and gone not in dressed)


def test_a_page_without_pager_links_to_no_other_page() -> None:
    """Some listings only show their first page."""
    assert "page=1" in page(Theme())
    assert "page=1" not in page(Theme(pager="none"))
