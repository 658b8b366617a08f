"""Map popups in the settings, in the forms that the two map modules give them."""

from typing import Any

import pytest

from pipeline.parse.popups import popup_rows

POPUP = '<a href="/gp/1">A title</a>'


def leaflet(*features: object) -> dict[str, Any]:
    """Settings of one Leaflet map."""
    return {"leaflet": {"map-1": {"features": list(features)}}}


@pytest.mark.parametrize(
    "settings",
    [
        leaflet({"popup": POPUP}),
        leaflet({"popup": {"value": POPUP, "options": "{}"}}),
        leaflet({"popup": POPUP}, {"popup": POPUP}),
        {"leaflet": {"map-1": {"features": {"3": {"popup": POPUP}}}}},
        {"leaflet": [{"features": [{"popup": POPUP}]}]},
        {"geofield_google_map": {"m": {"data": {"features": [{"properties": {"description": POPUP}}]}}}},
        leaflet({"popup": POPUP, "label": "A title"}, {"popup": ""}, {"type": "point"}, None),
    ],
)
def test_every_form_gives_one_row(settings: dict[str, Any]) -> None:
    """A practice with two points is one; what PHP writes as an object is a list with gaps."""
    assert popup_rows(settings).count("map-popup") == 1 + 1
    assert popup_rows(settings).count(POPUP) == 1


def test_a_title_beside_the_popup_comes_first() -> None:
    """Escaped, since it is text."""
    assert "<h3>A &lt;b&gt; title</h3><p>Text</p>" in popup_rows(
        leaflet({"popup": "<p>Text</p>", "label": "A <b> title"})
    )


@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"leaflet": None},
        {"leaflet": "map"},
        {"leaflet": {"map-1": {"features": "none"}}},
        leaflet({"popup": '<div class="leaflet-ajax-popup" data-leaflet-ajax-popup="/ask"></div>'}),
        leaflet({"popup": {"other": 1}}),
        leaflet("point"),
    ],
)
def test_settings_without_popups_give_no_row(settings: dict[str, Any]) -> None:
    """Popups that a browser would only ask for are none."""
    assert popup_rows(settings) == ""
