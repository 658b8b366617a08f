"""Bytes to text, by a short list of charsets: Python knows codecs that are no charsets (`zlib_codec`, `rot13`)."""

import re
from codecs import getincrementaldecoder

_HEADER = re.compile(r"charset\s*=\s*[\"']?([A-Za-z0-9_.:-]+)", re.IGNORECASE)
_META = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([A-Za-z0-9_.:-]+)", re.IGNORECASE)
_MARKS = ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
# As the WHATWG encoding standard: what calls itself latin-1 is cp1252.
_CODECS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "utf-16": "utf-16",
    "us-ascii": "cp1252",
    "ascii": "cp1252",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "latin-1": "cp1252",
    "windows-1252": "cp1252",
    "cp1252": "cp1252",
    "iso-8859-15": "iso-8859-15",
}


def decode(body: bytes, content_type: str) -> str:
    """Return the text of a page: byte order mark, then header, then `meta`, then UTF-8, then cp1252.

    Bytes that are valid UTF-8 are read as such whatever is declared: other charsets hit that form by chance only in
    ASCII.
    """
    for mark, codec in _MARKS:
        if body.startswith(mark):
            return body.decode(codec, errors="replace")
    try:
        # A file that was cut may end inside a character.
        text = getincrementaldecoder("utf-8")().decode(body)
    except UnicodeDecodeError:
        pass
    else:
        return text if len(text.encode()) == len(body) else f"{text}\ufffd"
    declared = _HEADER.search(content_type)
    name = declared[1] if declared else None
    if name is None and (meta := _META.search(body[:4096])) is not None:
        name = meta[1].decode("ascii")
    codec = _CODECS.get((name or "windows-1252").lower(), "utf-8")
    return body.decode(codec, errors="replace")
