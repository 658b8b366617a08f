"""Reads a query string as PHP and Drupal read it, and writes the links that Drupal prints."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote, unquote_plus

Value = str | dict[str, str]
Filter = tuple[str, str]
# PHP's (int) reads the digits in front and ignores the rest.
LEADING_INTEGER = re.compile(r"\s*([0-9]{1,15})")


@dataclass(frozen=True, slots=True)
class Query:
    """What a listing was asked for.

    Attributes:
        filters: Facet alias (lower case) and value of every `f[]`, in the order asked, each once.
        page: Zero-based page; 0 when the request names none or nonsense.
        parameters: All parameters as PHP sees them, for the echo in drupalSettings and for links.
        is_malformed: Whether `page` is an array, which Drupal 9 answers with 500.
    """

    filters: tuple[Filter, ...]
    page: int
    parameters: dict[str, Value]
    is_malformed: bool = False


@dataclass(frozen=True, slots=True)
class Place:
    """Where a page stands.

    Attributes:
        language: Language of the page.
        prefix: Path prefix of that language.
        path: Path without prefix and leading slash, as asked.
        query: The query as read.
    """

    language: str
    prefix: str
    path: str
    query: Query


def read_query(text: str) -> Query:
    """Return what the raw query string asks for.

    `f=a:b` is no array, so Drupal ignores it; so is a value without a colon. Only the first colon splits.
    """
    parameters = _php_parameters(text)
    asked = parameters.get("f")
    pairs = (value.partition(":") for value in asked.values()) if isinstance(asked, dict) else ()
    filters = tuple(dict.fromkeys((alias.lower(), value) for alias, colon, value in pairs if colon))
    page = parameters.get("page", "")
    if isinstance(page, dict):
        return Query(filters, 0, parameters, is_malformed=True)
    # With several pagers on a page the parameter is a list; the listing's number comes first.
    number = LEADING_INTEGER.match(page.split(",")[0])
    return Query(filters, int(number[1]) if number else 0, parameters)


def facet_query(filters: Iterable[Filter]) -> str:
    """Return the query of a facet link: sorted naturally, numbered from 0, without `page`; empty for no filter."""
    values = sorted((f"{alias}:{value}" for alias, value in filters), key=_natural)
    return _query((f"f[{number}]", value) for number, value in enumerate(values))


def same_query(parameters: dict[str, Value]) -> str:
    """Return the query of a language link: the request's parameters as they came."""
    return _query(_flat(parameters))


def pager_query(parameters: dict[str, Value], page: int) -> str:
    """Return the query of a pager link: the request's other parameters as they came, then `page`."""
    others = ((name, value) for name, value in _flat(parameters) if name != "page")
    return _query([*others, ("page", str(page))])


def _php_parameters(text: str) -> dict[str, Value]:
    """Return the parameters as PHP's parse_str: `a[k]` makes an array, `a[]` appends, the last of equal names wins."""
    parameters: dict[str, Value] = {}
    for part in filter(None, text.split("&")):
        name, _, raw_value = part.partition("=")
        base, bracket, rest = unquote_plus(name).partition("[")
        value = unquote_plus(raw_value)
        if not bracket or "]" not in rest:
            parameters[base] = value
            continue
        array = parameters.get(base)
        if not isinstance(array, dict):
            parameters[base] = array = {}
        array[rest.partition("]")[0] or str(_next_index(array))] = value
    return parameters


def _next_index(array: dict[str, str]) -> int:
    return 1 + max((int(key) for key in array if re.fullmatch("[0-9]{1,15}", key)), default=-1)


def _flat(parameters: dict[str, Value]) -> Iterator[tuple[str, str]]:
    for name, value in parameters.items():
        if isinstance(value, str):
            yield name, value
        else:
            yield from ((f"{name}[{key}]", item) for key, item in value.items())


def _query(pairs: Iterable[tuple[str, str]]) -> str:
    """Return `?a=b&c=d` in PHP's rawurlencode spelling, empty without pairs."""
    text = "&".join(f"{quote(name, safe='')}={quote(value, safe='/')}" for name, value in pairs)
    return f"?{text}" if text else ""


def _natural(text: str) -> list[tuple[int, int, str]]:
    """Return a key that sorts digits by their number and everything else by its letters."""
    parts = re.findall(r"[0-9]+|[^0-9]+", text)
    return [(0, int(part), "") if part[0] in "0123456789" else (1, 0, part.lower()) for part in parts]
