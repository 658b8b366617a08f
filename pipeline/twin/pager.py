"""Drupal's full pager: which page links a listing shows."""

from dataclasses import dataclass

# Drupal's default: nine numbers around the current page.
QUANTITY = 9


@dataclass(frozen=True, slots=True)
class PagerLinks:
    """The links of a pager, pages counted from 0.

    Attributes:
        current: Page that is marked as current.
        last: Last page.
        numbers: Pages shown as numbers, in order.
    """

    current: int
    last: int
    numbers: range


def pager_links(page: int, page_count: int) -> PagerLinks | None:
    """Return the links, or None for at most one page.

    A page beyond the end marks the last one as current, and the window of numbers moves so that it stays full
    (core's PagerManager and template_preprocess_pager).
    """
    if page_count <= 1:
        return None
    current = min(page, page_count - 1)
    first = max(0, min(current - QUANTITY // 2, page_count - QUANTITY))
    return PagerLinks(current, page_count - 1, range(first, min(first + QUANTITY, page_count)))
