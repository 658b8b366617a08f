"""Walking the listing page by page."""

from collections.abc import Callable, Iterable, Sequence

import pytest

from pipeline.errors import InvalidSourceError, NoContentError, ParseError, UnexpectedStatusError
from pipeline.fetch.reader import PageSeen
from pipeline.fetch.sweep import listing_url, sweep
from pipeline.models import Block, Exchange, Page, PageKind, Pager, ParsedPage, Record, digest_of
from pipeline.sources.registry import load_source, validate_source
from pipeline.twin.content import generate
from pipeline.twin.server import Responder
from pipeline.twin.site import TwinSite

from .fakes import HOST, FakeSite, make_client, make_source, page

Seen = tuple[list[PageSeen], list[Exchange]]
Walk = Callable[[Responder, Sequence[str]], Seen]
LISTING = f"{HOST}/databases/gp"


def says(kind: PageKind = PageKind.LISTING, *, current: int = 0, has_next: bool = True) -> ParsedPage:
    """A page that says no more than whether another one follows."""
    return ParsedPage(kind, "en", pager=Pager(current, None, has_next))


def reader(pages: Iterable[ParsedPage]) -> Callable[[Page], ParsedPage]:
    """Read any page as the next one of these."""
    remaining = iter(pages)
    return lambda _: next(remaining)


def walked(pages: Iterable[ParsedPage], languages: Sequence[str] = ("en",)) -> list[str]:
    """The addresses asked while the pages say these things."""
    site = FakeSite({f"{prefix}/databases/gp{query}": page() for prefix in ("", "/es") for query in queries()})
    with make_client(site) as client:
        list(sweep(make_source(), languages, client, reader(pages)))
    return site.pages()


def queries() -> list[str]:
    """The queries of the first pages."""
    return ["", *(f"?page={number}" for number in range(1, 9))]


@pytest.mark.parametrize(
    ("name", "language", "index", "expected"),
    [
        ("sample", "en", 0, "http://www.twin.test/databases/gp"),
        ("sample", "en", 1, "http://www.twin.test/databases/gp?page=1"),
        ("sample", "es", 0, "http://www.twin.test/es/databases/gp"),
        ("issa", "fr", 92, "https://www.issa.int/fr/databases/gp?page=92"),
    ],
)
def test_every_page_has_one_address(name: str, language: str, index: int, expected: str) -> None:
    """Prefix of the language, then the path; the first page has no number."""
    assert listing_url(load_source(name), language, index) == expected


def test_a_healthy_listing_is_walked_from_the_first_page_to_the_last(healthy: Seen) -> None:
    """Language after language, each with one more look at its first page, and not one request more."""
    pages, exchanges = healthy
    walk = [(0, False), (1, False), (2, False), (3, False), (0, True)]
    assert [(page.language, page.index, page.is_check) for page in pages] == [
        (language, index, is_check) for language in ("en", "fr") for index, is_check in walk
    ]
    assert {page.sweep for page in pages} == {1}
    assert [exchange.url for exchange in exchanges] == [f"{HOST}/robots.txt", *(page.url for page in pages)]
    assert {exchange.status for exchange in exchanges} == {200}


def test_every_practice_of_a_healthy_listing_is_seen(healthy: Seen) -> None:
    """In the order of the listing, in both languages, on list and map."""
    expected = [str(practice.key) for practice in TwinSite(generate(34)).listing.practices]
    for language in ("en", "fr"):
        pages = [page for page in healthy[0] if page.language == language and not page.is_check]
        assert [key for page in pages for key in page.keys(Block.LIST)] == expected
        assert [page.keys(Block.MAP) for page in pages] == [tuple(expected)] * 4


def test_exchanges_of_a_healthy_listing_are_what_the_wire_carried(healthy: Seen) -> None:
    """Zipped bodies, the peer's address, and no header that would contradict the stored body."""
    for exchange in healthy[1]:
        assert exchange.body.startswith(b"\x1f\x8b")
        assert exchange.header("content-encoding") == "gzip"
        assert int(exchange.header("content-length") or 0) == len(exchange.body)
        assert exchange.ip_address == "127.0.0.1"


def test_the_reader_gets_what_the_site_sent(healthy: Seen) -> None:
    """Decoded body with its own digest, type and time."""
    site = FakeSite({"/databases/gp": page("<p>A page.</p>")})
    pages: list[Page] = []

    def read(one: Page) -> ParsedPage:
        pages.append(one)
        return says(has_next=False)

    with make_client(site) as client:
        list(sweep(make_source(), ("en",), client, read))
    body = b"<p>A page.</p>"
    assert {(one.url, one.body, one.content_type, one.digest) for one in pages} == {
        (LISTING, body, "text/html", digest_of(body))
    }
    assert pages[-1].captured_at == site.clock.now()


@pytest.mark.parametrize(
    "end",
    [
        says(has_next=False),
        says(PageKind.BEYOND_END),
        says(PageKind.EMPTY_LISTING),
        says(PageKind.DETAIL),
        ParsedPage(PageKind.LISTING, "en"),
    ],
)
def test_a_language_ends_with_its_last_page(end: ParsedPage) -> None:
    """Without a next page, without rows, or without any pager; then its first page is looked at once more."""
    english = [LISTING, f"{LISTING}?page=1", f"{LISTING}?page=2", LISTING]
    spanish = [f"{HOST}/es/databases/gp", f"{HOST}/es/databases/gp?page=1", f"{HOST}/es/databases/gp"]
    assert walked([says(), says(), end, says(), says(), end, says()], ("en", "es")) == [*english, *spanish]


def test_a_walk_goes_on_to_the_last_page_that_any_pager_named() -> None:
    """A page that denies a next one is asked past, when an earlier page knew of more."""
    named = ParsedPage(PageKind.LISTING, "en", pager=Pager(0, 2, has_next=True))
    asked = walked([named, says(has_next=False), *[says(has_next=False)] * 9])
    assert list(dict.fromkeys(asked)) == [LISTING, f"{LISTING}?page=1", f"{LISTING}?page=2"]


def test_an_endless_pager_ends_at_the_page_cap() -> None:
    """The certificate then says that the end was not reached."""
    data = make_source().model_dump(mode="json")
    data["paging"]["max_pages"] = 3
    site = FakeSite({f"/databases/gp{query}": page() for query in queries()})
    with make_client(site) as client:
        seen = list(sweep(validate_source(data, "test"), ("en",), client, lambda _: says()))
    assert [(page.index, page.is_check) for page in seen] == [(0, False), (1, False), (2, False), (0, True)]


def test_pages_are_handed_out_as_they_come() -> None:
    """Nobody waits for the last page to see the first, and who stops listening stops the crawl."""
    site = FakeSite({f"/databases/gp{query}": page() for query in queries()})
    with make_client(site) as client:
        first = next(sweep(make_source(), ("en",), client, lambda _: says()))
    assert (first.url, site.pages()) == (LISTING, [LISTING])


def test_an_unknown_language_is_refused_before_anything_is_asked() -> None:
    """With the languages that there are."""
    site = FakeSite({})
    with make_client(site) as client, pytest.raises(InvalidSourceError) as caught:
        list(sweep(make_source(), ("en", "it", "pt"), client, lambda _: says()))
    assert site.asked == []
    assert "it, pt" in caught.value.cause
    assert "en, fr, es, de" in caught.value.next_command


@pytest.mark.parametrize("kind", [kind for kind in PageKind if not kind.is_content])
def test_a_page_without_content_stops_the_crawl(kind: PageKind) -> None:
    """Maintenance or a login never reads as an empty listing; it is asked for as often as the source says."""
    site = FakeSite({"/databases/gp": page()})
    with make_client(site, attempts=3) as client, pytest.raises(NoContentError, match=kind) as caught:
        list(sweep(make_source(attempts=3), ("en",), client, lambda _: ParsedPage(kind, "en")))
    assert site.pages() == [LISTING] * 3
    assert caught.value.place == LISTING


def test_a_page_that_nobody_can_read_stops_the_crawl() -> None:
    """With the parser's own words."""

    def read(one: Page) -> ParsedPage:
        raise ParseError(one.url, "this is no listing", "look at it")

    site = FakeSite({"/databases/gp": page()})
    with make_client(site) as client, pytest.raises(NoContentError, match="this is no listing"):
        list(sweep(make_source(), ("en",), client, read))


def test_an_answer_that_is_no_html_stops_the_crawl() -> None:
    """A picture or data in place of a page is not even read."""
    site = FakeSite({"/databases/gp": page("{}", content_type="application/json")})
    with make_client(site) as client, pytest.raises(NoContentError, match="application/json"):
        list(sweep(make_source(), ("en",), client, lambda _: says()))


def test_a_page_that_is_hard_to_believe_is_asked_again() -> None:
    """A page without rows in the middle of a listing is a bad moment of the site, and the next answer is taken."""
    row = (Record(Block.LIST, 1, "en", "7"),)
    first = ParsedPage(PageKind.LISTING, "en", row * 10, pager=Pager(0, 1, has_next=True))
    empty = ParsedPage(PageKind.EMPTY_LISTING, "en", pager=Pager(1, 1, has_next=False))
    second = ParsedPage(PageKind.LISTING, "en", (Record(Block.LIST, 1, "en", "9"),), pager=Pager(1, 1, has_next=False))
    asked = walked([first, empty, second, first, first, second, first])
    assert asked[:4] == [LISTING, f"{LISTING}?page=1", f"{LISTING}?page=1", LISTING]


def test_a_page_that_is_missing_stops_the_crawl() -> None:
    """With the status of that page."""
    site = FakeSite({"/databases/gp": page()})
    with make_client(site) as client, pytest.raises(UnexpectedStatusError) as caught:
        list(sweep(make_source(), ("en",), client, lambda _: says()))
    assert caught.value.place == f"{LISTING}?page=1"


def test_keys_are_those_of_one_block_in_order() -> None:
    """Records without a link have none."""
    records = [
        Record(Block.MAP, 1, "en", "7"),
        Record(Block.LIST, 1, "en", "9"),
        Record(Block.LIST, 2, "en", None),
        Record(Block.LIST, 3, "en", "7"),
    ]
    seen = PageSeen("en", 0, LISTING, ParsedPage(PageKind.LISTING, "en", tuple(records)))
    assert (seen.keys(Block.LIST), seen.keys(Block.MAP), seen.keys(Block.DETAIL)) == (("9", "7"), ("7",), ())
