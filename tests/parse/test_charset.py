"""Bytes to text."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.parse.charset import decode

TEXT = "<p>“Año” – non\u2011salariés, Türkiye, 한국</p>"
WESTERN = "<p>“Año” – salariés, Türkiye €</p>"
HTML = "text/html"


@pytest.mark.parametrize("content_type", [HTML, "", "text/html; charset=utf-8", "text/html; charset=iso-8859-1"])
def test_what_is_utf_8_is_read_as_utf_8(content_type: str) -> None:
    """Whatever is declared: other charsets hit that form by chance only in ASCII."""
    assert decode(TEXT.encode(), content_type) == TEXT


@pytest.mark.parametrize(
    ("codec", "mark"), [("utf-8", b"\xef\xbb\xbf"), ("utf-16-le", b"\xff\xfe"), ("utf-16-be", b"\xfe\xff")]
)
def test_a_byte_order_mark_wins(codec: str, mark: bytes) -> None:
    """And is no part of the text."""
    assert decode(mark + TEXT.encode(codec), "text/html; charset=windows-1252") == TEXT


@pytest.mark.parametrize("name", ["windows-1252", "ISO-8859-1", "latin1", "us-ascii", '"cp1252"', "'Latin-1'"])
def test_what_calls_itself_latin_1_is_windows_1252(name: str) -> None:
    """As browsers read it, so that quotes and dashes survive."""
    assert decode(WESTERN.encode("cp1252"), f"text/html; Charset = {name}") == WESTERN


@pytest.mark.parametrize(
    "meta",
    [
        '<meta charset="iso-8859-15">',
        "<META CHARSET = 'ISO-8859-15' />",
        '<meta http-equiv="Content-Type" content="text/html; charset=iso-8859-15" />',
    ],
)
def test_the_page_may_say_its_charset_itself(meta: str) -> None:
    """In either form of `meta`."""
    page = f"<html><head>{meta}</head><p>Prix en €, salariés</p>"
    assert decode(page.encode("iso-8859-15"), HTML) == page


def test_the_header_wins_over_the_page() -> None:
    """The server knows what it sends."""
    page = '<meta charset="iso-8859-15"><p>10 € – “salariés”</p>'
    assert decode(page.encode("cp1252"), "text/html; charset=windows-1252") == page


def test_without_any_word_it_is_windows_1252() -> None:
    """What is no UTF-8 and says nothing was saved by an old program."""
    assert decode(WESTERN.encode("cp1252"), HTML) == WESTERN


@pytest.mark.parametrize("name", ["zlib_codec", "rot13", "base64", "idna", "unicode_escape", "nonsense", "utf-7"])
def test_codecs_that_are_no_charsets_are_never_used(name: str) -> None:
    """A page chooses among charsets, not among Python's tools."""
    text = decode(b"<p>\xff ascii \\u0041 +AGE-</p>", f"text/html; charset={name}")
    assert text == "<p>\ufffd ascii \\u0041 +AGE-</p>"


def test_a_bad_byte_does_not_lose_the_page() -> None:
    """It is marked, and the rest is read."""
    assert decode("<p>Año</p>".encode() + b"\xff", "text/html; charset=utf-8") == "<p>Año</p>\ufffd"


@settings(deadline=None)
@given(
    st.binary(max_size=200),
    st.sampled_from(["", HTML, "text/html; charset=utf-16", "text/html; charset=x", "charset="]),
)
def test_any_bytes_are_some_text(data: bytes, content_type: str) -> None:
    """Decoding never fails."""
    assert isinstance(decode(data, content_type), str)


@settings(deadline=None)
@given(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=100).filter(lambda text: not text.startswith("\ufeff"))
)
def test_every_text_survives_utf_8(text: str) -> None:
    """Unless it begins with a byte order mark."""
    assert decode(text.encode(), HTML) == text
