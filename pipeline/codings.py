"""Undo a content coding within bounds. Only gzip is ever asked for, so only gzip is undone.

Libraries hand out a truncated gzip body as a whole one, and follow a small body to hundreds of megabytes; here the
end of every member is required, and output and members are capped.
"""

import zlib

_GZIP = 16 + zlib.MAX_WBITS
# An empty member is 20 bytes on the wire; a server has no reason for more than a handful.
_MAX_MEMBERS = 64
_STEP = 1 << 16


class CodingError(ValueError):
    """A body that is cut short, corrupt, too large when decoded, or in another coding; the message says which."""


def decode_content(body: bytes, content_encoding: str | None, max_bytes: int, prefix: int | None = None) -> bytes:
    """Return a body without its content coding.

    Args:
        body: Bytes as received.
        content_encoding: Value of the Content-Encoding header, None without one.
        max_bytes: Most bytes to return.
        prefix: Only so many bytes are wanted, and what comes behind them is not looked at; None for a whole body.

    Raises:
        CodingError: The body can not be decoded as declared, wholly and within the cap.
    """
    coding = (content_encoding or "identity").strip().lower()
    if coding in ("identity", ""):
        if prefix is not None:
            return body[:prefix]
        if len(body) > max_bytes:
            raise CodingError(f"the body has {len(body)} bytes, more than the {max_bytes} allowed")
        return body
    if coding not in ("gzip", "x-gzip"):
        raise CodingError(f"the body is in the coding {coding[:40]!r}, which was not asked for")
    return _gunzip(body, max_bytes, prefix)


def _gunzip(body: bytes, max_bytes: int, prefix: int | None) -> bytes:
    pieces: list[bytes] = []
    size = 0
    rest = body
    for _ in range(_MAX_MEMBERS):
        decoder = zlib.decompressobj(_GZIP)
        data = rest
        while not decoder.eof:
            try:
                piece = decoder.decompress(data, _STEP)
            except zlib.error as error:
                raise CodingError(f"the gzip body is corrupt: {error}") from error
            size += len(piece)
            if prefix is not None and size >= prefix:
                return b"".join([*pieces, piece])[:prefix]
            if size > max_bytes:
                raise CodingError(f"the gzip body decodes to more than the {max_bytes} bytes allowed")
            pieces.append(piece)
            data = decoder.unconsumed_tail
            if not piece and not data and not decoder.eof:
                raise CodingError(f"the gzip body is cut short after {len(body)} bytes")
        rest = decoder.unused_data
        if not rest:
            return b"".join(pieces)
    raise CodingError(f"the gzip body has more than {_MAX_MEMBERS} members")
