"""robots.txt by RFC 9309."""

from datetime import UTC, datetime

import httpx
import pytest

from pipeline.errors import DisallowedError, RobotsUnreachableError
from pipeline.fetch.robots import Robots
from pipeline.models import Exchange, digest_of

from .fakes import HOST, LISTING, FakeSite, busy, make_client, moved, page, robots

PATH = "/databases/gp"
RULES = "User-agent: *\nDisallow: /admin/\nDisallow: /*?f[*\nDisallow: /*&f[*\n"


def rules(text: str, status: int = 200) -> Robots:
    """The rules of a robots.txt."""
    at = datetime(2026, 3, 1, tzinfo=UTC)
    return Robots.read(Exchange(f"{HOST}/robots.txt", status, "", [], [], text.encode(), at), text.encode())


def allows(text: str, url: str) -> bool:
    """Whether an address may be asked."""
    try:
        rules(text).check(url)
    except DisallowedError:
        return False
    return True


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_without_robots_everything_may_be_asked(status: int) -> None:
    """Whatever the error page says (2.3.1.3)."""
    site = FakeSite({"/robots.txt": httpx.Response(status, text="User-agent: *\nDisallow: /"), PATH: page()})
    with make_client(site) as client:
        assert client.get(LISTING)[0].status == 200
    assert site.asked == [f"{HOST}/robots.txt", LISTING]


@pytest.mark.parametrize("failure", [busy(500), busy(503), busy(429), httpx.ConnectError("refused")])
def test_without_an_answer_nothing_may_be_asked(failure: httpx.Response | Exception) -> None:
    """The site is in trouble (2.3.1.4): only robots.txt was asked, as often as the source says."""
    site = FakeSite({"/robots.txt": failure, PATH: page()})
    with make_client(site, attempts=3) as client, pytest.raises(RobotsUnreachableError) as caught:
        client.get(LISTING)
    assert site.asked == [f"{HOST}/robots.txt"] * 3
    assert caught.value.place == f"{HOST}/robots.txt"


def test_robots_behind_a_passing_failure_are_read() -> None:
    """It is retried like a page."""
    site = FakeSite({"/robots.txt": [busy(), robots("User-agent: *\nDisallow: /gp")], PATH: page()})
    with make_client(site) as client:
        client.get(LISTING)
        with pytest.raises(DisallowedError):
            client.get(f"{HOST}/gp")
    assert site.pages() == [LISTING]


@pytest.mark.parametrize(
    "location", ["/robots-new.txt", "http://twin.test/robots.txt", "https://www.twin.test/robots.txt"]
)
def test_robots_behind_a_redirect_are_read(location: str) -> None:
    """At least five redirects are followed (2.3.1.2); the rules are those of the host that was asked."""
    target = str(httpx.URL(f"{HOST}/robots.txt").join(location))
    answers = {f"{HOST}/robots.txt": moved(location), target: robots("User-agent: *\nDisallow: /gp"), LISTING: page()}
    site = FakeSite(answers)
    with make_client(site) as client:
        client.get(LISTING)
        with pytest.raises(DisallowedError):
            client.get(f"{HOST}/gp")
    assert site.asked == [f"{HOST}/robots.txt", target, LISTING]


def test_a_forbidden_address_is_not_asked() -> None:
    """The error names it, and says what else can be done."""
    site = FakeSite({"/robots.txt": robots("User-agent: *\nDisallow: /databases/"), PATH: page()})
    with make_client(site) as client, pytest.raises(DisallowedError) as caught:
        client.get(LISTING)
    assert site.asked == [f"{HOST}/robots.txt"]
    assert caught.value.place == LISTING
    assert "practices import" in caught.value.next_command


def test_a_redirect_to_a_forbidden_address_is_not_followed() -> None:
    """Every hop asks."""
    site = FakeSite({"/robots.txt": robots("User-agent: *\nDisallow: /gp"), PATH: moved("/gp"), "/gp": page()})
    with make_client(site) as client, pytest.raises(DisallowedError):
        client.get(LISTING)
    assert site.pages() == [LISTING]


def test_robots_are_read_once_per_host() -> None:
    """Every host has rules of its own."""
    other = "http://ww1.twin.test/gp"
    site = FakeSite({PATH: moved(other), other: page()})
    with make_client(site) as client:
        client.get(LISTING)
        client.get(LISTING)
        assert sorted(client.robots) == ["http://ww1.twin.test/robots.txt", f"{HOST}/robots.txt"]
    assert [address for address in site.asked if address.endswith("robots.txt")] == [
        f"{HOST}/robots.txt",
        "http://ww1.twin.test/robots.txt",
    ]


def test_rules_are_read_again_after_an_hour() -> None:
    """They may change while a crawl runs; if they can not be read then, those of the same day still hold."""
    answers = [robots("User-agent: *\nDisallow: /x"), robots("User-agent: *\nDisallow: /gp"), busy()]
    site = FakeSite({"/robots.txt": answers, "/gp": page(), PATH: page()})
    with make_client(site, attempts=1) as client:
        client.get(f"{HOST}/gp")
        site.clock.seconds += 3700
        with pytest.raises(DisallowedError):
            client.get(f"{HOST}/gp")
        site.clock.seconds += 3700
        client.get(LISTING)
        site.clock.seconds += 86_400
        with pytest.raises(RobotsUnreachableError):
            client.get(LISTING)
    assert site.pages() == [f"{HOST}/gp", LISTING]


def test_a_crawl_delay_longer_than_ours_is_kept() -> None:
    """No standard, but a wish; a shorter one does not make us faster."""
    for asked, kept in ((9, 9.0), (1, 2.0)):
        site = FakeSite({"/robots.txt": robots(f"User-agent: *\nCrawl-delay: {asked}\n"), PATH: page()})
        with make_client(site, delay_seconds=2.0) as client:
            client.get(LISTING)
            client.get(LISTING)
        assert site.gaps()[-1] == kept


def test_rules_for_us_win_over_rules_for_all() -> None:
    """Our product token is `practices`, whatever its case."""
    text = "User-agent: *\nDisallow: /\n\nUser-agent: Practices\nDisallow: /gp\n"
    assert (allows(text, LISTING), allows(text, f"{HOST}/gp")) == (True, False)


@pytest.mark.parametrize("rule", ["/*?f[*", "/*?f%5B*", "/*?f%5b*"])
@pytest.mark.parametrize("query", ["f[0]=topics:1", "f%5B0%5D=topics%3A1", "f%5b0%5d=topics:1"])
def test_brackets_are_the_same_in_any_spelling(rule: str, query: str) -> None:
    """In the rule and in the address (2.2.2): hosts forbid facets in either spelling."""
    text = f"User-agent: *\nDisallow: {rule}\n"
    assert allows(text, f"{LISTING}?{query}") is False
    assert allows(text, f"{LISTING}?page=1") is True


@pytest.mark.parametrize(
    ("url", "is_allowed"),
    [
        (LISTING, True),
        (f"{LISTING}?page=2", True),
        (f"{LISTING}?page=2&f[0]=x", False),
        (f"{HOST}/admin/", False),
        (f"{HOST}/%61dmin/", False),
        (f"{HOST}/administration", True),
        (f"{HOST}/es/databases/gp", True),
    ],
)
def test_common_rules_are_understood(url: str, is_allowed: bool) -> None:
    """Wildcards, prefixes, and letters that are percent-encoded without need."""
    assert allows(RULES, url) is is_allowed


def test_the_longest_rule_wins() -> None:
    """Not the first one (2.2.2)."""
    text = "User-agent: *\nDisallow: /databases/\nAllow: /databases/gp\nDisallow: /databases/gp?\n"
    assert (allows(text, LISTING), allows(text, f"{LISTING}?page=1"), allows(text, f"{HOST}/databases/x")) == (
        True,
        False,
        False,
    )


@pytest.mark.parametrize(
    "text", ["", "\ufeffUser-agent: *\nDisallow: /gp", "<html>Not found</html>", "\0\0\0", "Disallow: /"]
)
def test_an_odd_file_is_read_as_far_as_it_can_be(text: str) -> None:
    """Empty, with a byte order mark, a page, a rule without agent: the listing may be asked."""
    assert allows(text, LISTING) is True


def test_a_byte_order_mark_does_not_hide_the_first_line() -> None:
    """Else all rules would be lost."""
    assert allows("\ufeffUser-agent: *\nDisallow: /gp", f"{HOST}/gp") is False


def test_what_was_read_is_kept_for_the_record() -> None:
    """Text, digest and status, empty for a site without rules."""
    read = rules(RULES)
    assert (read.text, read.digest, read.status) == (RULES, digest_of(RULES.encode()), 200)
    assert (rules("gone", 404).text, rules("gone", 404).status) == ("", 404)
