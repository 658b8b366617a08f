"""The body's coding is broken, bottomless, or not what its label says. All ignore what the client accepts."""

import gzip
import zlib
from collections.abc import Iterator
from dataclasses import replace

from pipeline.twin.faults.occasion import Behaviour, Occasion
from pipeline.twin.messages import GZIP_LEVEL, Response
from pipeline.twin.wire import CHUNKED, LAST_CHUNK, Ending, Step, WireResponse, chunk, head

GZIP_HEAD = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
BLOCK = b" " * (1 << 20)


def zipped(data: bytes) -> bytes:
    """Return one gzip member, the same every time."""
    return gzip.compress(data, GZIP_LEVEL, mtime=0)


def labelled(response: Response, coding: str, body: bytes) -> Response:
    """Return a response with another body and the label of a coding."""
    return replace(response, headers=(*response.headers, ("Content-Encoding", coding)), body=body)


def gzip_cut(occasion: Occasion) -> Response:
    """Send a fraction of the gzip body, with the right length for that."""
    response = occasion.honest()
    body = zipped(response.body)
    return labelled(response, "gzip", body[: int(len(body) * occasion.number)])


def gzip_two_members(occasion: Occasion) -> Response:
    """Send the body in two members."""
    response = occasion.honest()
    half = len(response.body) // 2
    return labelled(response, "gzip", zipped(response.body[:half]) + zipped(response.body[half:]))


def gzip_trailer(occasion: Occasion) -> Response:
    """Send a wrong byte in the trailer, at the value's place."""
    response = occasion.honest()
    body = bytearray(zipped(response.body))
    body[int(occasion.value)] ^= 0xFF
    return labelled(response, "gzip", bytes(body))


def gzip_garbage(occasion: Occasion) -> Response:
    """Send text behind the gzip body."""
    response = occasion.honest()
    return labelled(response, "gzip", zipped(response.body) + b"<!-- served in 0.1 s -->")


def gzip_empty_members(occasion: Occasion) -> Response:
    """Send so many empty members before the page."""
    response = occasion.honest()
    return labelled(response, "gzip", zipped(b"") * int(occasion.number) + zipped(response.body))


def gzip_bomb(occasion: Occasion) -> Response | None:
    """Send a small body that becomes so many bytes of blanks; the value is the status, and 302 leads to the page."""
    status = int(occasion.value)
    lines = [b"Content-Type: text/html; charset=UTF-8", b"Content-Encoding: gzip", CHUNKED]
    if status == 302:
        if occasion.hop:
            return None
        target = occasion.request.target
        lines.append(f"Location: {target}{'&' if '?' in target else '?'}hop=1".encode("latin-1"))

    def steps() -> Iterator[Step]:
        yield head(status, *lines)
        yield from map(chunk, bomb(int(occasion.number)))
        yield LAST_CHUNK

    return WireResponse(status, steps=steps, ending=Ending.KEEP)


def bomb(size: int) -> Iterator[bytes]:
    """Yield a valid gzip member of so many blanks without ever holding it: a flushed block is the same every time."""
    coder = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    block = coder.compress(BLOCK) + coder.flush(zlib.Z_FULL_FLUSH)
    count, rest = divmod(size, len(BLOCK))
    checksum = 0
    yield GZIP_HEAD
    for _ in range(count):
        checksum = zlib.crc32(BLOCK, checksum)
        yield block
    checksum = zlib.crc32(BLOCK[:rest], checksum)
    last = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    yield last.compress(BLOCK[:rest]) + last.flush()
    yield checksum.to_bytes(4, "little") + (size & 0xFFFFFFFF).to_bytes(4, "little")


def stacked(occasion: Occasion) -> Response:
    """Compress the body so many times, and say so."""
    response = occasion.honest()
    body, count = response.body, int(occasion.number)
    for _ in range(count):
        body = zipped(body)
    return labelled(response, ", ".join(["gzip"] * count), body)


def right_label(occasion: Occasion) -> Response:
    """Send gzip under the value's name."""
    response = occasion.honest()
    return labelled(response, occasion.value, zipped(response.body))


def wrong_label(occasion: Occasion) -> Response:
    """Send the plain body, and say that it is in the value's coding."""
    response = occasion.honest()
    return labelled(response, occasion.value, response.body)


BEHAVIOURS: dict[str, Behaviour] = {
    "gzip_cut": gzip_cut,
    "gzip_two_members": gzip_two_members,
    "gzip_trailer": gzip_trailer,
    "gzip_garbage": gzip_garbage,
    "gzip_empty_members": gzip_empty_members,
    "gzip_bomb": gzip_bomb,
    "stacked": stacked,
    "right_label": right_label,
    "wrong_label": wrong_label,
}
