from collections.abc import Callable

import pytest

from .probe import PAGE, Probe, Promise, covers, dechunked, request

Faulty = Callable[..., Probe]


def length(probe: Probe) -> int:
    return int(probe.ask().header("content-length") or 0)


def is_cut_by_length(sign: int) -> Promise:
    def promise(probe: Probe) -> None:
        answer = probe.ask()
        assert length(probe) == len(answer.body) + sign * 100
        assert answer.ending == "closed"
        assert b"</html>" in answer.body

    return promise


def has_extra_bytes(probe: Probe) -> None:
    answer = probe.ask()
    announced = int(answer.header("content-length") or 0)
    assert answer.body[:announced].rstrip().endswith(b"</html>")
    assert answer.body[announced:] == b"x" * 100
    assert answer.ending == "closed"


def is_chunked(probe: Probe) -> None:
    answer = probe.gzipped()
    assert answer.header("content-length") is None
    assert answer.is_whole


def lacks_the_last_chunk(probe: Probe) -> None:
    answer = probe.ask()
    assert not answer.body.endswith(b"0\r\n\r\n")
    assert dechunked(answer.body + b"0\r\n\r\n").rstrip().endswith(b"</html>")
    assert answer.ending == "closed"


def has_a_bad_size(probe: Probe) -> None:
    size, _, rest = probe.ask().body.partition(b"\r\n")
    assert rest[int(size, 16) :].startswith(b"\r\nzz\r\n")


def has_long_extensions(probe: Probe) -> None:
    answer = probe.gzipped()
    assert answer.body.partition(b"\r\n")[0].endswith(b";x=" + b"y" * 1_000_000)
    assert answer.is_whole


def ends_by_closing(probe: Probe) -> None:
    answer = probe.gzipped()
    assert (answer.header("content-length"), answer.header("connection")) == (None, "close")
    assert (answer.is_whole, answer.ending) == (True, "closed")


def is_cut_without_length(probe: Probe) -> None:
    answer = probe.gzipped()
    assert (answer.header("content-length"), answer.header("content-encoding")) == (None, None)
    assert (answer.ending, b"</html>" in answer.body, len(answer.body) > 10_000) == ("closed", False, True)


def has_line(line: bytes) -> Promise:
    def promise(probe: Probe) -> None:
        answer = probe.ask()
        assert b"\r\n" + line + b"\r\n" in answer.raw
        assert answer.is_whole

    return promise


def has_5000_headers(probe: Probe) -> None:
    answer = probe.ask()
    assert len({name for name, _ in answer.headers if name.startswith(b"x-flood")}) == 5000
    assert answer.is_whole


def has_a_huge_header(probe: Probe) -> None:
    assert probe.ask().header("x-huge") == "x" * 200_000


def has_two_lengths(probe: Probe) -> None:
    answer = probe.ask()
    lengths = [value for name, value in answer.headers if name == b"content-length"]
    assert lengths == [str(len(answer.body)).encode(), b"5"]


def answers_before(line: bytes, count: int) -> Promise:
    def promise(probe: Probe) -> None:
        raw = probe.ask().raw
        assert raw.count(line + b"\r\n") == count
        assert raw.startswith(line)
        assert raw.count(b"HTTP/1.1 200 OK\r\n") == 1

    return promise


def has_status(status: int) -> Promise:
    def promise(probe: Probe) -> None:
        answer = probe.ask()
        assert answer.status == probe.server.requests[-1].status == status
        assert answer.body.rstrip().endswith(b"</html>")

    return promise


PROMISES: dict[str, Promise] = {
    "length-longer": is_cut_by_length(1),
    "length-shorter": is_cut_by_length(-1),
    "extra-bytes": has_extra_bytes,
    "chunked": is_chunked,
    "chunked-no-end": lacks_the_last_chunk,
    "chunked-bad-size": has_a_bad_size,
    "chunked-extension": has_long_extensions,
    "close-delimited": ends_by_closing,
    "close-delimited-cut": is_cut_without_length,
    "header-flood": has_5000_headers,
    "header-huge": has_a_huge_header,
    "header-nul": has_line(b"X-Odd: a\0b"),
    "header-non-ascii": has_line(b"X-Odd: caf\xe9"),
    "header-folded": has_line(b"X-Odd: one\r\n two"),
    "header-no-colon": has_line(b"this is no header"),
    "length-conflicting": has_two_lengths,
    "length-negative": has_line(b"Content-Length: -1"),
    "continue-flood": answers_before(b"HTTP/1.1 100 Continue", 100),
    "early-hints": answers_before(b"HTTP/1.1 103 Early Hints", 1),
    "status-999": has_status(999),
    "status-204": has_status(204),
    "status-206": has_status(206),
    "status-226": has_status(226),
}


def test_every_fault_of_the_framing_is_tested() -> None:
    """A new line in the catalogue needs a promise here."""
    assert covers("framing", PROMISES)


@pytest.mark.parametrize("name", PROMISES)
def test_the_message_is_framed_as_promised(faulty: Faulty, name: str) -> None:
    """What the catalogue says is what the socket shows."""
    PROMISES[name](faulty(name))


def test_a_well_framed_answer_keeps_the_connection(faulty: Faulty) -> None:
    """Valid oddities, such as chunks, end nothing."""
    with faulty("chunked").connect() as connection:
        for _ in range(2):
            connection.sendall(request(PAGE))
            received = b""
            while not received.endswith(b"\r\n0\r\n\r\n"):
                received += connection.recv(1 << 16)
            assert received.startswith(b"HTTP/1.1 200 OK")
