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
            items = (item for link in element.elements() if (item := _item(link)) is not None)
            facets[alias] = (*facets.get(alias, ()), *items)
    return facets


def _item(link: Element) -> FacetItem | None:
    value = link.get("data-drupal-facet-item-value")
    if link.tag != "a" or not value:
        return None
    text = link.text()
    printed = _COUNT.search(text)
    count = link.get("data-drupal-facet-item-count") or (re.sub(r"\D", "", printed[1]) if printed else "")
    if not count.isdigit():
        return None
    label = next(
        (part.text() for part in link.elements() if "facet-item__value" in part.classes),
        _COUNT.sub("", text).strip(),
    )
    return FacetItem(value, label, int(count), "is-active" in link.classes)
