"""robots.txt by RFC 9309: what may be asked, and what a robots.txt that can not be read means."""

from dataclasses import dataclass
from urllib.parse import quote, unquote, urlsplit, urlunsplit

from protego import Protego

from pipeline.errors import DisallowedError, RobotsUnreachableError
from pipeline.models import Exchange, digest_of

_MAX_BYTES = 512_000  # RFC 9309, 2.5: at least 500 kibibytes are parsed
PRODUCT = "practices"
_RETRY_LATER = "try again later; nothing else was asked of the site"


@dataclass(frozen=True, slots=True)
class Robots:
    """The rules of one host.

    Attributes:
        text: robots.txt as read, empty when the site has none.
        digest: Of its bytes.
        status: Status of the response.
    """

    text: str
    digest: str
    status: int
    _rules: Protego

    @classmethod
    def read(cls, exchange: Exchange, body: bytes) -> "Robots":
        """Return the rules from the response to the request for robots.txt.

        A status of 400 to 499 other than 429 means that there are no rules (2.3.1.3); 429 and everything else that
        is no success means that nothing may be asked (2.3.1.4).

        Raises:
            RobotsUnreachableError: The rules can not be known.
        """
        if 400 <= exchange.status < 500 and exchange.status != 429:
            body = b""
        elif exchange.status != 200:
            raise RobotsUnreachableError(exchange.url, f"robots.txt answered with {exchange.status}", _RETRY_LATER)
        text = body[:_MAX_BYTES].decode("utf-8", errors="replace").removeprefix("\ufeff")
        return cls(text, digest_of(body), exchange.status, Protego.parse(text))

    @property
    def crawl_delay(self) -> float | None:
        """Seconds between requests that the site asks for, None when it does not say."""
        delay = self._rules.crawl_delay(PRODUCT)
        return None if delay is None else float(delay)

    def check(self, url: str) -> None:
        """Accept an address that may be asked.

        Raises:
            DisallowedError: A rule forbids it.
        """
        if not self._rules.can_fetch(_normal(url), PRODUCT):
            cause = "robots.txt forbids this address"
            raise DisallowedError(url, cause, "ask the site's owner, or import saved pages with `practices import`")


def _normal(url: str) -> str:
    """Return an address in the one spelling that rules are compared in: `f%5B0%5D` and `f[0]` are the same (2.2.2)."""
    parts = urlsplit(url)
    safe = "/:@!$&'()*+,;=~-._?"
    return urlunsplit(
        parts._replace(path=quote(unquote(parts.path), safe), query=quote(unquote(parts.query), safe + "[]"))
    )
