"""Map popups in Drupal's settings: rows of the map block as HTML in JSON (modules Leaflet and Geofield Map)."""

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

_OPENED = '<div class="map-popups">'


def popup_rows(settings: Mapping[str, Any]) -> str:
    """Return the map's popups as one HTML element with a row for each, empty when the settings hold none.

    A practice with several points has several popups, of which one counts.

    Args:
        settings: What the page's settings element holds.
    """
    popups = dict.fromkeys(popup for feature in _features(settings) if (popup := _popup(feature)))
    rows = "".join(f'<div class="map-popup">{popup}</div>' for popup in popups)
    return f"{_OPENED}{rows}</div>" if rows else ""


def _features(settings: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the features of every map: `leaflet.ID.features` and `geofield_google_map.ID.data.features`."""
    for module in ("leaflet", "geofield_google_map"):
        for map_settings in _values(settings.get(module)):
            if isinstance(map_settings, Mapping):
                data = map_settings.get("data")
                holder = data if isinstance(data, Mapping) else map_settings
                yield from (feature for feature in _values(holder.get("features")) if isinstance(feature, Mapping))


def _values(value: object) -> list[Any]:
    """Return the items of what PHP writes as a list or, with gaps in its keys, as an object."""
    return list(value.values()) if isinstance(value, Mapping) else value if isinstance(value, list) else []


def _popup(feature: Mapping[str, Any]) -> str:
    """Return a feature's HTML; a title that stands beside it comes first, when it holds no heading of its own."""
    properties = feature.get("properties")
    described = properties.get("description") if isinstance(properties, Mapping) else None
    html = _text(feature.get("popup")) or _text(described)
    if not html.strip() or "data-leaflet-ajax-popup" in html:
        return ""
    title = _text(feature.get("label")) or _text(feature.get("title")) or _text(feature.get("tooltip"))
    return html if not title or title in html or escape(title) in html else f"<h3>{escape(title)}</h3>{html}"


def _text(value: object) -> str:
    """Return a text that stands alone or under `value`."""
    if isinstance(value, Mapping):
        value = value.get("value")
    return value if isinstance(value, str) else ""
