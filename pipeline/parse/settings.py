"""Drupal's settings at the end of a page: how the site understood the request."""

import json
from collections.abc import Mapping

from selectolax.lexbor import LexborHTMLParser

from pipeline.models import Echo

_SELECTOR = 'script[data-drupal-selector="drupal-settings-json"]'
_MAX_CHARACTERS = 2_000_000


def read_echo(parser: LexborHTMLParser) -> Echo | None:
    """Return what the page says it was asked, None when it has no readable settings.

    Args:
        parser: The whole page.
    """
    script = parser.css_first(_SELECTOR)
    text = script.text() if script is not None else None
    if not text or len(text) > _MAX_CHARACTERS:
        return None
    try:
        path = json.loads(text).get("path")
    except (ValueError, RecursionError, AttributeError):
        return None
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
