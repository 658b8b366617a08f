import re
from collections.abc import Callable

import pytest
from selectolax.lexbor import LexborHTMLParser

from pipeline.twin.content import TwinPractice, generate
from pipeline.twin.messages import Request, Response
from pipeline.twin.site import TwinSite

Look = Callable[[str], LexborHTMLParser]
LISTING = "/databases/gp"
ROW_LINKS = ".views-row a[hreflang]"
MAP_LINKS = ".location-content a[hreflang]"


def get(site: TwinSite, target: str, **headers: str) -> Response:
    return site.respond(Request("GET", target, {name.replace("_", "-"): value for name, value in headers.items()}))


def keys(page: LexborHTMLParser, selector: str) -> list[int]:
    return [int((link.attributes["href"] or "").rpartition("/")[2]) for link in page.css(selector)]


def test_every_page_together_shows_every_practice_once(site: TwinSite, look: Look) -> None:
    """Thirty pages of ten, in the order of the listing."""
    pages = [keys(look(f"{LISTING}?page={number}"), ROW_LINKS) for number in range(30)]
    assert {len(page) for page in pages} == {10}
    assert [key for page in pages for key in page] == [practice.key for practice in site.listing.practices]


@pytest.mark.parametrize("target", ["", "?page=7", "?page=9999"])
def test_the_map_repeats_the_first_hundred_on_every_page(site: TwinSite, look: Look, target: str) -> None:
    """Even beyond the end."""
    assert keys(look(LISTING + target), MAP_LINKS) == [practice.key for practice in site.listing.practices[:100]]


def test_the_map_follows_the_selection(look: Look) -> None:
    """It shows the first 100 of what was selected, with the same markup as the rows."""
    page = look(f"{LISTING}?f[0]=countries:Algeria")
    assert keys(page, MAP_LINKS)[:10] == keys(page, ROW_LINKS)
    marker, row = page.css(".location-content")[0], page.css(".views-row")[0]
    assert (marker.inner_html or "").split() == (row.inner_html or "").split() != []


@pytest.mark.parametrize("target", ["?page=30", "?page=9999"])
def test_beyond_the_end_there_are_no_rows_but_all_the_rest(look: Look, target: str) -> None:
    """The pager is full, marks the last page and has no next; facets stay."""
    page = look(LISTING + target)
    assert page.css(".views-row") == []
    assert page.css("li.is-active")[0].text().split()[-1] == "30"
    assert page.css("a[rel=next]") == []
    assert len(page.css(".facet-item")) == len(look(LISTING).css(".facet-item"))


@pytest.mark.parametrize(
    "query",
    ["?page=0", "?page=-1", "?page=abc", "?page=", "?page=0,0,0", "?f[0]=x:y", "?f=countries:787", "?f[0]=countries"],
)
def test_nonsense_shows_the_first_unfiltered_page(look: Look, query: str) -> None:
    """Drupal ignores what it does not know."""
    page = look(LISTING + query)
    assert keys(page, ROW_LINKS) == keys(look(LISTING), ROW_LINKS)
    assert "Displaying 1 - 10 of 300" in page.css(".view-header")[0].text()


def test_an_unknown_value_shows_an_empty_listing(site: TwinSite, look: Look) -> None:
    """Known alias, unknown value: 200 and no rows, no pager, no map markers."""
    target = f"{LISTING}?f[0]=countries:Atlantis"
    page = look(target)
    assert get(site, target).status == 200
    assert (page.css(".views-row"), page.css(".location-content"), page.css("nav.pager")) == ([], [], [])
    assert len(page.css(".view-empty p")) == 1


def test_an_array_of_pages_breaks_drupal(site: TwinSite) -> None:
    """Drupal 9 answers with 500 and one line that is no page."""
    response = get(site, f"{LISTING}?page[]=1")
    assert response.status == 500
    assert b"<html" not in response.body
    assert response.header("ETag") is None


def test_a_facet_reads_back_as_active(look: Look) -> None:
    """The item carries the value as asked, and its link takes it away."""
    page = look(f"{LISTING}?f[0]=countries:Algeria&f[1]=award_region:1015")
    active = page.css("a.is-active[data-drupal-facet-item-id^=countries]")[0]
    assert active.attributes["data-drupal-facet-item-value"] == "Algeria"
    assert active.attributes["href"] == f"{LISTING}?f%5B0%5D=award_region%3A1015"
    settings = page.css("script[data-drupal-selector=drupal-settings-json]")[0].text()
    assert '"currentQuery":{"f":["countries:Algeria","award_region:1015"]}' in settings


def test_following_a_facet_link_shows_as_many_as_it_promised(look: Look) -> None:
    """Every count of the first page is true."""
    for link in look(LISTING).css(".facet-item a")[::9]:
        header = look(link.attributes["href"] or "").css(".view-header")[0].text()
        assert re.findall(r"Displaying \d+ - \d+ of (\d+)", header) == [link.attributes["data-drupal-facet-item-count"]]


@pytest.mark.parametrize(
    ("language", "prefix", "labels"),
    [
        ("en", "", ["Implementation year:", "Award Year:", "Topic:"]),
        ("fr", "/fr", ["Année de mise en œuvre:", "Année du prix:", "Thème:"]),
        ("es", "/es", ["Año de implementación:", "Año de premio:", "Tema:"]),
        ("de", "/de", ["Jahr der Umsetzung:", "Jahr der Auszeichnung:", "Thema:"]),
    ],
)
def test_four_languages_have_their_own_prefix_and_labels(
    look: Look, language: str, prefix: str, labels: list[str]
) -> None:
    """The page says its language; rows without translation are in English and say so."""
    page = look(f"{prefix}{LISTING}")
    assert page.css("html")[0].attributes["lang"] == language
    assert list(dict.fromkeys(label.text().strip() for label in page.css(".views-label"))) == labels
    links = [
        (link.attributes["hreflang"], link.attributes["href"] or "") for link in page.css(ROW_LINKS + "," + MAP_LINKS)
    ]
    assert {shown for shown, _ in links} == {"en", language}
    assert all(href.startswith(f"{prefix}/gp/" if shown == language else "/gp/") for shown, href in links)


def test_the_text_of_a_row_reads_like_the_real_listing(site: TwinSite, look: Look) -> None:
    """Title, years, place with comma text nodes, summary, topics."""
    practice = site.listing.practices[0]
    words = " ".join(look(LISTING).css(".views-row")[0].text().split())
    parts = look(LISTING).css(".views-row .views-field-nothing")[0].css("span span")
    place = " , ".join(part.text() for part in parts)
    years = f"Implementation year: {practice.implementation_year} Award Year: {practice.award_year}"
    assert words.startswith(f"{practice.titles['en']} {years} {place} {practice.summaries['en'][0]}")
    assert " Topic: " in words


def test_header_is_printed_twice(look: Look) -> None:
    """Section and title stand in the hero block and above the listing."""
    text = look(LISTING).body
    assert text is not None
    assert text.text().count("Good Practices in Social Security") == 2


@pytest.mark.parametrize("path", ["/databases/gp", "/cfe/gp", "/gp", "/gp/", "/Databases/GP", "/es/gp"])
def test_aliases_show_the_same_listing(look: Look, path: str) -> None:
    """Paths, a slash at the end and capitals make no difference."""
    assert keys(look(path), ROW_LINKS) == keys(look(LISTING), ROW_LINKS)


@pytest.mark.parametrize("path", ["/xx/gp", "/ES/gp", "/gp/1", "/node/1", "/gp/x", "/databases", "/fr/robots.txt"])
def test_unknown_paths_are_drupals_404(site: TwinSite, path: str) -> None:
    """A full page that says so."""
    response = get(site, path)
    assert response.status == 404
    assert b"Page not found" in response.body or "Page non trouvée".encode() in response.body


def test_a_detail_page_has_the_full_text(site: TwinSite, look: Look) -> None:
    """Institution, country, region, title, year, one paragraph more than the listing, topics; no award year."""
    practice = next(practice for practice in site.listing.practices if "fr" in practice.titles and practice.topic_ids)
    page = look(f"/fr/gp/{practice.key}")
    names = [item.text().strip() for item in page.css(".field--label-hidden")]
    assert names[3] == page.css("h1")[0].text() == practice.titles["fr"]
    assert [p.text() for p in page.css("article p")][:-1] == list(practice.summaries["fr"])
    assert [label.text() for label in page.css(".field__label")] == ["Année de mise en œuvre", "Thème"]
    assert len(page.css(".field--name-field-topics .field__item")) == len(practice.topic_ids)
    assert {link.attributes["hreflang"] for link in page.css("link[rel=alternate]")} == set(practice.titles)


def test_node_addresses_lead_to_the_detail_page(site: TwinSite) -> None:
    """301, query kept, language kept."""
    key = site.listing.practices[0].key
    response = get(site, f"/es/node/{key}?utm=x")
    assert (response.status, response.header("Location")) == (301, f"/es/gp/{key}?utm=x")


def test_double_slashes_are_folded(site: TwinSite) -> None:
    """302 to the address with single ones."""
    response = get(site, "//databases//gp?page=2")
    assert (response.status, response.header("Location")) == (302, "/databases/gp?page=2")


def test_robots_and_terms_are_there(site: TwinSite) -> None:
    """Robots closes system paths only."""
    robots = get(site, "/robots.txt")
    assert robots.header("Content-Type") == "text/plain"
    assert b"Disallow: /admin/" in robots.body
    assert not re.search(rb"Crawl-delay|Disallow: /(databases|gp|cfe)|f\[|%5B", robots.body)
    assert get(site, "/terms").status == get(site, "/").status == 200


def test_validators_are_the_time_of_the_first_rendering_of_an_address() -> None:
    """Each spelling and host has its own; a second visit is a hit."""
    times = iter(range(1_700_000_000, 1_700_000_100))
    site = TwinSite(generate(20), clock=lambda: float(next(times)))
    first, again = get(site, LISTING, host="www.twin.test"), get(site, LISTING, host="www.twin.test")
    assert first.header("ETag") == again.header("ETag") == '"1700000000"'
    assert (first.header("X-Drupal-Cache"), again.header("X-Drupal-Cache")) == ("MISS", "HIT")
    assert first.body == again.body
    assert get(site, f"{LISTING}?page=0", host="www.twin.test").header("ETag") == '"1700000001"'
    assert get(site, LISTING, host="ww1.twin.test").header("ETag") == '"1700000002"'


def test_one_page_has_no_pager_and_no_site_is_too_small() -> None:
    """Ten practices fit one page; none at all is an empty listing."""
    ten = LexborHTMLParser(get(TwinSite(generate(10)), LISTING).body.decode())
    assert (len(ten.css(".views-row")), ten.css("nav.pager")) == (10, [])
    empty = LexborHTMLParser(get(TwinSite([]), LISTING).body.decode())
    assert (empty.css(".views-row"), len(empty.css(".view-empty"))) == ([], 1)


def test_a_site_of_a_hundred_thousand_answers(hundred_thousand: list[TwinPractice]) -> None:
    """Last page, a facet, and the count of all."""
    site = TwinSite(hundred_thousand)
    last = LexborHTMLParser(get(site, f"{LISTING}?page=9999").body.decode())
    assert keys(last, ROW_LINKS) == [practice.key for practice in site.listing.practices[-10:]]
    africa = get(site, f"{LISTING}?f[0]=award_region:Africa").body.decode()
    assert f"of {sum(practice.region == 'africa' for practice in hundred_thousand)}\n" in africa
