"""Drupal's settings at the end of a page: how the site understood the request, and what its maps show."""

import json
from collections.abc import Mapping
from typing import Any

from selectolax.lexbor import LexborHTMLParser

from pipeline.models import Echo

_SELECTOR = 'script[data-drupal-selector="drupal-settings-json"]'
_MAX_CHARACTERS = 8_000_000


def read_settings(parser: LexborHTMLParser) -> Mapping[str, Any]:
    """Return the settings of a page, empty when it has none that can be read.

    Args:
        parser: The whole page.
    """
    script = parser.css_first(_SELECTOR)
    text = script.text() if script is not None else None
    if not text or len(text) > _MAX_CHARACTERS:
        return {}
    try:
        settings = json.loads(text)
    except (ValueError, RecursionError):
        return {}
    return settings if isinstance(settings, Mapping) else {}


def read_echo(settings: Mapping[str, Any]) -> Echo | None:
    """Return what the page says it was asked, None when it does not.

    Args:
        settings: Of the page.
    """
    path = settings.get("path")
    if not isinstance(path, Mapping):
        return None
    query = path.get("currentQuery")
    query = query if isinstance(query, Mapping) else {}
    facets = query.get("f")
    values = facets.values() if isinstance(facets, Mapping) else facets if isinstance(facets, list) else ()
    page = query.get("page")
    return Echo(
        language=path.get("currentLanguage") if isinstance(path.get("currentLanguage"), str) else None,
        page=page if isinstance(page, str) else None,
        facets=frozenset(value for value in values if isinstance(value, str)),
    )
