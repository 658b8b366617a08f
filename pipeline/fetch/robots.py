"""robots.txt by RFC 9309: what may be asked, and what a robots.txt that can not be read means."""

import codecs
import re
from dataclasses import dataclass

import httpx

from pipeline.errors import DisallowedError, RobotsUnreachableError
from pipeline.fetch.robots_rules import Rules, parse_rules
from pipeline.models import Exchange, digest_of

MAX_BYTES = 512_000  # RFC 9309, 2.5: at least 500 kibibytes are parsed
PRODUCT = "practices"
_RETRY_LATER = "try again later; nothing else was asked of the site"


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules of one host.

    Attributes:
        text: robots.txt as read, empty when the site has none.
        digest: Of its bytes.
        status: Status of the response.
        warnings: What a person should know: why there are no rules, or what of them could not be read.
    """

    text: str
    digest: str
    status: int
    warnings: tuple[str, ...]
    _rules: Rules

    @classmethod
    def read(cls, exchange: Exchange, body: bytes, product: str = PRODUCT) -> "Robots":
        """Return the rules from the response to the request for robots.txt.

        A status of 400 to 499 other than 429 means that there are no rules (2.3.1.3); 429 and everything else that
        is no success means that nothing may be asked (2.3.1.4).

        Args:
            exchange: The last one, behind redirects; the rules are those of the host that was asked first.
            body: Decoded.
            product: Name of the crawler in a user-agent line.

        Raises:
            RobotsUnreachableError: The rules can not be known.
        """
        if 400 <= exchange.status < 500 and exchange.status != 429:
            reason = f"robots.txt answered with {exchange.status}, so no rules apply (RFC 9309, 2.3.1.3)"
            return cls("", digest_of(b""), exchange.status, (reason,), parse_rules(b"", product))
        if exchange.status != 200:
            raise RobotsUnreachableError(exchange.url, f"robots.txt answered with {exchange.status}", _RETRY_LATER)
        text = _whole_lines(_in_utf8(body))
        rules = parse_rules(text, product)
        warnings = []
        if len(body) > MAX_BYTES:
            warnings.append(f"robots.txt is longer than {MAX_BYTES} bytes; rules behind them were not read")
        if "html" in (exchange.header("content-type") or "").lower() or text.lstrip().startswith(b"<"):
            warnings.append(f"robots.txt came as an HTML page; groups of rules found in it: {rules.group_count}")
        elif not rules.group_count and re.sub(rb"#[^\r\n]*", b"", text).strip():
            warnings.append(f"robots.txt names no user agent in {len(body)} bytes, so no rules apply")
        return cls(text.decode("utf-8", errors="replace"), digest_of(body), exchange.status, tuple(warnings), rules)

    @property
    def crawl_delay(self) -> float | None:
        """Seconds between requests that the site asks for, None when it does not say."""
        return max(self._rules.delays, default=None)

    def disallowed(self, url: str) -> bool:
        """Tell whether an address must not be asked."""
        return self._objection(url) is not None

    def check(self, url: str) -> None:
        """Accept an address that may be asked.

        Raises:
            DisallowedError: A rule forbids it.
        """
        cause = self._objection(url)
        if cause is not None:
            raise DisallowedError(url, cause, "ask the site's owner, or import saved pages with `practices import`")

    def _objection(self, url: str) -> str | None:
        """Return why an address must not be asked; what is compared is what would be sent."""
        try:
            target = httpx.URL(url).raw_path
        except (httpx.InvalidURL, ValueError):
            return "the address is not valid, so no rule can be looked up for it"
        rule = self._rules.deciding(target)
        return None if rule is None or rule.is_allow else f"robots.txt forbids this address: {rule.written}"


def _in_utf8(body: bytes) -> bytes:
    """Return robots.txt without byte order mark, and in UTF-8 if the mark says that it was not (2.2.2)."""
    if body.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        body = body.decode("utf-16", errors="replace").encode()
    return body.lstrip(codecs.BOM_UTF8)


def _whole_lines(body: bytes) -> bytes:
    """Return the lines that end within the limit: half a rule is another rule."""
    if len(body) <= MAX_BYTES:
        return body
    return body[: 1 + max(body.rfind(mark, 0, MAX_BYTES + 1) for mark in (b"\n", b"\r"))]
