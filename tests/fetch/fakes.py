"""A site that is a function, and a clock that only sleeping moves."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx

from pipeline.fetch.client import Client, Earlier
from pipeline.fetch.transport import Clock
from pipeline.models import Exchange
from pipeline.sources.registry import load_source, validate_source
from pipeline.sources.spec import Source

START = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
HOST = "http://www.twin.test"
LISTING = f"{HOST}/databases/gp"

# What a site answers to a path with query: a response, an exception to raise, or one after the other.
Answer = httpx.Response | Exception
Answers = Mapping[str, Answer | Sequence[Answer]]


@dataclass
class FakeClock:
    """Time that passes only while somebody sleeps, or when a test says so."""

    seconds: float = 100.0
    slept: list[float] = field(default_factory=list)

    def sleep(self, seconds: float) -> None:
        """Let time pass at once."""
        self.slept.append(seconds)
        self.seconds += seconds

    def now(self) -> datetime:
        """Return the wall clock."""
        return START + timedelta(seconds=self.seconds)

    @property
    def clock(self) -> Clock:
        """Return it as what the transport takes."""
        return Clock(lambda: self.seconds, self.sleep)


@dataclass
class FakeSite:
    """Answers by path and query; what it does not know is 404, robots.txt included."""

    answers: Answers
    clock: FakeClock = field(default_factory=FakeClock)
    asked: list[str] = field(default_factory=list)
    times: list[float] = field(default_factory=list)
    requests: list[httpx.Request] = field(default_factory=list)

    def handle(self, request: httpx.Request) -> httpx.Response:
        """Answer one request; the last answer of several is repeated."""
        address = str(request.url)
        self.asked.append(address)
        self.times.append(self.clock.seconds)
        self.requests.append(request)
        target = request.url.raw_path.decode()
        answer = self.answers.get(address, self.answers.get(target, httpx.Response(404)))
        if isinstance(answer, Sequence):
            answer = answer[min(self.asked.count(address), len(answer)) - 1]
        if isinstance(answer, Exception):
            raise answer
        # A response is used once.
        return httpx.Response(answer.status_code, headers=answer.headers, stream=answer.stream)

    def pages(self) -> list[str]:
        """Return what was asked besides robots.txt."""
        return [address for address in self.asked if not address.endswith("/robots.txt")]

    def gaps(self) -> list[float]:
        """Return the seconds between the starts of requests."""
        return [after - before for before, after in zip(self.times, self.times[1:], strict=False)]


class Drip(httpx.SyncByteStream):
    """A body that comes in pieces, counts them, and may take its time."""

    def __init__(self, pieces: Sequence[bytes], between: Callable[[], object] = lambda: None) -> None:
        self.pieces = pieces
        self.between = between
        self.sent = 0

    def __iter__(self) -> Iterator[bytes]:
        for piece in self.pieces:
            self.between()
            self.sent += 1
            yield piece


def make_source(**pace: Any) -> Source:
    """Return the sample with another pace: two seconds between requests, four attempts."""
    data = load_source("sample").model_dump(mode="json")
    data["pace"] |= {"delay_seconds": 2.0, "timeout_seconds": 30.0, "attempts": 4, **pace}
    return validate_source(data, "test")


def make_client(
    site: FakeSite,
    recorded: list[Exchange] | None = None,
    *,
    replay: Iterable[Exchange] = (),
    earlier: Callable[[str], Earlier | None] = lambda _: None,
    **pace: Any,
) -> Client:
    """Return a client around a site that is a function."""
    record = (recorded if recorded is not None else []).append
    return Client(
        make_source(**pace),
        "mailto:me@example.org",
        site.clock.clock,
        site.clock.now,
        record,
        transport=httpx.MockTransport(site.handle),
        replay=replay,
        earlier=earlier,
    )


def page(text: str = "<p>A page.</p>", **headers: str) -> httpx.Response:
    """Return a response with status 200."""
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(200, headers={"content-type": "text/html", **names}, stream=Drip([text.encode()]))


def moved(location: str, status: int = 301) -> httpx.Response:
    """Return a redirect."""
    return httpx.Response(status, headers={"location": location})


def busy(status: int = 503, **headers: str) -> httpx.Response:
    """Return a status that passes."""
    return httpx.Response(status, headers={name.replace("_", "-"): value for name, value in headers.items()})


def robots(text: str) -> httpx.Response:
    """Return a robots.txt."""
    return httpx.Response(200, headers={"content-type": "text/plain"}, stream=Drip([text.encode()]))
