import time
from collections.abc import Callable

import pytest

from .probe import IMPATIENCE, PAGE, Probe, covers, read, request

Faulty = Callable[..., Probe]
TESTED = {
    "refuse", "refuse-once", "empty-reply", "empty-reply-once", "no-http", "silence", "silence-once", "header-drip",
    "body-drip", "stall", "stall-once", "reset", "reset-once", "close-after", "slow-first-byte",
}  # fmt: skip


def test_every_fault_of_the_connection_is_tested() -> None:
    """A new line in the catalogue needs a test here."""
    assert covers("connection", TESTED)


def test_refused_is_refused_until_the_server_stops(faulty: Faulty) -> None:
    """The connection that asked is reset; from then on nobody listens."""
    probe = faulty("refuse")
    answer = probe.ask()
    assert (answer.raw, answer.ending) == (b"", "reset")
    for _ in range(2):
        with pytest.raises(ConnectionRefusedError):
            probe.connect()
    assert [(seen.status, seen.fault, seen.path) for seen in probe.server.requests] == [(0, "refuse", PAGE)]


def test_refused_once_listens_again_on_the_same_port(faulty: Faulty) -> None:
    """After the argument's seconds the same port answers."""
    probe = faulty("refuse-once:0.3")
    start = time.monotonic()
    assert probe.ask().ending == "reset"
    refusals = 0
    while True:
        try:
            answer = probe.ask()
            break
        except ConnectionRefusedError:
            refusals += 1
            time.sleep(0.02)
    assert answer.is_whole
    assert refusals > 0
    assert time.monotonic() - start >= 0.3


@pytest.mark.parametrize(
    ("name", "raw", "ending"),
    [
        ("empty-reply", b"", "closed"),
        ("no-http", b"SSH-2.0-OpenSSH_9.6\r\n", "closed"),
        ("silence", b"", "silent"),
    ],
)
def test_some_answers_are_none(faulty: Faulty, name: str, raw: bytes, ending: str) -> None:
    """No status line comes, and the log says 0."""
    probe = faulty(name)
    for _ in range(2):
        answer = probe.ask(patience=IMPATIENCE)
        assert (answer.raw, answer.ending) == (raw, ending)
    assert [seen.status for seen in probe.server.requests] == [0, 0]


@pytest.mark.parametrize("name", ["empty-reply-once", "silence-once", "stall-once", "reset-once"])
def test_once_is_once(faulty: Faulty, name: str) -> None:
    """The second request gets the page."""
    probe = faulty(name)
    first, second = probe.ask(patience=IMPATIENCE), probe.ask()
    assert b"</html>" not in first.raw
    assert second.is_whole
    assert [seen.fault for seen in probe.server.requests] == [name, ""]


@pytest.mark.parametrize(("name", "ending"), [("stall", "silent"), ("reset", "reset")])
def test_half_the_body_and_no_more(faulty: Faulty, name: str, ending: str) -> None:
    """The length is announced, the fraction arrives."""
    whole = int(faulty().ask().header("content-length") or 0)
    answer = faulty(f"{name}:0.25").ask(patience=IMPATIENCE)
    assert answer.ending == ending
    assert answer.header("content-length") == str(whole)
    assert len(answer.body) == whole // 4


@pytest.mark.parametrize(("name", "before"), [("header-drip", b""), ("body-drip", b"\r\n\r\n")])
def test_drips_keep_their_rate(faulty: Faulty, name: str, before: bytes) -> None:
    """100 bytes a second: eight bytes of head or body take 80 ms at least."""
    with faulty(f"{name}:100").connect() as connection:
        start = time.monotonic()
        connection.sendall(request(PAGE))
        received = b""
        while before not in received or len(received.partition(before)[2] if before else received) < 8:
            received += connection.recv(1)
        assert time.monotonic() - start >= 0.08


@pytest.mark.parametrize("name", ["header-drip", "body-drip"])
def test_a_drip_arrives_in_the_end(faulty: Faulty, name: str) -> None:
    """Nothing is lost, it only takes long."""
    assert faulty(f"{name}:10000000").ask().is_whole


def test_keep_alive_ends_after_so_many_answers(faulty: Faulty) -> None:
    """Two answers come on one connection, which is then closed unannounced."""
    probe = faulty("close-after:2")
    with probe.connect() as connection:
        connection.sendall(request(PAGE) * 3)
        answer = read(connection)
    assert answer.raw.count(b"HTTP/1.1 200 OK\r\n") == 2
    assert b"Connection: close" not in answer.raw
    assert answer.ending in ("closed", "reset")
    assert len(probe.server.requests) == 2


def test_the_first_byte_takes_its_time(faulty: Faulty) -> None:
    """Then the page comes whole."""
    probe = faulty("slow-first-byte:0.1")
    start = time.monotonic()
    assert probe.ask().is_whole
    assert time.monotonic() - start >= 0.1


def test_a_server_that_stops_does_not_wait_for_its_faults(faulty: Faulty) -> None:
    """Pauses and silences end with the server."""
    probe = faulty("slow-first-byte:60")
    with probe.connect() as one, probe.connect() as two:
        one.sendall(request(PAGE))
        two.sendall(request(PAGE))
        while len(probe.server.requests) < 2:
            time.sleep(0.001)
        start = time.monotonic()
        probe.server.__exit__(None, None, None)
        assert read(one).raw == read(two).raw == b""
    assert time.monotonic() - start < 30, "it waited for the pause of a minute"
