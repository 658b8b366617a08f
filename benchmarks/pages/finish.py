"""What can change about a page once it is printed: its bytes, its end, and what its header says."""

import re
from random import Random

from .dom import write
from .truth import TwinPage


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
        if name == "minified":
            text = re.sub(r">\s+<", "><", text)
        elif name == "windows line ends":
            text = text.replace("\n", "\r\n")
        elif name == "capital tags":
            text = re.sub(r"(</?)([a-z][a-z0-9]*)", lambda found: found[1] + found[2].upper(), text)
        elif name == "no quotes":
            text = re.sub(r'="([A-Za-z0-9_-]+)"(?=[ >])', r"=\1", text)
        elif name == "no end tags":
            text = re.sub(r"</(?:li|p|td|tr)>", "", text)
        elif name == "mojibake":
            text = text.encode().decode("latin-1") if place < 0.5 else text.encode().decode("cp1252", errors="replace")
        elif name == "error in the middle":
            text = (
                text[: int(len(text) * place)]
                + "The website encountered an unexpected error. Please try again later.<br />"
            )
    body = text.encode()
    for name, place in page.finish:
        at = int(len(body) * place)
        if name == "cut":
            body = body[:at]
        elif name == "NUL byte":
            body = body[:at] + b"\0" + body[at:]
        elif name == "cp1252":
            body = text.encode("cp1252", errors="xmlcharrefreplace")
        elif name == "utf-16":
            body = text.encode("utf-16")
        elif name == "byte order mark":
            body = b"\xef\xbb\xbf" + body
    return body
