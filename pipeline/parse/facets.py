"""Facet blocks: which values the listing can be narrowed to, and how many practices each has."""

import re

from pipeline.models import FacetItem
from pipeline.parse.tree import Element, Tree

_COUNT = re.compile(r"\((\d[\d.,\u00a0\u202f ]*)\)\s*$")


def read_facets(tree: Tree) -> dict[str, tuple[FacetItem, ...]]:
    """Return the items of every facet block by the facet's alias in addresses; items without a count are left out.

    Drupal's Facets module marks its lists and links with data attributes whatever the theme; nothing else is believed.

    Args:
        tree: The visible page.
    """
    facets: dict[str, tuple[FacetItem, ...]] = {}
    for element in tree.elements:
        alias = element.get("data-drupal-facet-alias")
        if alias:
            links = (link for link in element.elements() if link.tag == "a")
            items = (item for link in links if (item := _item(link)) is not None)
            facets[alias] = (*facets.get(alias, ()), *items)
    return facets


def _item(link: Element) -> FacetItem | None:
    value = link.get("data-drupal-facet-item-value")
    if not value:
        return None
    count = link.get("data-drupal-facet-item-count") or _printed_count(link)
    if not (count.isascii() and count.isdigit()):
        return None
    named = (part for part in link.children if isinstance(part, Element) and "facet-item__value" in part.classes)
    label = next(named, link).text()
    return FacetItem(value, _COUNT.sub("", label).strip(), int(count), "is-active" in link.classes)


def _printed_count(link: Element) -> str:
    match = _COUNT.search(link.text())
    return re.sub(r"\D", "", match[1]) if match is not None else ""
