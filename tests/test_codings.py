"""Undoing gzip within bounds."""

import gzip
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.codings import CodingError, decode_content

TEXT = "“Untact” – a page about a counter without queues.\n".encode() * 40
ZIPPED = gzip.compress(TEXT, mtime=0)
ENOUGH = 1 << 20
LAW = settings(max_examples=50, deadline=None)


@pytest.mark.parametrize("coding", [None, "", "identity", " Identity "])
def test_a_body_without_coding_is_returned_as_it_is(coding: str | None) -> None:
    """No header, an empty one, and the name of no coding are the same."""
    assert decode_content(TEXT, coding, ENOUGH) == TEXT


@pytest.mark.parametrize("coding", ["gzip", "x-gzip", "GZIP", " gzip "])
def test_a_whole_gzip_body_is_decoded(coding: str) -> None:
    """Whatever the spelling of the header."""
    assert decode_content(ZIPPED, coding, ENOUGH) == TEXT


@LAW
@given(st.lists(st.binary(max_size=300), min_size=1, max_size=6))
def test_all_members_are_decoded_in_order(pieces: list[bytes]) -> None:
    """A gzip body may be several ones, one behind the other, empty ones among them."""
    body = b"".join(gzip.compress(piece) for piece in pieces)
    assert decode_content(body, "gzip", ENOUGH) == b"".join(pieces)


def test_a_body_cut_at_any_byte_is_refused() -> None:
    """Half a page never counts as a page, not even when only its checksum is missing."""
    for length in range(len(ZIPPED)):
        with pytest.raises(CodingError, match="cut short"):
            decode_content(ZIPPED[:length], "gzip", ENOUGH)


def test_a_second_member_cut_at_any_byte_is_refused() -> None:
    """The first member being whole does not help; without any byte of the second there is only one."""
    both = ZIPPED + ZIPPED
    for length in range(len(ZIPPED) + 1, len(both)):
        with pytest.raises(CodingError):
            decode_content(both[:length], "gzip", ENOUGH)


def test_a_flipped_byte_is_refused_or_harmless() -> None:
    """Data, checksum and length are protected; time and system in the header say nothing about the text."""
    for index in range(len(ZIPPED)):
        damaged = bytearray(ZIPPED)
        damaged[index] ^= 0x55
        try:
            decoded = decode_content(bytes(damaged), "gzip", ENOUGH)
        except CodingError:
            continue
        assert (index < 10, decoded) == (True, TEXT)


@pytest.mark.parametrize(("place", "what"), [(-8, "checksum"), (-4, "length")])
def test_a_wrong_trailer_is_refused(place: int, what: str) -> None:
    """The checksum and the length at the end are compared with the data."""
    damaged = bytearray(ZIPPED)
    damaged[place] ^= 1
    with pytest.raises(CodingError, match="corrupt"):
        decode_content(bytes(damaged), "gzip", ENOUGH)


@pytest.mark.parametrize("garbage", [b"\0", b"\0" * 512, b"<html>", b"\x1f\x8b"])
def test_bytes_behind_the_end_are_refused(garbage: bytes) -> None:
    """What follows a member must be another member."""
    with pytest.raises(CodingError):
        decode_content(ZIPPED + garbage, "gzip", ENOUGH)


def test_a_bomb_stops_at_the_cap() -> None:
    """A small body that decodes to a thousand times as much is given up after as many bytes as are allowed."""
    packer = zlib.compressobj(9, wbits=31)
    bomb = b"".join(packer.compress(bytes(1 << 20)) for _ in range(64)) + packer.flush()
    assert len(bomb) < 70_000
    with pytest.raises(CodingError, match="more than the 100000 bytes allowed"):
        decode_content(bomb, "gzip", 100_000)


@pytest.mark.parametrize("body", [TEXT, ZIPPED])
def test_the_cap_is_exact(body: bytes) -> None:
    """As many bytes as allowed pass, one more does not."""
    coding = "gzip" if body is ZIPPED else None
    assert decode_content(body, coding, len(TEXT)) == TEXT
    with pytest.raises(CodingError, match="allowed"):
        decode_content(body, coding, len(TEXT) - 1)


def test_the_cap_holds_for_all_members_together() -> None:
    """Many small members are no way around it."""
    with pytest.raises(CodingError, match="allowed"):
        decode_content(ZIPPED * 3, "gzip", 2 * len(TEXT))


def test_many_empty_members_are_refused() -> None:
    """A handful is fine; a body of nothing but empty members keeps nobody busy."""
    empty = gzip.compress(b"")
    assert decode_content(empty * 5, "gzip", ENOUGH) == b""
    with pytest.raises(CodingError, match="members"):
        decode_content(empty * 100_000, "gzip", ENOUGH)


@pytest.mark.parametrize("coding", ["br", "zstd", "deflate", "compress", "gzip, gzip", "gzip, br", "utf-8"])
def test_a_coding_that_was_not_asked_for_is_refused(coding: str) -> None:
    """The message names it."""
    with pytest.raises(CodingError, match=coding):
        decode_content(ZIPPED, coding, ENOUGH)


def test_an_empty_body_is_no_gzip_body() -> None:
    """Without coding it is empty; with one it is cut short."""
    assert decode_content(b"", None, ENOUGH) == b""
    with pytest.raises(CodingError, match="cut short"):
        decode_content(b"", "gzip", ENOUGH)


def test_a_page_that_only_claims_to_be_gzip_is_refused() -> None:
    """A header that lies is not guessed around."""
    with pytest.raises(CodingError, match="corrupt"):
        decode_content(TEXT, "gzip", ENOUGH)
