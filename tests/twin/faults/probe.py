"""A client that takes every answer as it comes: bytes from a socket, and how the connection ended."""

import gzip
import socket
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from selectolax.lexbor import LexborHTMLParser

from pipeline.twin.faults.catalogue import catalogue
from pipeline.twin.server import TwinServer
from pipeline.twin.site import TwinSite

PAGE = "/databases/gp?page=2"
# Seconds without a byte until nothing more is expected: where an answer must come, and where none must.
PATIENCE, IMPATIENCE = 10.0, 0.3


@dataclass(frozen=True)
class Answer:
    """Attributes: raw: All bytes; ending: `closed`, `reset`, or `silent` when the connection was still open."""

    raw: bytes
    ending: str

    @property
    def head(self) -> bytes:
        return self.raw.partition(b"\r\n\r\n")[0]

    @property
    def body(self) -> bytes:
        return self.raw.partition(b"\r\n\r\n")[2]

    @property
    def status(self) -> int:
        return int(self.head.split()[1])

    @property
    def headers(self) -> list[tuple[bytes, bytes]]:
        pairs = (line.partition(b":") for line in self.head.split(b"\r\n")[1:])
        return [(name.lower(), value.strip()) for name, _, value in pairs]

    def header(self, name: str) -> str | None:
        return next((value.decode("latin-1") for key, value in self.headers if key == name.encode()), None)

    @property
    def text(self) -> str:
        """The body, decoded from chunks and gzip as its headers say."""
        body = dechunked(self.body) if self.header("transfer-encoding") else self.body
        return (gzip.decompress(body) if self.header("content-encoding") == "gzip" else body).decode()

    @property
    def is_whole(self) -> bool:
        return self.status == 200 and self.text.rstrip().endswith("</html>")

    @property
    def rows(self) -> list[int]:
        return keys(self.text, ".views-row a[hreflang]")

    @property
    def markers(self) -> list[int]:
        return keys(self.text, ".location-content a[hreflang]")


def keys(text: str, selector: str) -> list[int]:
    links = LexborHTMLParser(text).css(selector)
    return [int((link.attributes["href"] or "").rpartition("/")[2]) for link in links]


def dechunked(data: bytes) -> bytes:
    body = b""
    while True:
        size, _, data = data.partition(b"\r\n")
        length = int(size.partition(b";")[0], 16)
        if not length:
            return body
        body, data = body + data[:length], data[length + 2 :]


@dataclass(frozen=True)
class Probe:
    """A server with a fault, the site behind it, and ways to ask."""

    server: TwinServer
    site: TwinSite

    def connect(self, patience: float = PATIENCE) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.server.port), timeout=patience)

    def ask(self, target: str = PAGE, *headers: str, host: str = "www.twin.test", patience: float = PATIENCE) -> Answer:
        """Ask on a connection of its own, and read to its end."""
        with self.connect(patience) as connection:
            connection.sendall(request(target, "Connection: close", *headers, host=host))
            return read(connection)

    def gzipped(self, target: str = PAGE) -> Answer:
        return self.ask(target, "Accept-Encoding: gzip")

    def statuses(self, count: int, target: str = PAGE) -> list[int]:
        return [self.ask(target).status for _ in range(count)]

    @property
    def keys(self) -> list[int]:
        """Keys of the honest listing, in order."""
        return [practice.key for practice in self.site.listing.practices]


def request(target: str, *headers: str, host: str = "www.twin.test") -> bytes:
    lines = (f"GET {target} HTTP/1.1", f"Host: {host}", *headers, "", "")
    return "\r\n".join(lines).encode()


def read(connection: socket.socket) -> Answer:
    pieces: list[bytes] = []
    try:
        while piece := connection.recv(1 << 20):
            pieces.append(piece)
    except TimeoutError:
        return Answer(b"".join(pieces), "silent")
    except ConnectionResetError:
        return Answer(b"".join(pieces), "reset")
    return Answer(b"".join(pieces), "closed")


Promise = Callable[[Probe], None]


def names_of(group: str) -> list[str]:
    return [entry.name for entry in catalogue().values() if entry.group == group]


def covers(group: str, *tables: Iterable[str]) -> bool:
    """Whether every fault of a group has a test."""
    return sorted(names_of(group)) == sorted(name for table in tables for name in table)
