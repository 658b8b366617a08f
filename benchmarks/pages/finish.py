"""What can change about a page once it is printed: its bytes, its end, and what its header says."""

import re
from collections.abc import Callable
from random import Random

from .dom import write
from .truth import TwinPage

# Where HTML lets authors leave an end tag out, and no text moves to another element.
OPTIONAL_END = re.compile(
    r"</(li|td|tr)>(?=\s*(?:<\1\b|</))|</p>(?=\s*(?:<(?:p|div|ul|h[1-6])\b|</(?:div|td|li|section)\b))"
)


def finish(page: TwinPage, rng: Random, name: str) -> bool:
    """Change the bytes of the page, once it is printed."""
    page.finish.append((name, rng.random()))
    return True


def header(page: TwinPage, rng: Random) -> bool:
    kinds = (
        "text/html",
        "text/html; charset=iso-8859-1",
        "text/html; charset=x-none",
        "TEXT/HTML;charset=utf8",
        "application/xhtml+xml",
    )
    page.content_type = rng.choice(kinds)
    return True


def printed(page: TwinPage) -> bytes:
    """Return the bytes of a page, with what was to be done to them."""
    text = write(page.root)
    for name, place in page.finish:
        text = TEXTS[name](text, place) if name in TEXTS else text
    body = text.encode()
    for name, place in page.finish:
        body = BODIES[name](body, int(len(body) * place)) if name in BODIES else body
    return body


def mojibake(text: str, place: float) -> str:
    """Return what UTF-8 looks like when a server takes it for something else and encodes it again."""
    codec = "latin-1" if place < 0.5 else "cp1252"
    return text.encode().decode(codec, errors="replace")


def broken_off(text: str, place: float) -> str:
    """Return a page during whose making the site failed."""
    return f"{text[: int(len(text) * place)]}The website encountered an unexpected error. Please try again later.<br />"


TEXTS: dict[str, Callable[[str, float], str]] = {
    "minified": lambda text, _: re.sub(r">\s+<", "><", text),
    "windows line ends": lambda text, _: text.replace("\n", "\r\n"),
    "capital tags": lambda text, _: re.sub(r"(</?)([a-z][a-z0-9]*)", lambda found: found[1] + found[2].upper(), text),
    "no quotes": lambda text, _: re.sub(r'="([A-Za-z0-9_-]+)"(?=[ >])', r"=\1", text),
    "no end tags": lambda text, _: OPTIONAL_END.sub("", text),
    "mojibake": mojibake,
    "error in the middle": broken_off,
}
BODIES: dict[str, Callable[[bytes, int], bytes]] = {
    "cut": lambda body, at: body[:at],
    "NUL byte": lambda body, at: body[:at] + b"\0" + body[at:],
    "cp1252": lambda body, _: body.decode(errors="ignore").encode("cp1252", errors="xmlcharrefreplace"),
    "utf-16": lambda body, _: body.decode(errors="ignore").encode("utf-16"),
    "byte order mark": lambda body, _: b"\xef\xbb\xbf" + body,
}
