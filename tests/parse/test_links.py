"""Telling links to a practice's own page from all others."""

import pytest

from pipeline.parse.links import DetailLinks
from pipeline.sources.spec import Source

PAGE = "https://ww1.issa.int/es/databases/gp?f%5B0%5D=topics%3A19713&page=3"


def key_of(source: Source, href: str, page: str = PAGE) -> str | None:
    """The key that a link on a page leads to."""
    return DetailLinks(source, page).key_of(href)


@pytest.mark.parametrize(
    "href",
    [
        "/gp/231001",
        "https://www.issa.int/gp/231001",
        "https://ww1.issa.int/gp/231001",
        "http://issa.int/gp/231001",
        "HTTPS://WWW.ISSA.INT/gp/231001",
        "https://www.issa.int:443/gp/231001",
        "//www.issa.int/gp/231001",
        "/en/../gp/231001",
        "../gp/231001",
        " /gp/231001\n",
    ],
)
def test_any_spelling_of_the_address_leads_to_the_practice(issa: Source, href: str) -> None:
    """Whatever host of the source, whatever form."""
    assert key_of(issa, href) == "231001"


@pytest.mark.parametrize("prefix", ["", "/fr", "/es", "/de"])
@pytest.mark.parametrize("path", ["/gp/231001", "/node/231001", "/gp/231001/", "/gp/%32%33%31001"])
def test_all_languages_and_both_paths_lead_to_one_key(issa: Source, prefix: str, path: str) -> None:
    """A slash at the end and needless percent signs do not matter either."""
    assert key_of(issa, prefix + path) == "231001"


@pytest.mark.parametrize("tail", ["?utm_source=x&utm_medium=y", "#top", "?destination=/gp/1", "/?page=2#main"])
def test_tracking_and_fragments_do_not_matter(issa: Source, tail: str) -> None:
    """Only the path says which practice."""
    assert key_of(issa, f"/gp/231001{tail}") == "231001"


@pytest.mark.parametrize(
    "href",
    [
        "",
        "#",
        "#231001",
        "?page=2",
        "?destination=/gp/231001",
        "/databases/gp",
        "/gp",
        "/gp/",
        "/gp/x",
        "/gp/231001x",
        "/gp/231001/edit",
        "/guidelines/ccc/174406",
        "/it/gp/231001",
        "/esgp/231001",
        "/es/fr/gp/231001",
        "//evil/gp/231001",
        "https://evil.example/gp/231001",
        "https://www.issa.int.evil.example/gp/231001",
        "https://www.issa.int@evil.example/gp/231001",
        "https://iskm.issa.int/index.php/node/231001",
        "javascript:alert(1)",
        "javascript:/gp/231001",
        "mailto:gp@issa.int",
        "tel:231001",
        "data:text/html,/gp/231001",
        "file:///gp/231001",
        "ftp://www.issa.int/gp/231001",
        "http://[/gp/231001",
        "/gp/٢٣١",
    ],
)
def test_other_links_lead_to_no_practice(issa: Source, href: str) -> None:
    """Other hosts, schemes, paths, unknown languages, and what makes no sense at all."""
    assert key_of(issa, href) is None


@pytest.mark.parametrize("page", ["file:///saved.html", "file:///C:/gp/9/saved.html", "about:blank", ""])
def test_links_of_a_saved_page_are_the_sites(issa: Source, page: str) -> None:
    """A file has no address of its own."""
    assert key_of(issa, "/gp/231001", page) == "231001"
    assert key_of(issa, "saved_files/gp/231001", page) is None


def test_a_link_is_asked_as_often_as_one_likes(issa: Source) -> None:
    """The answer stays the same."""
    links = DetailLinks(issa, PAGE)
    assert [links.key_of(href) for href in ("/gp/1", "/terms", "/gp/1", "/terms")] == ["1", None, "1", None]
