"""Asking for one address: pace, redirects, retries, bounds."""

import gzip
from collections.abc import Callable
from email.utils import format_datetime

import httpx
import pytest

from pipeline.codings import decode_content
from pipeline.errors import (
    BadBodyError,
    BudgetError,
    CircuitOpenError,
    DeadlineError,
    FetchError,
    HostUnreachableError,
    NoContentError,
    RedirectBlockedError,
    UnexpectedStatusError,
)
from pipeline.fetch.client import Earlier
from pipeline.models import Exchange

from .fakes import HOST, LISTING, Drip, FakeClock, FakeSite, busy, make_client, moved, page, robots

PATH = "/databases/gp"
BODY = "<p>“Untact” – a page.</p>" * 50
ZIPPED = gzip.compress(BODY.encode(), mtime=0)


def zipped(body: bytes, coding: str = "gzip") -> httpx.Response:
    """A response in a content coding."""
    return httpx.Response(200, headers={"content-encoding": coding}, stream=Drip([body]))


def test_a_page_is_returned_with_its_exchange() -> None:
    """Decoded for the reader; status, time and bytes of the wire for the archive."""
    recorded: list[Exchange] = []
    site = FakeSite({PATH: zipped(ZIPPED)})
    with make_client(site, recorded) as client:
        exchange, body = client.get(LISTING)
    assert body == BODY.encode()
    assert recorded[-1] is exchange
    assert (exchange.url, exchange.status, exchange.body) == (LISTING, 200, ZIPPED)
    assert exchange.captured_at == site.clock.now()
    assert decode_content(exchange.body, exchange.header("Content-Encoding"), 10_000) == body


def test_the_program_says_who_asks_and_what_it_takes() -> None:
    """Name, contact, gzip only, and the language asked for."""
    site = FakeSite({PATH: page()})
    with make_client(site) as client:
        client.get(LISTING, "fr")
    headers = site.requests[-1].headers
    assert headers["user-agent"].startswith("practices/")
    assert headers["user-agent"].endswith("(+mailto:me@example.org)")
    assert (headers["accept-encoding"], headers["accept-language"]) == ("gzip", "fr")


def test_every_exchange_is_recorded_in_order() -> None:
    """robots.txt, failures and redirects included."""
    recorded: list[Exchange] = []
    site = FakeSite({PATH: [busy(), moved("/gp")], "/gp": page()})
    with make_client(site, recorded) as client:
        client.get(LISTING)
    assert [(one.url.removeprefix(HOST), one.status) for one in recorded] == [
        ("/robots.txt", 404),
        (PATH, 503),
        (PATH, 301),
        ("/gp", 200),
    ]


def test_the_pace_is_kept_between_all_requests() -> None:
    """Between robots.txt and the first page, across redirects, retries and the next address."""
    site = FakeSite({PATH: [busy(), httpx.ConnectError("refused"), moved("/gp")], "/gp": page()})
    with make_client(site, delay_seconds=5.0) as client:
        client.get(LISTING)
        client.get(f"{HOST}/gp")
    assert len(site.asked) == 6
    assert min(site.gaps()) == 5.0


def test_the_pace_counts_from_start_to_start() -> None:
    """Time that a page takes to arrive, or that the caller works, is not waited for again."""
    site = FakeSite({PATH: page()})
    with make_client(site, delay_seconds=2.0) as client:
        client.get(LISTING)
        site.clock.seconds += 1.5
        client.get(LISTING)
        site.clock.seconds += 60
        client.get(LISTING)
    assert site.gaps() == [2.0, 2.0, 60.0]


def test_no_request_comes_later_than_needed() -> None:
    """The first one is not waited for."""
    site = FakeSite({PATH: page()})
    with make_client(site) as client:
        client.get(LISTING)
    assert site.clock.slept == [2.0]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_on_the_site_is_followed(status: int) -> None:
    """The exchange is that of the page behind it, under its own address."""
    site = FakeSite({PATH: moved("/gp?page=1", status), "/gp?page=1": page()})
    with make_client(site) as client:
        assert client.get(LISTING)[0].url == f"{HOST}/gp?page=1"


@pytest.mark.parametrize("location", ["https://ww1.twin.test/gp", "//twin.test/gp", "../gp", "?page=2"])
def test_a_redirect_may_lead_to_another_host_of_the_source(location: str) -> None:
    """Absolute, without scheme, and relative addresses are the same to it."""
    target = str(httpx.URL(LISTING).join(location))
    site = FakeSite({LISTING: moved(location), target: page()})
    with make_client(site) as client:
        assert client.get(LISTING)[0].url == target
    assert site.pages() == [LISTING, target]


@pytest.mark.parametrize(
    "location",
    [
        "http://elsewhere.example/gp",
        "//elsewhere.example/gp",
        "http://www.twin.test.elsewhere.example/gp",
        "http://www.twin.test@elsewhere.example/gp",
        "http://me:secret@www.twin.test/gp",
        "http://www.twin.test:8080/gp",
        "http://127.0.0.1/gp",
        "ftp://www.twin.test/gp",
        "file:///etc/passwd",
        "javascript:alert(1)",
    ],
)
def test_a_redirect_off_the_site_is_blocked(location: str) -> None:
    """Another host, port, scheme or a user name: nothing is asked there, not even robots.txt."""
    site = FakeSite({PATH: moved(location)})
    with make_client(site) as client, pytest.raises(RedirectBlockedError):
        client.get(LISTING)
    assert site.asked == [f"{HOST}/robots.txt", LISTING]


@pytest.mark.parametrize("location", ["http://[/gp", "http://www.twin.test:port/gp", "http://" + "a" * 300 + "/"])
def test_a_redirect_to_nonsense_is_blocked(location: str) -> None:
    """An address that makes no sense is the site's failure, not a traceback."""
    with make_client(FakeSite({PATH: moved(location)})) as client, pytest.raises(FetchError):
        client.get(LISTING)


def test_a_redirect_without_location_is_blocked() -> None:
    """It leads nowhere."""
    with make_client(FakeSite({PATH: httpx.Response(302)})) as client, pytest.raises(RedirectBlockedError):
        client.get(LISTING)


@pytest.mark.parametrize("answers", [{PATH: moved(PATH)}, {PATH: moved("/gp"), "/gp": moved(PATH)}])
def test_redirects_in_circles_end(answers: dict[str, httpx.Response]) -> None:
    """After five of them."""
    site = FakeSite(answers)
    with make_client(site) as client, pytest.raises(RedirectBlockedError, match="5 redirects"):
        client.get(LISTING)
    assert len(site.pages()) == 6


@pytest.mark.parametrize("passing", [busy(503), busy(500), busy(502), busy(504), busy(429), httpx.ReadTimeout("slow")])
def test_a_passing_failure_is_asked_again(passing: httpx.Response | Exception) -> None:
    """Twice it fails, the third time it comes; nothing is asked more often than that."""
    site = FakeSite({PATH: [passing, passing, page()]})
    with make_client(site) as client:
        assert client.get(LISTING)[1] == b"<p>A page.</p>"
    assert site.asked == [f"{HOST}/robots.txt", LISTING, LISTING, LISTING]


@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        (busy(503), UnexpectedStatusError),
        (busy(429), UnexpectedStatusError),
        (httpx.ConnectError("refused"), HostUnreachableError),
        (
            httpx.RemoteProtocolError("peer closed connection without sending complete message body"),
            HostUnreachableError,
        ),
        (zipped(ZIPPED[:-10]), BadBodyError),
    ],
)
def test_a_lasting_failure_is_asked_as_often_as_the_source_says(
    failure: httpx.Response | Exception, kind: type[FetchError]
) -> None:
    """Then it is an error of its own kind, with the address."""
    site = FakeSite({PATH: failure})
    with make_client(site, attempts=3) as client, pytest.raises(kind) as caught:
        client.get(LISTING)
    assert len(site.pages()) == 3
    assert caught.value.place == LISTING


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 418, 204, 206])
def test_a_final_status_is_an_error_at_once(status: int) -> None:
    """A missing or forbidden page is not asked for twice; a part of a page is no page."""
    site = FakeSite({PATH: httpx.Response(status)})
    with make_client(site) as client, pytest.raises(UnexpectedStatusError, match=str(status)):
        client.get(LISTING)
    assert site.pages() == [LISTING]


def test_waits_grow_from_retry_to_retry() -> None:
    """Each at least twice as long as the one before; what the source asks for is the measure."""
    site = FakeSite({PATH: busy()})
    with make_client(site, attempts=6, delay_seconds=0.25) as client, pytest.raises(UnexpectedStatusError):
        client.get(LISTING)
    assert site.gaps() == [0.25, 0.25, 0.5, 1.0, 2.0, 4.0]


@pytest.mark.parametrize("seconds", [0, 7, 45])
def test_retry_after_in_seconds_is_honoured(seconds: int) -> None:
    """The page is not asked earlier, and not much later; zero still keeps the pace."""
    site = FakeSite({PATH: [busy(429, retry_after=str(seconds)), page()]})
    with make_client(site) as client:
        client.get(LISTING)
    assert site.gaps()[-1] == max(seconds, 2.0)


def test_retry_after_as_a_date_is_honoured() -> None:
    """The other form that HTTP knows (RFC 9110, 10.2.3)."""
    clock = FakeClock()
    until = format_datetime(clock.now().replace(microsecond=0), usegmt=True)
    clock.seconds -= 40
    site = FakeSite({PATH: [busy(503, retry_after=until), page()]}, clock)
    with make_client(site) as client:
        client.get(LISTING)
    assert site.times[-1] >= 100


@pytest.mark.parametrize("value", ["3600", "9" * 400])
def test_a_retry_after_is_honoured_up_to_a_quarter_of_an_hour(value: str) -> None:
    """A crawl that a header could send to sleep for a day would never end (case 24 of the catalogue)."""
    site = FakeSite({PATH: [busy(429, retry_after=value), page()]})
    with make_client(site) as client:
        client.get(LISTING)
    assert site.gaps()[-1] == 900


@pytest.mark.parametrize("value", ["soon", "-5", "1e9", "١٢", ""])
def test_a_retry_after_that_makes_no_sense_is_none(value: str) -> None:
    """The page is asked again after the usual wait."""
    headers = [(b"retry-after", value.encode())]
    site = FakeSite({PATH: [httpx.Response(503, headers=headers), page()]})
    with make_client(site) as client:
        client.get(LISTING)
    assert site.gaps()[-1] <= 3.0


def test_a_truncated_gzip_body_is_no_page() -> None:
    """A body cut short is asked for again, and the whole one is taken."""
    site = FakeSite({PATH: [zipped(ZIPPED[:-1]), zipped(ZIPPED)]})
    with make_client(site) as client:
        assert client.get(LISTING)[1] == BODY.encode()
    assert len(site.pages()) == 2


@pytest.mark.parametrize("coding", ["br", "zstd", "deflate"])
def test_a_coding_that_was_not_asked_for_is_no_page(coding: str) -> None:
    """Only gzip is asked for."""
    with make_client(FakeSite({PATH: zipped(ZIPPED, coding)})) as client, pytest.raises(BadBodyError, match=coding):
        client.get(LISTING)


def test_a_bomb_is_no_page() -> None:
    """Few bytes on the wire that decode to more than the source allows."""
    bomb = gzip.compress(bytes(1 << 20))
    site = FakeSite({PATH: zipped(bomb)})
    with make_client(site, max_body_bytes=10_000) as client, pytest.raises(BadBodyError, match="10000"):
        client.get(LISTING)


def test_a_body_larger_than_allowed_is_not_read_to_its_end() -> None:
    """It is given up at the first piece beyond the cap."""
    stream = Drip([b"x" * 1000] * 100)
    site = FakeSite({PATH: httpx.Response(200, stream=stream)})
    with make_client(site, max_body_bytes=5000, attempts=1) as client, pytest.raises(BadBodyError, match="5000"):
        client.get(LISTING)
    assert stream.sent == 6


def test_a_body_as_large_as_allowed_is_a_page() -> None:
    """The cap is exact."""
    with make_client(FakeSite({PATH: page("x" * 5000)}), max_body_bytes=5000) as client:
        assert len(client.get(LISTING)[1]) == 5000


def test_a_body_that_takes_too_long_is_given_up_at_the_deadline() -> None:
    """Every piece comes in time, but the page as a whole does not."""
    clock = FakeClock()
    stream = Drip([b"x" * 2000] * 1000, lambda: clock.sleep(7.0))
    site = FakeSite({PATH: httpx.Response(200, stream=stream)}, clock)
    client = make_client(site, attempts=1, timeout_seconds=30.0)
    with client, pytest.raises(DeadlineError, match="30 s"):
        client.get(LISTING)
    assert stream.sent == 5


def test_a_body_that_drips_is_given_up_before_the_deadline() -> None:
    """A byte now and then would hold up the crawl, page after page."""
    clock = FakeClock()
    stream = Drip([b"x"] * 1000, lambda: clock.sleep(2.0))
    site = FakeSite({PATH: httpx.Response(200, stream=stream)}, clock)
    with make_client(site, attempts=1, timeout_seconds=30.0) as client, pytest.raises(DeadlineError, match="drips"):
        client.get(LISTING)
    assert stream.sent == 3


@pytest.mark.parametrize(
    ("response", "why"),
    [
        (lambda clock: zipped(ZIPPED[:-10]), "unspecified"),
        (lambda clock: page("x" * 10_001), "length"),
        (lambda clock: httpx.Response(200, stream=Drip([b"x"] * 9, lambda: clock.sleep(20.0))), "time"),
    ],
)
def test_a_body_that_is_not_whole_is_kept_as_evidence(
    response: Callable[[FakeClock], httpx.Response], why: str
) -> None:
    """The archive is told, in its own words, that this is no page."""
    recorded: list[Exchange] = []
    site = FakeSite({})
    site.answers = {PATH: response(site.clock)}
    client = make_client(site, recorded, attempts=1, max_body_bytes=10_000)
    with client, pytest.raises(FetchError):
        client.get(LISTING)
    assert [(one.url, one.truncated) for one in recorded[1:]] == [(LISTING, why)]
    assert recorded[1].body != b""


def test_a_page_without_its_end_is_no_page() -> None:
    """HTML that began and did not end was cut short, whatever its length says; one that has an end is asked once."""
    site = FakeSite({PATH: [page("<html><p>A pa"), page("<html><p>A page.</p></html>")]})
    with make_client(site) as client:
        assert client.get(LISTING)[1] == b"<html><p>A page.</p></html>"
    assert len(site.pages()) == 2


def test_a_host_that_fails_again_and_again_is_left_alone() -> None:
    """Over several pages: after twelve failures in a row nothing more is asked."""
    site = FakeSite({PATH: busy()})
    with make_client(site, attempts=5) as client:
        for _ in range(2):
            with pytest.raises(UnexpectedStatusError):
                client.get(LISTING)
        with pytest.raises(CircuitOpenError):
            client.get(LISTING)
    assert len(site.pages()) == 12


def test_the_pace_slows_down_while_a_site_struggles_and_comes_back() -> None:
    """Never faster than the least delay."""
    site = FakeSite({PATH: busy(), "/gp": page()})
    with make_client(site, attempts=3, delay_seconds=2.0) as client:
        with pytest.raises(UnexpectedStatusError):
            client.get(LISTING)
        for _ in range(12):
            client.get(f"{HOST}/gp")
    gaps = site.gaps()
    assert max(gaps) > 2.0
    assert min(gaps) == 2.0
    assert gaps[-1] < 2.1


@pytest.mark.parametrize(
    ("budget", "limit", "allowed"), [("max_requests", 3, 3), ("max_total_bytes", 30, 4), ("max_seconds", 5, 3)]
)
def test_a_crawl_ends_with_its_budget(budget: str, limit: int, allowed: int) -> None:
    """Requests, bytes or time, robots.txt included; the error says which, and that the crawl can go on."""
    site = FakeSite({PATH: page("x" * 10)})
    with make_client(site, **{budget: limit}) as client:
        for _ in range(allowed - 1):
            client.get(LISTING)
        with pytest.raises(BudgetError) as caught:
            client.get(LISTING)
    assert len(site.asked) == allowed
    assert "same command again" in caught.value.next_command


@pytest.mark.parametrize("location", ["/user/login?destination=/gp", "https://www.twin.test/es/user/login"])
def test_a_redirect_to_a_login_is_no_content(location: str) -> None:
    """It is not followed: this crawl reads public pages only."""
    site = FakeSite({PATH: moved(location, 302)})
    with make_client(site) as client, pytest.raises(NoContentError):
        client.get(LISTING)
    assert site.pages() == [LISTING]


def test_a_page_that_did_not_change_is_taken_from_the_earlier_crawl() -> None:
    """Both validators are sent, as Drupal wants them; its 304 stands for the body that is known."""
    recorded: list[Exchange] = []
    site = FakeSite({PATH: httpx.Response(304, headers={"etag": '"1"'})})
    known = Earlier('"1"', "Sun, 01 Mar 2026 12:00:00 GMT", b"<p>Known.</p>")
    client = make_client(site, recorded, earlier=lambda url: known if url == LISTING else None)
    with client:
        exchange, body = client.get(LISTING)
    headers = site.requests[-1].headers
    assert (headers["if-none-match"], headers["if-modified-since"]) == (known.etag, known.last_modified)
    assert (exchange.status, body, recorded[-1].status) == (200, known.body, 304)


def test_a_304_for_another_version_is_asked_again_plainly() -> None:
    """A cache in between that answers for something else is not believed."""
    site = FakeSite({PATH: [httpx.Response(304, headers={"etag": '"2"'}), page()]})
    known = Earlier('"1"', "Sun, 01 Mar 2026 12:00:00 GMT", b"<p>Known.</p>")
    with make_client(site, earlier=lambda url: known if url == LISTING else None) as client:
        assert client.get(LISTING)[1] == b"<p>A page.</p>"
    assert "if-none-match" not in site.requests[-1].headers


def test_what_an_interrupted_crawl_has_is_not_asked_again() -> None:
    """Its exchanges are replayed in order, redirects and robots.txt among them; then the site is asked."""
    before: list[Exchange] = []
    answers = {PATH: moved("/gp"), "/gp": zipped(ZIPPED), "/next": page()}
    with make_client(FakeSite(answers), before) as client:
        client.get(LISTING)
    recorded: list[Exchange] = []
    site = FakeSite(answers)
    with make_client(site, recorded, replay=before) as client:
        exchange, body = client.get(LISTING)
        assert (exchange.url, body, site.asked, recorded) == (f"{HOST}/gp", BODY.encode(), [], [])
        client.get(f"{HOST}/next")
    assert site.asked == [f"{HOST}/next"]


def test_requests_and_bytes_are_counted() -> None:
    """As they went over the wire, failures included."""
    site = FakeSite({"/robots.txt": robots("User-agent: *\n"), PATH: [busy(), zipped(ZIPPED)]})
    with make_client(site) as client:
        client.get(LISTING)
        counts = client.transport.request_count, client.transport.byte_count
    assert counts == (3, len(b"User-agent: *\n") + len(ZIPPED))


def test_cookies_are_not_kept() -> None:
    """Every page is asked as by a new visitor, so that no page depends on the one before."""
    site = FakeSite({PATH: page(set_cookie="session=1")})
    with make_client(site) as client:
        client.get(LISTING)
        client.get(LISTING)
    assert "cookie" not in site.requests[-1].headers
