"""JSON as PHP and Drupal write it."""

import json

from pipeline.twin.query import Query

# PHP's JSON_HEX_TAG, _APOS, _AMP and _QUOT, as Drupal's Json::encode sets them; slashes are escaped by default.
JSON_ESCAPES = {"<": "\\u003C", ">": "\\u003E", "&": "\\u0026", "'": "\\u0027", '\\"': "\\u0022", "/": "\\/"}


def drupal_json(data: object) -> str:
    """Return JSON as Drupal prints it inside a script element: pure ASCII, nothing that HTML could read as markup."""
    text = json.dumps(data, separators=(",", ":"))
    for plain, escaped in JSON_ESCAPES.items():
        text = text.replace(plain, escaped)
    return text


def php_value(query: Query) -> dict[str, object]:
    """Return the parameters as PHP's json_encode sees them: an array with keys 0, 1, 2... is a list."""
    return {
        name: list(value.values()) if isinstance(value, dict) and _is_list(value) else value
        for name, value in query.parameters.items()
    }


def _is_list(array: dict[str, str]) -> bool:
    return list(array) == [str(number) for number in range(len(array))]
