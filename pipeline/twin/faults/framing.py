"""The message is framed wrongly: lengths, chunks, headers, and answers before the answer."""

from collections.abc import Sequence

from pipeline.twin.faults.occasion import Behaviour, Occasion
from pipeline.twin.messages import Response
from pipeline.twin.wire import CHUNKED, LAST_CHUNK, Ending, chunk, head, header_lines, length_line, wired

CHUNK_SIZE = 8192


def unescaped(text: str) -> bytes:
    r"""Return the bytes of a catalogue value in which odd ones are written as `\x00`."""
    return text.encode("latin-1").decode("unicode_escape").encode("latin-1")


def length_off(occasion: Occasion) -> Response:
    """Announce more or fewer bytes than are sent; the value is the sign."""
    response = occasion.sent()
    announced = len(response.body) + int(f"{occasion.value}{int(occasion.number)}")
    return wired(response.status, [head(200, *header_lines(response), length_line(announced)), response.body])


def extra_bytes(occasion: Occasion) -> Response:
    """Send so many bytes behind a whole answer."""
    response = occasion.sent()
    start = head(response.status, *header_lines(response), length_line(len(response.body)))
    return wired(response.status, [start, response.body, b"x" * int(occasion.number)])


def chunked(occasion: Occasion) -> Response:
    """Send the body in chunks that end as the value says: `good`, `no_end`, `bad_size` or `extension`."""
    response = occasion.sent()
    extension = b";x=" + b"y" * int(occasion.number) if occasion.value == "extension" else b""
    body = response.body
    pieces = [chunk(body[at : at + CHUNK_SIZE], extension) for at in range(0, len(body), CHUNK_SIZE)]
    if occasion.value == "bad_size":
        pieces[1:] = [b"zz\r\n" + body[CHUNK_SIZE:]]
    start = head(response.status, *header_lines(response), CHUNKED)
    if occasion.value in ("no_end", "bad_size"):
        return wired(response.status, [start, *pieces])
    return wired(response.status, [start, *pieces, LAST_CHUNK], Ending.KEEP)


def close_delimited(occasion: Occasion) -> Response:
    """Send no length; the body, uncompressed, ends with the connection after a fraction of it."""
    response = occasion.honest()
    start = head(response.status, *header_lines(response), b"Connection: close")
    fraction = float(occasion.value or occasion.arg)
    return wired(response.status, [start, response.body[: int(len(response.body) * fraction)]])


def with_lines(occasion: Occasion, lines: Sequence[bytes], *, has_length: bool = True) -> Response:
    """Return the page with lines in front of its other headers, and without the site's headers of the same names."""
    response = occasion.sent()
    names = {line.partition(b":")[0].lower() for line in lines}
    kept = [line for line in header_lines(response) if line.partition(b":")[0].lower() not in names]
    lengths = [length_line(len(response.body))] if has_length else []
    return wired(response.status, [head(response.status, *lines, *kept, *lengths), response.body], Ending.KEEP)


def header(occasion: Occasion) -> Response:
    """Send the page with the value as one more header line."""
    return with_lines(occasion, [unescaped(occasion.value)])


def huge_header(occasion: Occasion) -> Response:
    """Send the page with the value as one more header line, filled up with so many bytes."""
    return with_lines(occasion, [occasion.value.replace("{filler}", "x" * int(occasion.number)).encode("ascii")])


def header_flood(occasion: Occasion) -> Response:
    """Send the page with so many headers."""
    return with_lines(occasion, [b"X-Flood-%d: %d" % (number, number) for number in range(int(occasion.number))])


def lengths(occasion: Occasion) -> Response:
    """Send the page with the values, separated by `|`, as its lengths; {length} is the true one."""
    true = str(len(occasion.sent().body))
    lines = [length_line(text.replace("{length}", true)) for text in occasion.value.split("|")]
    return with_lines(occasion, lines, has_length=False)


def informational(occasion: Occasion) -> Response:
    """Send the value as so many answers before the answer."""
    response = occasion.sent()
    before = b"HTTP/1.1 " + unescaped(occasion.value) + b"\r\n\r\n"
    start = head(response.status, *header_lines(response), length_line(len(response.body)))
    return wired(response.status, [before * int(occasion.number), start, response.body], Ending.KEEP)


def odd_status(occasion: Occasion) -> Response:
    """Send the page under the value's status."""
    response = occasion.sent()
    start = head(int(occasion.value), *header_lines(response), length_line(len(response.body)))
    return wired(int(occasion.value), [start, response.body])


BEHAVIOURS: dict[str, Behaviour] = {
    "length_off": length_off,
    "extra_bytes": extra_bytes,
    "chunked": chunked,
    "close_delimited": close_delimited,
    "header": header,
    "huge_header": huge_header,
    "header_flood": header_flood,
    "lengths": lengths,
    "informational": informational,
    "odd_status": odd_status,
}
