"""What a listing page says about its place among the other pages."""

import pytest

from pipeline.models import Pager
from pipeline.parse.pager import page_number

from .reading import parse

URL = "https://www.issa.int/databases/gp"
ROW = (
    '<div><h3><a href="/gp/1">Title</a></h3><div>Implementation year: 2020</div><div>Fund , Peru , Americas</div></div>'
)


def pager(html: str, page: str = "") -> Pager | None:
    """What a listing page with this HTML says at an address with this query."""
    return parse(f"<main>{ROW}{html}</main>", URL + page).pager


def item(query: str, kind: str = "") -> str:
    """One link of a pager."""
    return f'<li class="pager__item {kind}"><a href="{query}">?</a></li>'


def full(*items: str) -> str:
    """A full pager, as Drupal prints it."""
    return f'<nav class="pager" role="navigation"><ul class="pager__items js-pager__items">{"".join(items)}</ul></nav>'


@pytest.mark.parametrize(
    ("query", "number"),
    [
        ("", 0),
        ("?page=0", 0),
        ("?page=3", 3),
        ("?f%5B0%5D=topics%3A1&page=12", 12),
        ("?page=92,0,0,0", 92),
        ("?page=92%2C0%2C0", 92),
        ("?page=0,2", 0),
        ("?page=%2C1", 0),
        ("?page=", 0),
        ("?page=abc", 0),
        ("?page=-1", 0),
        ("?page=1.5", 0),
        ("?page= 4 ", 4),
        ("?page=٣", 0),
        ("?page=²", 0),
        ("?page=1&page=7", 7),
        ("?page[]=1", 0),
        ("?page=99999999999999999999", 0),
        ("?Page=5", 0),
        ("?page=5#page=6", 5),
    ],
)
def test_the_number_is_read_as_drupal_reads_it(query: str, number: int) -> None:
    """First of a list, last of several, and no number is the first page."""
    assert page_number(URL + query, "page") == number
    assert page_number(query, "page") == number


def test_the_first_page_of_many() -> None:
    """Numbers from 0; the last one is where the link to the last page leads."""
    html = full(
        item("?page=0", "is-active"),
        item("?page=1"),
        item("?page=1", "pager__item--next"),
        item("?page=92", "pager__item--last"),
    )
    assert pager(html) == Pager(0, 92, has_next=True)


def test_a_page_in_the_middle() -> None:
    """Facets stay in the links; the word on a link says nothing."""
    html = full(
        item("?f%5B0%5D=x%3A1&page=0", "pager__item--first"),
        item("?f%5B0%5D=x%3A1&page=4"),
        item("?f%5B0%5D=x%3A1&page=6", "pager__item--next"),
        item("?f%5B0%5D=x%3A1&page=9,0,0", "pager__item--last"),
    )
    assert pager(html, "?f%5B0%5D=x%3A1&page=5") == Pager(5, 9, has_next=True)


@pytest.mark.parametrize("own_link", ["", item("?page=9", "is-active")])
def test_the_last_page(own_link: str) -> None:
    """It has no next, and is itself the last; themes print its own number with or without a link."""
    html = full(item("?page=0", "pager__item--first"), item("?page=8", "pager__item--previous"), own_link)
    assert pager(html, "?page=9") == Pager(9, 9, has_next=False)


def test_a_page_beyond_the_end() -> None:
    """The pager marks the last page, which has a number of its own."""
    html = full(item("?page=0", "pager__item--first"), item("?page=28"), item("?page=29", "is-active"))
    assert pager(html, "?page=9999") == Pager(9999, 29, has_next=False)


def test_a_mini_pager_names_no_last_page() -> None:
    """It only says whether another page follows."""
    html = full(item("?page=1", "pager__item--previous"), item("?page=3", "pager__item--next"))
    assert pager(html, "?page=2") == Pager(2, None, has_next=True)


def test_a_button_to_load_more_is_a_pager() -> None:
    """Its class is the script's, its address the next page's."""
    link = '<a class="button" href="?page=1" rel="next">Load More</a>'
    html = f'<ul class="js-pager__items pager"><li class="pager__item">{link}</li></ul>'
    assert pager(html) == Pager(0, None, has_next=True)


@pytest.mark.parametrize(
    "html",
    [
        "",
        "<p>Next page</p>",
        '<a href="?page=4">Next page</a>',
        '<nav class="pager"></nav>',
        '<nav class="pager"><a href="/terms">Terms</a></nav>',
        '<div class="wallpager"><a href="?page=4">4</a></div>',
        '<!-- <nav class="pager"><a href="?page=4">4</a></nav> -->',
        '<div class="facets"><a href="?f%5B0%5D=countries%3Apage">A country</a></div>',
    ],
)
def test_a_page_without_pager_has_none(html: str) -> None:
    """A link elsewhere is no pager, whatever it says."""
    assert pager(html) is None


@pytest.mark.parametrize(
    ("html", "total"),
    [
        ('<div class="view-header">Displaying 1 - 10 of 255</div>', 255),
        ('<div class="view-footer"><p>Displaying 1 – 10 of 1,312</p></div>', 1312),
        ('<div class="view-header">Affichage de 1 - 10 sur 1\u202f312</div>', 1312),
        ('<div class="view-header">1-10 von 1.312 Treffern</div>', 1312),
        ('<div class="view-header">Displaying 251\u2011255 of 255</div>', 255),
        ('<div class="view-header"><p>In 2020 - 2021, 97 entries came from Africa.</p></div>', None),
        ('<span class="source-summary-count">255 results found</span>', 255),
        ('<span class="source-summary-count">1,312 results found</span>', 1312),
        ('<div class="view-header">The map shows the first 100 results for the selected criteria.</div>', None),
        ("<p>Displaying 1 - 10 of 255</p>", None),
        ("", None),
    ],
)
def test_the_total_is_read_where_views_print_it(html: str, total: int | None) -> None:
    """In header, footer or facet summary, with any separator of thousands; prose is no total."""
    assert parse(f"<main>{html}{ROW}</main>").stated_total == total
