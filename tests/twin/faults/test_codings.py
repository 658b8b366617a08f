import gzip
import tracemalloc
import zlib
from collections.abc import Callable

import pytest

from pipeline.codings import CodingError, decode_content
from pipeline.twin.faults.catalogue import catalogue
from pipeline.twin.faults.codings import bomb

from .probe import PAGE, Probe, Promise, covers, dechunked

Faulty = Callable[..., Probe]


def is_refused(cause: str) -> Promise:
    """Our own decoder says why, and the length is right: nothing but decoding can tell."""

    def promise(probe: Probe) -> None:
        answer = probe.ask()
        assert answer.header("content-length") == str(len(answer.body))
        with pytest.raises(CodingError, match=cause):
            decode_content(answer.body, answer.header("content-encoding"), 8_000_000)

    return promise


def is_valid(coding: str) -> Promise:
    def promise(probe: Probe) -> None:
        answer = probe.ask()
        assert answer.header("content-encoding") == coding
        assert decode_content(answer.body, coding, 8_000_000).rstrip().endswith(b"</html>")

    return promise


def has_two_members(probe: Probe) -> None:
    is_valid("gzip")(probe)
    first = zlib.decompressobj(31)
    assert b"</html>" not in first.decompress(probe.ask().body)
    assert first.unused_data


def is_plain_but_labelled(coding: str) -> Promise:
    def promise(probe: Probe) -> None:
        answer = probe.ask()
        assert (answer.header("content-encoding"), answer.body[:15]) == (coding, b"<!DOCTYPE html>")

    return promise


def has_empty_members(probe: Probe) -> None:
    is_refused("members")(probe)
    body = probe.ask().body
    assert body.startswith(gzip.compress(b"", 1, mtime=0) * 100_000)


def is_stacked(probe: Probe) -> None:
    answer = probe.ask()
    assert answer.header("content-encoding") == ", ".join(["gzip"] * 50)
    body = answer.body
    for _ in range(50):
        body = gzip.decompress(body)
    assert body.rstrip().endswith(b"</html>")


def is_a_bomb(status: int) -> Promise:
    def promise(probe: Probe) -> None:
        answer = probe.ask()
        body = dechunked(answer.body)
        assert (answer.status, answer.header("content-encoding")) == (status, "gzip")
        assert len(body) < 500_000
        assert len(zlib.decompressobj(31).decompress(body, 20_000_000)) == 20_000_000

    return promise


def leads_to_the_page(probe: Probe) -> None:
    is_a_bomb(302)(probe)
    location = probe.ask().header("location")
    assert location == f"{PAGE}&hop=1"
    assert probe.ask(location).is_whole


PROMISES: dict[str, Promise] = {
    "gzip-cut": is_refused("cut short"),
    "gzip-two-members": has_two_members,
    "gzip-wrong-crc": is_refused("incorrect data check"),
    "gzip-wrong-length": is_refused("incorrect length check"),
    "gzip-garbage": is_refused("corrupt"),
    "gzip-bomb": is_a_bomb(200),
    "gzip-empty-members": has_empty_members,
    "gzip-stacked": is_stacked,
    "coding-unknown": is_plain_but_labelled("x-snappy"),
    "coding-x-gzip": is_valid("x-gzip"),
    "coding-brotli": is_plain_but_labelled("br"),
    "coding-mislabelled": is_plain_but_labelled("gzip"),
    "bomb-in-error": is_a_bomb(404),
    "bomb-in-redirect": leads_to_the_page,
}


def test_every_fault_of_the_codings_is_tested() -> None:
    """A new line in the catalogue needs a promise here."""
    assert covers("codings", PROMISES)


@pytest.mark.parametrize("name", PROMISES)
def test_the_body_is_coded_as_promised(faulty: Faulty, name: str) -> None:
    """What the catalogue says is what the socket shows."""
    PROMISES[name](faulty(name))


@pytest.mark.parametrize("fraction", ["0", "0.001", "0.3", "0.999"])
def test_gzip_can_be_cut_anywhere(faulty: Faulty, fraction: str) -> None:
    """The argument is the fraction that is left."""
    is_refused("cut short")(faulty(f"gzip-cut:{fraction}"))


@pytest.mark.parametrize("size", [0, 1, 1 << 20, (5 << 20) + 7])
def test_a_bomb_is_valid_gzip_of_its_size(size: int) -> None:
    """Length and checksum are right, so that only its size is wrong."""
    assert gzip.decompress(b"".join(bomb(size))) == b" " * size


def test_a_bomb_is_never_held() -> None:
    """A gigabyte passes through less than a megabyte."""
    next(bomb(1 << 30))
    tracemalloc.start()
    try:
        assert sum(map(len, bomb(1 << 30))) < 2_000_000
        assert tracemalloc.get_traced_memory()[1] < 1_000_000
    finally:
        tracemalloc.stop()


def test_a_default_bomb_is_a_quarter_of_a_gigabyte() -> None:
    """As in the measurements."""
    assert {catalogue()[name].arg for name in ("gzip-bomb", "bomb-in-error", "bomb-in-redirect")} == {str(256 << 20)}
