"""Look at every byte of a WARC file: where its records lie, and whether each is whole and is what it says.

Each record is a gzip member of its own. The members follow each other without a gap, so a damaged byte, a record that
was cut short, and garbage in between all show.
"""

import hashlib
import os
import re
import zlib
from base64 import b32encode
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

_GZIP = 16 + zlib.MAX_WBITS
_STEP = 1 << 16
_MAGIC = b"\x1f\x8b\x08"
_BEGINS = b"WARC/1."
_HEADER = re.compile(rb"^([A-Za-z-]+): ?(.*?)\r$", re.MULTILINE)
_BLANK = b"\r\n\r\n"

CUT_SHORT = "the record is cut short"
_NO_RECORD = "this is no WARC record"


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
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        offset = 0
        number = 0
        while offset < size:
            number += 1
            record = _record_at(file, offset, number, size)
            yield record
            if record.problem is not None:
                return
            offset += record.length


def scan_at(path: Path, offset: int) -> Scanned:
    """Return the one record that begins at a byte of a WARC file; its number is not known, and given as 0.

    Raises:
        OSError: The file can not be read.
    """
    with path.open("rb") as file:
        return _record_at(file, offset, 0, file.seek(0, os.SEEK_END))


def whole_length(path: Path) -> int:
    """Return how many bytes at the start of a WARC file are whole records."""
    return max((record.offset + record.length for record in scan(path) if record.problem is None), default=0)


def _record_at(file: IO[bytes], offset: int, number: int, size: int) -> Scanned:
    content, length, problem = _member(file, offset)
    problem = problem or _problem_of(content)
    if problem is None:
        return Scanned(number, offset, length, None, content)
    if problem == CUT_SHORT and _is_followed(file, offset):
        problem = "the record can not be decompressed, and others follow it"
    return Scanned(number, offset, size - offset, problem)


def _member(file: IO[bytes], offset: int) -> tuple[bytes, int, str | None]:
    """Return the content and length of the gzip member at an offset, or what is wrong with it."""
    file.seek(offset)
    decoder = zlib.decompressobj(_GZIP)
    pieces: list[bytes] = []
    length = 0
    while not decoder.eof:
        chunk = file.read(_STEP)
        if not chunk:
            return b"", 0, CUT_SHORT
        if not length and not chunk.startswith(_MAGIC[: len(chunk)]):
            return b"", 0, _NO_RECORD
        try:
            pieces.append(decoder.decompress(chunk))
        except zlib.error as error:
            return b"", 0, f"the record can not be decompressed: {error}"
        length += len(chunk)
    return b"".join(pieces), length - len(decoder.unused_data), None


def _is_followed(file: IO[bytes], offset: int) -> bool:
    """Whether any record begins behind the start of this one: then it is not the end of the file that is missing."""
    file.seek(offset)
    rest = file.read()
    position = rest.find(_MAGIC, 1)
    while position > 0:
        with suppress(zlib.error):
            if zlib.decompressobj(_GZIP).decompress(rest[position : position + _STEP], 16).startswith(_BEGINS):
                return True
        position = rest.find(_MAGIC, position + 1)
    return False


def _problem_of(content: bytes) -> str | None:
    head, _, rest = content.partition(_BLANK)
    if not head.startswith(_BEGINS):
        return _NO_RECORD
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
