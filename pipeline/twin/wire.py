"""Answers that no web server library would send: what goes over the socket, piece by piece, and how it ends."""

import socket
import struct
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus

from pipeline.twin.messages import Response


@dataclass(frozen=True, slots=True)
class Pause:
    """Time in which the server sends nothing; it ends early when the server stops."""

    seconds: float


Step = bytes | Pause


class Ending(StrEnum):
    """What the server does with the connection after the last step."""

    KEEP = "keep"
    CLOSE = "close"
    RESET = "reset"
    SILENCE = "silence"


@dataclass(frozen=True, slots=True)
class WireResponse(Response):
    """An answer as bytes. `status` is what the log shows, 0 when no status line is sent; `body` is not used.

    Attributes:
        steps: Returns what to do, from the start; a generator, so that a huge body is never held.
        ending: What happens then.
        refuse_seconds: How long the server refuses connections afterwards, `inf` for as long as it runs.
    """

    steps: Callable[[], Iterator[Step]] = lambda: iter(())
    ending: Ending = Ending.CLOSE
    refuse_seconds: float = 0.0


def wired(status: int, steps: Iterable[Step], ending: Ending = Ending.CLOSE) -> WireResponse:
    """Return an answer that sends steps that are few enough to be held."""
    held = tuple(steps)
    return WireResponse(status, steps=lambda: iter(held), ending=ending)


def head(status: int, *lines: bytes) -> bytes:
    """Return status line, header lines as given, and the blank line."""
    try:
        phrase = HTTPStatus(status).phrase
    except ValueError:
        phrase = "Unknown"
    return b"\r\n".join([f"HTTP/1.1 {status} {phrase}".encode(), b"Server: Apache", *lines, b"", b""])


def header_lines(response: Response) -> list[bytes]:
    """Return the header lines of a response; it has none about its length."""
    return [f"{name}: {value}".encode("latin-1") for name, value in response.headers]


def length_line(length: int | str) -> bytes:
    """Return a Content-Length, whatever it says."""
    return f"Content-Length: {length}".encode()


def chunk(data: bytes, extension: bytes = b"") -> bytes:
    """Return one chunk of a chunked body."""
    return b"%x%s\r\n%s\r\n" % (len(data), extension, data)


CHUNKED = b"Transfer-Encoding: chunked"
LAST_CHUNK = b"0\r\n\r\n"


def reset(connection: socket.socket) -> None:
    """Close a connection with RST instead of FIN: that is what a socket does that shall not linger."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    socket.close(connection.detach())
