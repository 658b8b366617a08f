"""robots.txt against the cases of the standard and of other parsers (robots/cases.toml), and against any bytes."""

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import DisallowedError, RobotsUnreachableError
from pipeline.fetch.robots import PRODUCT, Robots
from pipeline.models import Exchange, digest_of

SITE = "https://site.example"
CASES = Path(__file__).parent / "robots" / "cases.toml"
LIMIT = 512_000
LISTING = f"{SITE}/databases/gp"


@dataclass(frozen=True)
class Case:
    """One decision that somebody else wrote down."""

    source: str
    scope: str
    body: bytes
    agent: str
    url: str
    expected: bool


def read_cases() -> Iterator[Case]:
    """All decisions of the data file, as we mean to take them."""
    for file in tomllib.loads(CASES.read_text("utf-8"))["file"]:
        assert file["scope"] in ("rfc", "google")
        assert file["scope"] == "rfc" or file["reason"]
        follows = file.get("ours", True)
        assert follows or file["scope"] == "google", "we follow the standard everywhere"
        body = file["text"].encode(file.get("encoding", "utf-8"))
        for agent, url, allowed in file["checks"]:
            address = url if "://" in url else SITE + url
            yield Case(file["source"], file["scope"], body, agent, address, allowed is follows)


ALL = list(read_cases())


def read(body: bytes | str, status: int = 200, agent: str = PRODUCT, content_type: str = "text/plain") -> Robots:
    """Rules of a robots.txt."""
    data = body.encode() if isinstance(body, str) else body
    headers = [("Content-Type", content_type)]
    exchange = Exchange(f"{SITE}/robots.txt", status, "", [], headers, data, datetime(2026, 3, 1, tzinfo=UTC))
    return Robots.read(exchange, data, agent)


@pytest.mark.parametrize("case", ALL, ids=lambda case: f"{case.agent}-{case.url}")
def test_decision(case: Case) -> None:
    """`disallowed` and `check` agree with the case."""
    robots = read(case.body, agent=case.agent)
    assert robots.disallowed(case.url) is not case.expected, case.source
    if case.expected:
        robots.check(case.url)
    else:
        with pytest.raises(DisallowedError, match="forbids"):
            robots.check(case.url)


def test_enough_decisions_of_the_standard_are_known_and_all_hold() -> None:
    """The goal is 138 of 138; what only Google's parser does is counted apart."""
    held = {
        scope: [read(c.body, agent=c.agent).disallowed(c.url) is not c.expected for c in ALL if c.scope == scope]
        for scope in ("rfc", "google")
    }
    print({scope: f"{sum(results)} of {len(results)}" for scope, results in held.items()})  # noqa: T201
    assert len(held["rfc"]) >= 138
    assert all(held["rfc"])
    assert all(held["google"])


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 418, 451, 499])
def test_a_site_without_robots_has_no_rules_and_the_reason_is_noted(status: int) -> None:
    """Whatever the error page says."""
    robots = read("User-agent: *\nDisallow: /", status, content_type="text/html")
    assert (robots.disallowed(LISTING), robots.text, robots.status) == (False, "", status)
    assert [str(status) in warning for warning in robots.warnings] == [True]


@pytest.mark.parametrize("status", [100, 201, 204, 206, 301, 304, 307, 429, 500, 502, 503, 504, 599, 999])
def test_a_site_in_trouble_may_not_be_asked(status: int) -> None:
    """Everything that is neither an answer nor a refusal."""
    with pytest.raises(RobotsUnreachableError, match=str(status)):
        read("User-agent: *\nAllow: /", status)


PAGE = "<!DOCTYPE html>\n<html><head><title>Not found</title></head>\n<body><p>Disallow: /</p></body></html>\n"


@pytest.mark.parametrize("content_type", ["text/html; charset=utf-8", "text/plain"])
def test_a_page_instead_of_rules_is_noted(content_type: str) -> None:
    """It has no rules, and somebody should look."""
    robots = read(PAGE, content_type=content_type)
    assert robots.disallowed(LISTING) is False
    assert [("HTML" in warning, "it: 0" in warning) for warning in robots.warnings] == [(True, True)]


def test_rules_that_come_as_html_are_followed() -> None:
    """What can be parsed is a rule (2.3.1.5): a wrong content type opens nothing."""
    robots = read("User-agent: *\nDisallow: /databases/", content_type="text/html")
    assert robots.disallowed(LISTING) is True
    assert ["it: 1" in warning for warning in robots.warnings] == [True]


@pytest.mark.parametrize("text", ["Disallow: /", "Nothing to see", "\0U\0s\0e\0r", "User-agent = *"])
def test_text_without_any_group_is_noted(text: str) -> None:
    """It may have been meant as rules."""
    robots = read(text)
    assert robots.disallowed(LISTING) is False
    assert ["user agent" in warning for warning in robots.warnings] == [True]


@pytest.mark.parametrize(
    "text", ["", "\n \r\n", "# User-agent: none\n# Disallow: /", "User-agent: ibis\nDisallow: /", "User-agent: *"]
)
def test_a_plain_file_has_no_warnings(text: str) -> None:
    """Empty, nothing but remarks, rules for others, a group without rules."""
    assert (read(text).warnings, read(text).disallowed(LISTING)) == ((), False)


@pytest.mark.parametrize("coding", ["utf-16", "utf-8-sig"])
def test_a_byte_order_mark_says_how_to_read(coding: str) -> None:
    """Text editors write both."""
    robots = read("User-agent: *\r\nDisallow: /databases/\r\n".encode(coding))
    assert (robots.disallowed(LISTING), robots.warnings) == (True, ())


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("5", 5.0),
        ("0", 0.0),
        ("1.5 # slow", 1.5),
        ("1e9", 1e9),
        ("-1", None),
        ("abc", None),
        ("", None),
        ("nan", None),
        ("inf", None),
        ("1e999", None),
        ("5 s", None),
        ("\u0665", None),
        ("9" * 5000, None),
    ],
)
def test_a_delay_is_a_number_or_nothing(text: str, seconds: float | None) -> None:
    """Never an error; how much of it is honoured is for the pace to say."""
    assert read(f"User-agent: *\nCrawl-delay: {text}\n").crawl_delay == seconds


def test_the_longest_delay_for_us_counts() -> None:
    """That of our own groups, when there are any."""
    text = (
        "User-agent: *\nCrawl-delay: 9\n\nUser-agent: practices\nCrawl-delay: 2\nDisallow:\n\nUser-agent: practices\n"
    )
    assert read(f"{text}Crawl-delay: 3").crawl_delay == 3.0
    assert read("User-agent: *\nCrawl-delay: 9\n\nUser-agent: practices\nDisallow:").crawl_delay is None
    assert read("User-agent: ibis\nCrawl-delay: 9").crawl_delay is None


def test_the_rule_that_forbids_is_named() -> None:
    """As it was written, so that it can be found."""
    with pytest.raises(DisallowedError, match=r"Disallow: /\*\?f%5B") as caught:
        read("User-agent: *\nDisallow: /*?f%5B # facets").check(f"{LISTING}?f[0]=x")
    assert caught.value.place == f"{LISTING}?f[0]=x"


@pytest.mark.parametrize(
    "url", ["https://site.example:x/", "https://site.example/\n", f"{SITE}/\ud800", "/" + "a" * 70_000]
)
def test_what_is_no_address_is_not_asked(url: str) -> None:
    """No rule can be looked up for it."""
    assert read("").disallowed(url) is True
    with pytest.raises(DisallowedError, match="not valid"):
        read("").check(url)


def test_what_is_compared_is_what_would_be_sent() -> None:
    """Dots are resolved before the request leaves."""
    assert read("User-agent: *\nDisallow: /admin/").disallowed(f"{SITE}/x/../admin/users") is True


HEAD = b"User-agent: *\nDisallow: /first\n"


@pytest.mark.parametrize("end", [b"\n", b"\r"])
def test_rules_within_the_limit_are_read_to_the_last_byte(end: bytes) -> None:
    """A rule that ends there is whole, whatever follows; what follows is not known, for the client asks no further."""
    last = b"Disallow: /last"
    body = HEAD + b"#" * (LIMIT - len(HEAD) - len(last) - 1) + end + last
    for robots, count in ((read(body), 0), (read(body + end), 1), (read(body + end + b"Disallow: /more"), 1)):
        assert (robots.disallowed(f"{SITE}/first"), robots.disallowed(f"{SITE}/last")) == (True, True)
        assert len(robots.warnings) == count
        assert robots.disallowed(f"{SITE}/more") is False


@pytest.mark.parametrize("filling", [b"#" * LIMIT + b"\n", b"Disallow: /x\n" * 40_000, b"\r" * LIMIT])
def test_rules_beyond_the_limit_are_not_read_but_noted(filling: bytes) -> None:
    """Also the rule on which the limit falls: half of one is another one."""
    robots = read(HEAD + filling + b"\nDisallow: /last\n")
    assert (robots.disallowed(f"{SITE}/first"), robots.disallowed(f"{SITE}/last")) == (True, False)
    assert ["not read" in warning for warning in robots.warnings] == [True]
    assert len(robots.text) <= LIMIT + 1
    assert robots.digest == digest_of(HEAD + filling + b"\nDisallow: /last\n")


def test_a_rule_on_the_limit_is_not_cut_in_two() -> None:
    """`Allow: /databases/` cut down to `Allow: /` would open everything."""
    start = b"User-agent: *\nDisallow: /\n"
    cut = start + b"#" * (LIMIT - len(start) - 9) + b"\nAllow: /databases/"
    robots = read(cut)
    assert (robots.disallowed(f"{SITE}/x"), robots.disallowed(LISTING)) == (True, True)
    assert len(robots.warnings) == 1


def test_a_line_of_a_megabyte_is_one_line() -> None:
    """It hides nothing that stands before it."""
    assert read(HEAD + b"Disallow: /" + b"a" * 1_000_000).disallowed(f"{SITE}/first") is True


# Pieces that mean something, so that random files reach every branch.
PIECES = st.lists(
    st.sampled_from(
        b"User-agent:|practices|*|\n|\r|Disallow:|Allow:|/|?|$|%|%5B|f[|Crawl-delay:|9| |#|<html>|:".split(b"|")
    )
    | st.sampled_from([b"\0", b"\xff", b"\xef\xbb\xbf", b"\xff\xfe", b"\xe2\x80\xa8"])
    | st.binary(max_size=4),
    max_size=60,
).map(b"".join)


@settings(max_examples=200, deadline=None)
@given(body=PIECES | st.binary(max_size=400), status=st.integers(100, 599), path=st.text(max_size=40))
def test_no_bytes_are_an_error(body: bytes, status: int, path: str) -> None:
    """Only a status can say that the rules are unknown."""
    try:
        robots = read(body, status)
    except RobotsUnreachableError:
        assert status != 200
        return
    assert robots.disallowed(f"{SITE}/{path}") in (True, False)
    assert robots.crawl_delay is None or robots.crawl_delay >= 0
    assert all(isinstance(warning, str) for warning in robots.warnings)


SPELLINGS = {
    "[": "%5B",
    "]": "%5D",
    ":": "%3A",
    ",": "%2C",
    "a": "%61",
    "~": "%7e",
    "é": "%C3%A9",
    "'": "%27",
    "!": "%21",
}


def encoded(text: str) -> str:
    """Every character that has another spelling, in that."""
    return "".join(SPELLINGS.get(character, character) for character in text)


@settings(max_examples=200, deadline=None)
@given(
    rules=st.lists(
        st.tuples(st.sampled_from(["Allow", "Disallow"]), st.text("/?*$&=f[0]:,a~é'!", max_size=9)), max_size=6
    ),
    query=st.text("/?&=f[0]:,a~é'!", max_size=12),
)
def test_both_spellings_always_decide_the_same(rules: list[tuple[str, str]], query: str) -> None:
    """`f[0]` and `f%5B0%5D`, in rules and in addresses."""
    raw = read("User-agent: *\n" + "".join(f"{name}: /{path}\n" for name, path in rules))
    other = read("User-agent: *\n" + "".join(f"{name}: /{encoded(path)}\n" for name, path in rules))
    url, spelled = f"{LISTING}?{query}", f"{LISTING}?{encoded(query)}"
    assert len({robots.disallowed(address) for robots in (raw, other) for address in (url, spelled)}) == 1


@pytest.mark.parametrize(
    "unit",
    [b"\n", b"\0", b"\xff", b"User-agent: a\nDisallow: /\n", b"Disallow: /*a*a*a*a*b\n", b"*a", b"Crawl-delay: 1\n"],
)
def test_ten_megabytes_say_no_more_than_their_beginning(unit: bytes) -> None:
    """What is behind the limit costs nothing, whatever it is made of; `benchmarks/robots_rules.py` has the seconds."""
    body = HEAD + unit * (10_000_000 // len(unit))
    whole, beginning = read(body), read(body[: LIMIT + len(unit)])
    assert whole.text == beginning.text
