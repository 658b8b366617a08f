"""What a behaviour is given: one request that shall go wrong, and the site behind it."""

import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from urllib.parse import parse_qsl

from pipeline.twin.content import TwinPractice
from pipeline.twin.messages import Request, Response, compressed
from pipeline.twin.query import read_query
from pipeline.twin.shown import Edit
from pipeline.twin.site import TwinSite


class Variants:
    """Edited copies of a site, each made once."""

    def __init__(self) -> None:
        self._sites: dict[str, TwinSite] = {}
        self._lock = threading.Lock()

    def get(self, name: str, make: Callable[[], TwinSite]) -> TwinSite:
        """Return the copy of that name."""
        with self._lock:
            if name not in self._sites:
                self._sites[name] = make()
            return self._sites[name]


@dataclass(frozen=True, slots=True)
class Occasion:
    """One request that a fault matched.

    Attributes:
        request: What was asked.
        site: The honest site.
        arg: Argument of the fault.
        value: What the catalogue tells the behaviour.
        count: How many requests the fault matched so far, this one included.
        total: How many requests the site got so far, this one included.
        now: Seconds since 1970.
        variants: Edited copies of the site.
    """

    request: Request
    site: TwinSite
    arg: str
    value: str
    count: int
    total: int
    now: float
    variants: Variants = field(default_factory=Variants)

    @property
    def number(self) -> float:
        """Return the argument as a number."""
        return float(self.arg)

    @property
    def page(self) -> int:
        """Return the zero-based page of the listing that was asked for."""
        return read_query(self.request.target.partition("?")[2]).page

    @property
    def hop(self) -> int:
        """Return how many redirects led here: the redirecting behaviours count in the parameter `hop`."""
        hop = dict(parse_qsl(self.request.target.partition("?")[2])).get("hop", "0")
        return int(hop) if hop.isdecimal() else 0

    def plain_request(self) -> Request:
        """Return the request without what the client said about codings and validators."""
        return _plain(self.request)

    def honest(self, edit: Edit | None = None) -> Response:
        """Return the site's answer as plain bytes with a body, whatever codings and validators the client sent."""
        return self.site.respond(self.plain_request(), edit)

    def honest_at(self, target: str) -> Response:
        """Return the site's answer to another target, as plain bytes."""
        return self.site.respond(_plain(replace(self.request, target=target)))

    def sent(self) -> Response:
        """Return the site's answer as this client would get it, compressed if it takes that; never a 304."""
        return self.coded(self.honest())

    def coded(self, response: Response) -> Response:
        """Return a response compressed if the client takes that."""
        return compressed(self.request, response)

    def variant(self, name: str, change: Callable[[list[TwinPractice]], Iterable[TwinPractice]]) -> TwinSite:
        """Return a copy of the site whose practices are changed; the same copy for the same name and argument."""
        return self.variants.get(
            f"{name}:{self.arg}", lambda: self.site.edited(change(list(self.site.listing.practices)))
        )


# None means: nothing to do wrong this time.
Behaviour = Callable[[Occasion], Response | None]


def _plain(request: Request) -> Request:
    dropped = ("accept-encoding", "if-none-match", "if-modified-since")
    return replace(request, headers={name: value for name, value in request.headers.items() if name not in dropped})
