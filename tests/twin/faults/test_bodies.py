from collections.abc import Callable

import pytest
from selectolax.lexbor import LexborHTMLParser

from .probe import PAGE, Answer, Probe, Promise, covers

Faulty = Callable[..., Probe]
DRUPALS_ERROR = "The website encountered an unexpected error."
FACET = "/gp?f%5B0%5D=countries%3AAlgeria"


def is_empty_listing(answer: Answer) -> bool:
    """Nothing found: the text for that, facets, but no row, marker, pager or total."""
    page = LexborHTMLParser(answer.text)
    wanted = [
        len(page.css(selector)) for selector in (".view-empty", ".views-row", ".geolocation-location", "nav.pager")
    ]
    return (
        answer.is_whole and wanted == [1, 0, 0, 0] and bool(page.css(".facet-item")) and "Displaying" not in answer.text
    )


def is_empty_once_per_address(probe: Probe) -> None:
    for prefix in ("", "/fr"):
        assert is_empty_listing(probe.ask(prefix + PAGE))
        assert len(probe.ask(prefix + PAGE).rows) == 10
    assert len(probe.ask("/databases/gp?page=1").rows) == 10


def is_empty(probe: Probe) -> None:
    assert all(is_empty_listing(probe.ask()) for _ in range(2))
    assert len(probe.ask("/databases/gp?page=1").rows) == 10


def has_no_body(probe: Probe) -> None:
    answer = probe.gzipped()
    assert (answer.status, answer.body, answer.header("content-length")) == (200, b"", "0")
    assert answer.header("content-type") == "text/html; charset=UTF-8"


def says(*texts: str) -> Promise:
    """The page holds these texts, and nothing of a listing; a client that takes gzip gets gzip."""

    def promise(probe: Probe) -> None:
        answer = probe.gzipped()
        assert answer.status == 200
        assert answer.header("content-encoding") == "gzip"
        assert all(text in answer.text for text in texts)
        assert not answer.rows + answer.markers

    return promise


def ignores_facets(probe: Probe) -> None:
    assert probe.ask(FACET).rows == probe.keys[:10]
    assert probe.ask(f"{FACET}&page=3").rows == probe.keys[30:40]
    assert probe.ask().rows == probe.keys[20:30]
    assert [seen.fault for seen in probe.server.requests] == ["facet-ignored", "facet-ignored", ""]


def is_of_type(content_type: str) -> Promise:
    def promise(probe: Probe) -> None:
        answer = probe.ask()
        assert [value.decode() for name, value in answer.headers if name == b"content-type"] == [content_type]
        assert answer.rows == probe.keys[20:30]

    return promise


def is_json(probe: Probe) -> None:
    answer = probe.ask()
    assert (answer.header("content-type"), answer.body[:1]) == ("application/json", b"[")


def is_cut(end: str) -> Promise:
    """The page breaks off in the last row, unseen by lengths and gzip."""

    def promise(probe: Probe) -> None:
        text = probe.gzipped().text
        assert "</html>" not in text
        assert text.endswith(end)
        assert probe.ask().rows[-1] == probe.keys[29]
        assert text.count('<div class="views-row">') == 10
        last_row = LexborHTMLParser(text.removesuffix(end)).css(".views-row")[-1]
        assert not last_row.css(".views-field-field-topics")

    return promise


def is_cp1252(probe: Probe) -> None:
    answer = probe.ask("/fr/gp")
    assert answer.header("content-type") == "text/html; charset=UTF-8"
    assert "Année de mise en œuvre" in answer.body.decode("cp1252")
    with pytest.raises(UnicodeDecodeError):
        answer.body.decode()


def starts_with_a_mark(probe: Probe) -> None:
    answer = probe.ask()
    assert answer.body.startswith(b"\xef\xbb\xbf<!DOCTYPE html>")


def holds_a_nul(probe: Probe) -> None:
    answer = probe.ask()
    assert answer.body.count(b"\0") == answer.body.count(b"<p>\0") == 1
    assert answer.rows == probe.keys[20:30]


PROMISES: dict[str, Promise] = {
    "empty-listing-once": is_empty_once_per_address,
    "empty-listing": is_empty,
    "empty-body": has_no_body,
    "error-line": says(DRUPALS_ERROR),
    "maintenance": says('class="maintenance-page', "Site under maintenance"),
    "login-wall": says('action="/user/login?', 'type="password"'),
    "challenge": says("<script>", "Just a moment..."),
    "consent": says("Accept all cookies"),
    "facet-ignored": ignores_facets,
    "text-plain": is_of_type("text/plain; charset=UTF-8"),
    "json": is_json,
    "half-page": is_cut(""),
    "half-page-error": is_cut(f"{DRUPALS_ERROR} Please try again later.<br />"),
    "charset-latin-1": is_of_type("text/html; charset=ISO-8859-1"),
    "charset-codec": is_of_type("text/html; charset=zlib_codec"),
    "charset-cp1252": is_cp1252,
    "bom": starts_with_a_mark,
    "nul-byte": holds_a_nul,
}


def test_every_body_is_tested() -> None:
    """A new line in the catalogue needs a promise here."""
    assert covers("bodies", PROMISES)


@pytest.mark.parametrize("name", PROMISES)
def test_the_body_is_as_promised(faulty: Faulty, name: str) -> None:
    """What the catalogue says is what the socket shows."""
    PROMISES[name](faulty(name))
