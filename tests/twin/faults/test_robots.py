import zlib
from collections.abc import Callable

import pytest
from protego import Protego

from .probe import IMPATIENCE, Answer, Probe, Promise, covers

Faulty = Callable[..., Probe]
FACETED = "http://www.twin.test/gp?f%5B0%5D=countries%3A787"


def robots(probe: Probe) -> Answer:
    return probe.ask("/robots.txt")


def own(probe: Probe) -> bytes:
    return (probe.site._robots).replace(b"\r\n", b"\n")


def answers(status: int) -> Promise:
    def promise(probe: Probe) -> None:
        assert robots(probe).status == status
        assert probe.ask().is_whole

    return promise


def is_silent(probe: Probe) -> None:
    assert probe.ask("/robots.txt", patience=IMPATIENCE).ending == "silent"
    assert probe.ask().is_whole


def is_cut(probe: Probe) -> None:
    answer = robots(probe)
    decoder = zlib.decompressobj(31)
    assert own(probe).startswith(decoder.decompress(answer.body))
    assert (decoder.eof, answer.header("content-length")) == (False, str(len(answer.body)))


def is_a_chain_of(hops: int) -> Promise:
    """Every hop is another host of the site."""

    def promise(probe: Probe) -> None:
        host, target, locations = "www.twin.test", "/robots.txt", []
        while (answer := probe.ask(target, host=host)).status == 302:
            locations.append(answer.header("location") or "")
            host, _, path = locations[-1].removeprefix("http://").partition("/")
            target = f"/{path}"
        assert answer.body == own(probe)
        assert len(locations) == hops
        hosts = [location.split("/")[2] for location in locations]
        assert all(one != other for one, other in zip(["www.twin.test", *hosts], hosts, strict=False))

    return promise


def leads_inside(probe: Probe) -> None:
    assert (robots(probe).status, robots(probe).header("location")) == (301, "http://10.0.0.1/robots.txt")


def is_long(probe: Probe) -> None:
    body = robots(probe).body
    assert body.startswith(own(probe))
    assert 9_999_000 < len(body) < 10_001_000
    assert body.endswith(b"\nUser-agent: *\nDisallow: /\n")
    assert b"Disallow: /\n" not in body[:-20]


def is_html(probe: Probe) -> None:
    answer = robots(probe)
    assert (answer.header("content-type"), answer.is_whole) == ("text/html; charset=UTF-8", True)


def starts_with(data: bytes) -> Promise:
    def promise(probe: Probe) -> None:
        assert robots(probe).body == data + own(probe)

    return promise


def ends_with(data: bytes) -> Promise:
    def promise(probe: Probe) -> None:
        assert robots(probe).body == own(probe) + data

    return promise


def has_carriage_returns(probe: Probe) -> None:
    assert robots(probe).body == own(probe).replace(b"\n", b"\r")


def allows(agent: str, *, listing: bool, faceted: bool) -> Promise:
    """By the rules as a library reads them."""

    def promise(probe: Probe) -> None:
        rules = Protego.parse(robots(probe).text)
        assert rules.can_fetch("http://www.twin.test/gp?page=2", agent) is listing
        assert rules.can_fetch(FACETED, agent) is faceted

    return promise


def forbids_us_only(probe: Probe) -> None:
    allows("practices", listing=False, faceted=False)(probe)
    allows("somebody", listing=True, faceted=True)(probe)


def changes(probe: Probe) -> None:
    assert robots(probe).body == own(probe)
    probe.statuses(9)
    assert robots(probe).body == b"User-agent: *\nDisallow: /\n"


PROMISES: dict[str, Promise] = {
    **{f"robots-{status}": answers(status) for status in (404, 410, 401, 403, 429, 500, 503)},
    "robots-silence": is_silent,
    "robots-gzip-cut": is_cut,
    "robots-redirects": is_a_chain_of(5),
    "robots-redirects-many": is_a_chain_of(6),
    "robots-private": leads_inside,
    "robots-huge": is_long,
    "robots-html": is_html,
    "robots-bom": starts_with(b"\xef\xbb\xbf"),
    "robots-cr": has_carriage_returns,
    "robots-nul": ends_with(b"Disallow: /\0nul\n"),
    "robots-invalid-utf-8": ends_with(b"Disallow: /\xff\xfe\n"),
    "robots-long-line": ends_with(b"Disallow: /" + b"x" * 1_000_000 + b"\n"),
    "robots-forbids-all": allows("practices", listing=False, faceted=False),
    "robots-forbids-us": forbids_us_only,
    "robots-forbids-facets": allows("practices", listing=True, faceted=False),
    "robots-changes": changes,
    "crawl-delay-5": ends_with(b"Crawl-delay: 5\n"),
    "crawl-delay-0": ends_with(b"Crawl-delay: 0\n"),
    "crawl-delay-negative": ends_with(b"Crawl-delay: -1\n"),
    "crawl-delay-word": ends_with(b"Crawl-delay: abc\n"),
    "crawl-delay-exponent": ends_with(b"Crawl-delay: 1e9\n"),
}


def test_every_fault_of_robots_is_tested() -> None:
    """A new line in the catalogue needs a promise here."""
    assert covers("robots", PROMISES)


@pytest.mark.parametrize("name", PROMISES)
def test_robots_is_as_promised(faulty: Faulty, name: str) -> None:
    """What the catalogue says is what the socket shows."""
    PROMISES[name](faulty(name))
