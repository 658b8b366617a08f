"""Look at every byte of a WARC file: where its records lie, and whether each is whole and is what it says.

Each record is a gzip member of its own. The members follow each other without a gap, so a damaged byte, a record that
was cut short, and garbage in between all show.
"""

import hashlib
import re
import zlib
from base64 import b32encode
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

_GZIP = 16 + zlib.MAX_WBITS
_STEP = 1 << 20
_HEADER = re.compile(rb"^([A-Za-z-]+): ?(.*?)\r$", re.MULTILINE)
_BLANK = b"\r\n\r\n"


@dataclass(frozen=True, slots=True)
class Scanned:
    """One record of a WARC file.

    Attributes:
        number: 1 for the first.
        offset: Byte at which it begins.
        length: Its bytes, up to the end of the file for a damaged one.
        problem: What is wrong with it, None when it is whole.
        content: Its decompressed bytes, headers included; empty for a damaged one.
    """

    number: int
    offset: int
    length: int
    problem: str | None
    content: bytes = field(default=b"", repr=False)


def scan(path: Path) -> Iterator[Scanned]:
    """Yield the records of a WARC file in order; behind a damaged one nothing can be told, so it is the last.

    Args:
        path: A `.warc.gz` file with one member per record.

    Raises:
        OSError: The file can not be read.
    """
    data = path.read_bytes()
    offset = 0
    number = 0
    while offset < len(data):
        number += 1
        content, length, problem = _member(data, offset)
        problem = problem or _problem_of(content)
        if problem is not None:
            yield Scanned(number, offset, len(data) - offset, problem)
            return
        yield Scanned(number, offset, length, None, content)
        offset += length


def whole_length(path: Path) -> int:
    """Return how many bytes at the start of a WARC file are whole records."""
    return max((record.offset + record.length for record in scan(path) if record.problem is None), default=0)


def _member(data: bytes, offset: int) -> tuple[bytes, int, str | None]:
    """Return the content and length of the gzip member at an offset, or what is wrong with it."""
    decoder = zlib.decompressobj(_GZIP)
    pieces: list[bytes] = []
    position = offset
    while not decoder.eof:
        chunk = data[position : position + _STEP]
        if not chunk:
            return b"", 0, "the record is cut short"
        try:
            pieces.append(decoder.decompress(chunk))
        except zlib.error as error:
            return b"", 0, f"the record can not be decompressed: {error}"
        position += len(chunk)
    return b"".join(pieces), position - len(decoder.unused_data) - offset, None


def _problem_of(content: bytes) -> str | None:
    head, _, rest = content.partition(_BLANK)
    if not head.startswith(b"WARC/1."):
        return "this is no WARC record"
    headers = {name.lower(): value for name, value in _HEADER.findall(head + b"\r\n")}
    length = headers.get(b"content-length", b"")
    if not length.isdigit() or len(rest) != int(length) + len(_BLANK) or not rest.endswith(_BLANK):
        return "the record does not have the length that it states"
    block = rest[: int(length)]
    if not _has_digest(block, headers.get(b"warc-block-digest")):
        return "the block does not have the digest that it states"
    is_http = headers.get(b"content-type", b"").startswith(b"application/http")
    payload = block.partition(_BLANK)[2] if is_http else block
    if headers.get(b"warc-type") != b"revisit" and not _has_digest(payload, headers.get(b"warc-payload-digest")):
        return "the payload does not have the digest that it states"
    return None


def _has_digest(data: bytes, stated: bytes | None) -> bool:
    algorithm, _, value = (stated or b"").decode("ascii", errors="replace").partition(":")
    if algorithm == "sha256":
        return value == hashlib.sha256(data).hexdigest()
    if algorithm == "sha1":
        return value == b32encode(hashlib.sha1(data, usedforsecurity=False).digest()).decode()
    return stated is None
