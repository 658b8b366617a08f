"""What a listing page says about its place among the other pages: by link targets, never by words."""

import re
from collections.abc import Iterator
from urllib.parse import parse_qs, urlsplit

from pipeline.models import Pager
from pipeline.parse.tree import Element, Tree

_PAGER_CLASS = re.compile(r"pager$|pager__items|js-pager")
_TOTAL_CLASSES = frozenset({"view-header", "view-footer", "source-summary-count"})
_NUMBERS = re.compile(r"(\d+)\s*[-\u2010-\u2015]\s*(\d+)\D+?(\d[\d.,\u00a0\u202f ]*)")


def page_number(url: str, parameter: str) -> int:
    """Return the zero-based page that an address asks for, by Drupal's rules.

    A list such as `page=92,0,0` has one number per pager, the listing's first; what is no number means the first page.

    Args:
        url: Address or query-only link.
        parameter: Name of the paging parameter.
    """
    values = _query(url).get(parameter, ["0"])
    first = values[-1].split(",")[0].strip()
    return int(first) if first.isascii() and first.isdigit() and len(first) < 9 else 0


def read_pager(tree: Tree, page_url: str, parameter: str) -> Pager | None:
    """Return what the pager says, None when the page has none.

    Args:
        tree: The visible page.
        page_url: Address of the page.
        parameter: Name of the paging parameter.
    """
    current = page_number(page_url, parameter)
    targets = [
        (page_number(href, parameter), anchor)
        for pager in _pagers(tree)
        for anchor in pager.elements()
        if anchor.tag == "a" and parameter in _query(href := anchor.get("href"))
    ]
    if not targets:
        return None
    has_next = any(number > current for number, _ in targets)
    named = [number for number, anchor in targets if _is_last(anchor)]
    return Pager(current, max(named) if named else _last_without_name(current, [n for n, _ in targets]), has_next)


def _query(url: str) -> dict[str, list[str]]:
    """Return the query of an address, empty when that is none."""
    try:
        return parse_qs(urlsplit(url).query)
    except ValueError:
        return {}


def _last_without_name(current: int, targets: list[int]) -> int | None:
    """Return the last page of a pager without a link to it: there is none on the last page, nor beyond the end.

    Beyond the end, Drupal marks the last page as the current one and links only to pages that exist.
    """
    if max(targets) > current:
        return None
    return current if current <= max(targets) + 1 else max(targets)


def _pagers(tree: Tree) -> Iterator[Element]:
    for element in tree.elements:
        if "pager" in element.class_attribute and any(map(_PAGER_CLASS.match, element.classes)):
            yield element


def _is_last(anchor: Element) -> bool:
    tokens = (*anchor.classes, *(anchor.parent.classes if anchor.parent else ()))
    return any(token.endswith(("--last", "pager-last")) for token in tokens)


def read_stated_total(tree: Tree) -> int | None:
    """Return the number of results that the page prints (`Displaying 1 - 10 of 255`), None when it prints none."""
    for element in tree.elements:
        if not _TOTAL_CLASSES.isdisjoint(element.classes):
            text = element.text()
            match = _NUMBERS.search(text)
            total = int(re.sub(r"\D", "", match[3])) if match is not None else 0
            # "1 - 10 of 255": other sentences with three numbers do not ascend.
            if match is not None and int(match[1]) <= int(match[2]) <= total:
                return total
            if "source-summary-count" in element.classes and (digits := re.sub(r"\D", "", text)):
                return int(digits)
    return None
