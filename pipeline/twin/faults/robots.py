"""robots.txt is away, odd, or forbids."""

from dataclasses import replace

from pipeline.twin.faults.bodies import HTML, typed
from pipeline.twin.faults.framing import unescaped
from pipeline.twin.faults.occasion import Behaviour, Occasion
from pipeline.twin.messages import Response

FORBID_ALL = b"User-agent: *\nDisallow: /\n"


def before(occasion: Occasion) -> Response:
    """Send the value's bytes, then the site's rules."""
    response = occasion.honest()
    return replace(response, body=unescaped(occasion.value) + response.body)


def after(occasion: Occasion) -> Response:
    """Send the site's rules, then the value's bytes, which go on with the group for everybody; {arg} is filled in."""
    response = occasion.honest()
    return replace(response, body=response.body + unescaped(occasion.value.replace("{arg}", occasion.arg)))


def carriage_returns(occasion: Occasion) -> Response:
    """Send the site's rules with CR as the only line end."""
    response = occasion.honest()
    return replace(response, body=response.body.replace(b"\r\n", b"\n").replace(b"\n", b"\r"))


def padded(occasion: Occasion) -> Response:
    """Send the site's rules, comments up to ARG bytes, and a rule that forbids everything behind that."""
    response = occasion.honest()
    line = b"# " + b"x" * 97 + b"\n"
    padding = line * max((int(occasion.number) - len(response.body)) // len(line), 0)
    return replace(response, body=response.body + padding + FORBID_ALL)


def long_line(occasion: Occasion) -> Response:
    """Send the site's rules, then one rule of ARG bytes."""
    response = occasion.honest()
    return replace(response, body=response.body + b"Disallow: /" + b"x" * int(occasion.number) + b"\n")


def html(occasion: Occasion) -> Response:
    """Send the home page."""
    return typed(occasion.honest(), HTML, occasion.honest_at("/").body)


def changed(occasion: Occasion) -> Response | None:
    """Forbid everything once the site was asked for more than ARG things."""
    return replace(occasion.honest(), body=FORBID_ALL) if occasion.total > occasion.number else None


BEHAVIOURS: dict[str, Behaviour] = {
    "robots_before": before,
    "robots_after": after,
    "robots_carriage_returns": carriage_returns,
    "robots_padded": padded,
    "robots_long_line": long_line,
    "robots_html": html,
    "robots_changed": changed,
}
