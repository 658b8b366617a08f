"""The map's records where a module prints them as data: in the settings at the end of the page."""

from collections.abc import Sequence

from pipeline.twin.records import Record
from pipeline.twin.theme import Map

Settings = dict[str, object]
MAP_ID = "map-view-good-practices-attachment-1"


def map_settings(kind: Map, records: Sequence[Record], popups: Sequence[str]) -> Settings:
    """Return what a map module adds to the settings of a page, nothing when it adds nothing.

    Args:
        kind: The module.
        records: What the map shows.
        popups: HTML of each record's window.
    """
    if kind == "leaflet":
        features: list[Settings] = [
            {**_point(row), "title": row.title, "popup": {"value": popup, "options": '{"maxWidth":"300"}'}}
            for row, popup in zip(records, popups, strict=True)
        ]
    elif kind == "leaflet-old":
        features = [
            {**_point(row), "label": row.title, "popup": popup} for row, popup in zip(records, popups, strict=True)
        ]
    elif kind == "geofield":
        features = [_geofield(row, popup) for row, popup in zip(records, popups, strict=True)]
        return {"geofield_google_map": {f"geofield-{MAP_ID}": {"data": _collection(features)}}}
    else:
        return {}
    return {"leaflet": {f"leaflet-{MAP_ID}": {"mapid": f"leaflet-{MAP_ID}", "features": features}}}


def _point(row: Record) -> Settings:
    return {"type": "point", "lat": row.latitude, "lon": row.longitude, "entity_id": str(row.key), "weight": 0}


def _geofield(row: Record, popup: str) -> Settings:
    geometry = {"type": "Point", "coordinates": [row.longitude, row.latitude]}
    properties = {"description": popup, "data": {"entity_id": str(row.key)}, "tooltip": row.title}
    return {"type": "Feature", "geometry": geometry, "properties": properties}


def _collection(features: list[Settings]) -> Settings:
    return {"type": "FeatureCollection", "features": features}
