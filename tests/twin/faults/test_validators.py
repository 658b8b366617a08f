from collections.abc import Callable

import pytest

from .probe import PAGE, Probe, Promise, covers

Faulty = Callable[..., Probe]


def has_etag(make: Callable[[str], str]) -> Promise:
    """There is one ETag, made from the site's own."""

    def promise(probe: Probe) -> None:
        probe.server.site, faults = probe.site, probe.server.site
        own = (probe.ask().header("etag") or "").strip('"')
        probe.server.site = faults
        answer = probe.ask()
        assert own.isdecimal()
        assert [value.decode() for name, value in answer.headers if name == b"etag"] == [make(own)]
        assert answer.is_whole

    return promise


def sets_a_cookie(size: int) -> Promise:
    def promise(probe: Probe) -> None:
        answer = probe.ask()
        cookie = answer.header("set-cookie") or ""
        assert cookie.startswith("SESS=")
        assert len(cookie) >= size
        assert answer.is_whole

    return promise


def changes_under_one_etag(probe: Probe) -> None:
    answers = [probe.ask() for _ in range(3)]
    assert len({answer.header("etag") for answer in answers}) == 1
    assert len({answer.header("last-modified") for answer in answers}) == 1
    assert len({answer.text for answer in answers}) == 3
    assert all(answer.rows == probe.keys[20:30] for answer in answers)


PROMISES: dict[str, Promise] = {
    "cookie": sets_a_cookie(20),
    "cookie-huge": sets_a_cookie(1_000_000),
    "etag-huge": has_etag(lambda own: f'"{"x" * 65_536}"'),
    "etag-weak": has_etag(lambda own: f'W/"{own}"'),
    "etag-gzip": has_etag(lambda own: f'"{own}-gzip"'),
    "etag-unquoted": has_etag(lambda own: own),
    "etag-new-body": changes_under_one_etag,
}


def test_every_validator_is_tested() -> None:
    """A new line in the catalogue needs a promise here."""
    assert covers("validators", PROMISES)


@pytest.mark.parametrize("name", PROMISES)
def test_headers_are_as_promised(faulty: Faulty, name: str) -> None:
    """What the catalogue says is what the socket shows."""
    PROMISES[name](faulty(name))


@pytest.mark.parametrize("name", PROMISES)
def test_a_conditional_request_does_not_hide_the_fault(faulty: Faulty, name: str) -> None:
    """Both validators are right, and still the page comes."""
    probe = faulty(name)
    first = probe.ask()
    validators = (
        f"If-None-Match: {(first.header('etag') or '')[:1000]}",
        f"If-Modified-Since: {first.header('last-modified')}",
    )
    assert probe.ask(PAGE, *validators).status == 200
