"""The connection itself fails: it is refused, silent, slow, or breaks."""

from collections.abc import Iterator
from dataclasses import replace

from pipeline.twin.faults.framing import unescaped
from pipeline.twin.faults.occasion import Behaviour, Occasion
from pipeline.twin.messages import Response
from pipeline.twin.wire import Ending, Pause, Step, WireResponse, head, header_lines, length_line, wired

# A drip sends what is due every so often, and a byte at least.
DRIPS_PER_SECOND = 50


def packed(response: Response) -> tuple[bytes, bytes]:
    """Return head and body of a response as an honest server sends them."""
    return head(response.status, *header_lines(response), length_line(len(response.body))), response.body


def drip(data: bytes, bytes_per_second: float) -> Iterator[Step]:
    """Yield data slowly."""
    rate = max(bytes_per_second, 0.001)
    size = max(1, int(rate / DRIPS_PER_SECOND))
    for start in range(0, len(data), size):
        yield Pause(size / rate)
        yield data[start : start + size]


def refuse(occasion: Occasion) -> Response:
    """Reset this connection, and refuse all others for the argument's seconds."""
    return replace(wired(0, (), Ending.RESET), refuse_seconds=occasion.number)


def silence(_: Occasion) -> Response:
    """Read the request and say nothing."""
    return wired(0, (), Ending.SILENCE)


def hang_up(occasion: Occasion) -> Response:
    """Send the value instead of an answer, and close."""
    return wired(0, [unescaped(occasion.value)] if occasion.value else [])


def header_drip(occasion: Occasion) -> Response:
    """Send the head slowly, then the body at once."""
    response = occasion.sent()
    start, body = packed(response)

    def steps() -> Iterator[Step]:
        yield from drip(start, occasion.number)
        yield body

    return WireResponse(response.status, steps=steps, ending=Ending.KEEP)


def body_drip(occasion: Occasion) -> Response:
    """Send the head at once, then the body slowly."""
    response = occasion.sent()
    start, body = packed(response)

    def steps() -> Iterator[Step]:
        yield start
        yield from drip(body, occasion.number)

    return WireResponse(response.status, steps=steps, ending=Ending.KEEP)


def break_off(occasion: Occasion) -> Response:
    """Send a fraction of the body, then end as the value says."""
    response = occasion.sent()
    start, body = packed(response)
    return wired(response.status, [start, body[: int(len(body) * occasion.number)]], Ending(occasion.value))


def close_after(occasion: Occasion) -> Response:
    """Close the connection after every so many answers, without a word before."""
    response = occasion.sent()
    is_last = occasion.count % max(int(occasion.number), 1) == 0
    return wired(response.status, packed(response), Ending.CLOSE if is_last else Ending.KEEP)


def slow_first_byte(occasion: Occasion) -> Response:
    """Think before the answer."""
    response = occasion.sent()
    return wired(response.status, [Pause(occasion.number), *packed(response)], Ending.KEEP)


BEHAVIOURS: dict[str, Behaviour] = {
    "refuse": refuse,
    "silence": silence,
    "hang_up": hang_up,
    "header_drip": header_drip,
    "body_drip": body_drip,
    "break_off": break_off,
    "close_after": close_after,
    "slow_first_byte": slow_first_byte,
}
