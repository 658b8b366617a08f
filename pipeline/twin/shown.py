"""What the list block of a page shows, before it is printed: the place where a fault can make a listing lie."""

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.twin.content import TwinPractice
from pipeline.twin.pager import PagerLinks

Rows = tuple[TwinPractice, ...]


@dataclass(frozen=True, slots=True)
class Shown:
    """The moving parts of a listing page.

    Attributes:
        page: Zero-based page that was asked for.
        rows: Practices of the list block.
        total: Number of results that the header prints; 0 prints none.
        pager: Links of the pager, None for no pager.
        map_rows: Practices of the map, None for the first hundred as usual.
    """

    page: int
    rows: Rows
    total: int
    pager: PagerLinks | None
    map_rows: Rows | None = None


# Gets what a page would show and a function from a page to its rows; returns what it shall show.
Edit = Callable[[Shown, Callable[[int], Rows]], Shown]
