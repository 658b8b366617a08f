"""Telling what a page is."""

from collections.abc import Callable

import pytest

from pipeline.errors import ParseError
from pipeline.models import Block, PageKind, ParsedPage

Read = Callable[..., ParsedPage]
LISTING = "https://www.issa.int/databases/gp"


def row(key: int, label: str = "Implementation year", summary: str = "The fund writes letters.") -> str:
    """One record with few words."""
    return (
        f'<div class="views-row"><h3><a href="/gp/{key}">Title {key}</a></h3><div>{label}: 2020</div>'
        f"<div>Pension Fund , Peru , Americas</div><p>{summary}</p><div>Topic: <div>Health</div></div></div>"
    )


def page(*rows: str, lang: str = ' lang="en"', around: str = "") -> str:
    """A listing page of rows."""
    return f'<html{lang}><body><main><div class="view-content">{"".join(rows)}</div>{around}</main></body></html>'


@pytest.mark.parametrize("body", [b"", b" \n\t ", "\ufeff".encode(), b"\xc2\xa0"])
@pytest.mark.parametrize("content_type", ["text/html", "text/plain"])
def test_an_empty_page_is_no_page(read: Read, body: bytes, content_type: str) -> None:
    """Blanks only are empty as well; the message has the address."""
    with pytest.raises(ParseError) as caught:
        read(body, LISTING, content_type)
    assert caught.value.place == LISTING


@pytest.mark.parametrize(
    "body",
    [
        "plain words",
        "<html><body><h1>Page not found</h1><p>The requested page could not be found.</p></body></html>",
        '{"data": [{"title": "Implementation year: 2020"}]}',
        "<p>Topic: health</p>",
        "\x00\x01\x02",
        "<" * 2000,
    ],
)
def test_a_page_that_is_no_listing_is_refused(read: Read, body: str) -> None:
    """Errors, data, prose: none of them reads as an empty listing."""
    with pytest.raises(ParseError, match="no listing of issa"):
        read(body)


@pytest.mark.parametrize(
    "body", ["<p>Implementation year</p>", "<div>Award Year:</div>", "<p>Implementation year: </p>"]
)
def test_a_label_alone_is_no_record(read: Read, body: str) -> None:
    """A page that merely mentions one prints no practice."""
    with pytest.raises(ParseError):
        read(f"<html><body><main><h1>How to enter</h1>{body}</main></body></html>")


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ("<h1>Site under maintenance</h1><p>We will be back.</p>", PageKind.MAINTENANCE),
        ("The website encountered an unexpected error. Please try again later.<br />", PageKind.ERROR_PAGE),
        ('<form action="/user/login"><label>Topic:</label><input name="name"></form>', PageKind.LOGIN_WALL),
        ("<p>This content is available for ISSA members only.</p>", PageKind.LOGIN_WALL),
        ("<script>location.reload()</script><noscript>Please enable JavaScript</noscript>", PageKind.CHALLENGE),
        ("<title>Just a moment...</title><p>Checking your browser</p>", PageKind.CHALLENGE),
        ("<h1>Before you continue</h1><button>Accept all cookies</button>", PageKind.CONSENT),
    ],
)
@pytest.mark.parametrize("path", ["/databases/gp", "/gp/231001"])
def test_a_page_that_is_no_content_is_called_by_its_kind(read: Read, body: str, kind: PageKind, path: str) -> None:
    """In place of a listing and in place of a practice; no record is made of it."""
    parsed = read(f"<html><body>{body}</body></html>", f"https://www.issa.int{path}")
    assert (parsed.kind, parsed.records, parsed.kind.is_content) == (kind, (), False)


def test_a_listing_with_a_cookie_banner_is_a_listing(read: Read) -> None:
    """Whatever else stands on a page, its records count."""
    banner = "<div>Accept all cookies. Please enable JavaScript. Site under maintenance on Sunday.</div>"
    assert read(page(row(1), row(2), around=banner)).kind is PageKind.LISTING


def test_a_page_nested_deeper_than_anybody_nests_is_refused(read: Read) -> None:
    """By name, and before it can exhaust the stack."""
    with pytest.raises(ParseError, match="nested more than 500 levels"):
        read(f"<main>{'<div>' * 2000}{row(1)}{'</div>' * 2000}</main>")


def test_a_record_deep_inside_is_found(read: Read) -> None:
    """Wrappers mean nothing."""
    html = page("<div>" * 200 + row(1) + row(2) + "</div>" * 200)
    assert [record.source_key for record in read(html).records] == ["1", "2"]


@pytest.mark.parametrize(
    ("lang", "label", "language"),
    [
        (' lang="en"', "Implementation year", "en"),
        (' lang="ES-mx"', "Implementation year", "es"),
        (' lang="pt_BR"', "Implementation year", "pt"),
        ("", "Año de implementación", "es"),
        (' lang=""', "Année de mise en œuvre", "fr"),
        ("", "Implementation year", "en"),
        (' lang="und"', "Jahr der Umsetzung", "de"),
    ],
)
def test_a_page_says_its_language_or_its_labels_do(read: Read, lang: str, label: str, language: str) -> None:
    """By its primary tag."""
    parsed = read(page(row(1, label), row(2, label), lang=lang))
    assert (parsed.language, {record.language for record in parsed.records}) == (language, {language})


def test_a_rendition_has_the_language_of_its_labels(read: Read) -> None:
    """A text says nothing else."""
    text = "Año de implementación:\n2020\nAño de premio\n2021\nFondo , Perú , Américas"
    text += "\n\nUn resumen.\n\nTopic:\nHealth\n"
    assert read(text, content_type="text/plain").language == "es"


def test_a_listing_that_is_saved_is_a_listing(read: Read) -> None:
    """A file's name says nothing about what it is, not even when it looks like a practice's address."""
    for url in ("file:///gp/231001", "file:///saved.html"):
        parsed = read(page(row(1), row(2)), url)
        assert (parsed.kind, len(parsed.records)) == (PageKind.LISTING, 2)


def test_an_address_of_a_practice_shows_one_practice(read: Read) -> None:
    """Its key is that of the address, whatever the page links to."""
    parsed = read(page(row(7)), "https://www.issa.int/gp/231001")
    assert parsed.kind is PageKind.DETAIL
    assert [(record.block, record.source_key) for record in parsed.records] == [(Block.DETAIL, "231001")]


def test_an_address_of_a_practice_without_any_label_is_refused(read: Read) -> None:
    """An error in its place is no practice."""
    with pytest.raises(ParseError, match="practice's"):
        read("<html><body><h1>Page not found</h1></body></html>", "https://www.issa.int/gp/231001")


def test_issues_name_the_record_that_they_are_about(read: Read) -> None:
    """By block and position."""
    short = row(2).replace("Pension Fund , Peru , Americas", "Pension Fund , Peru")
    assert [(issue.kind, issue.record, issue.raw_value) for issue in read(page(row(1), short, row(3))).issues] == [
        ("short_place", (Block.LIST, 2), "Pension Fund , Peru")
    ]
