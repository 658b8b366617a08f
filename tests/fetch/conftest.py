"""A healthy twin, walked once."""

import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial

import pytest

from pipeline.fetch.client import Client
from pipeline.fetch.reader import PageSeen
from pipeline.fetch.sweep import sweep
from pipeline.fetch.transport import Clock
from pipeline.models import Exchange
from pipeline.parse import parse_page
from pipeline.run.common import words_of
from pipeline.sources.registry import load_source
from pipeline.twin.content import generate
from pipeline.twin.server import Responder, TwinServer
from pipeline.twin.site import TwinSite

Walk = Callable[[Responder, Sequence[str]], tuple[list[PageSeen], list[Exchange]]]


@pytest.fixture(scope="session")
def walk() -> Walk:
    """Walk a site over real HTTP on loopback; return what was seen and every exchange."""
    source = load_source("sample")
    read = partial(parse_page, source=source, words=words_of(source))
    # Nobody is hurried on loopback, so nobody needs to be waited for.
    clock = Clock(time.monotonic, lambda _: None)

    def walk(site: Responder, languages: Sequence[str]) -> tuple[list[PageSeen], list[Exchange]]:
        exchanges: list[Exchange] = []
        with TwinServer(site) as server:
            addresses = dict.fromkeys(source.site.hosts, ("127.0.0.1", server.port))
            now = partial(datetime.now, UTC)
            with Client(source, None, clock, now, exchanges.append, connect_to=addresses) as client:
                return list(sweep(source, languages, client, read)), exchanges

    return walk


@pytest.fixture(scope="session")
def healthy(walk: Walk) -> tuple[list[PageSeen], list[Exchange]]:
    """34 practices in two languages: four pages each, the last one short."""
    return walk(TwinSite(generate(34)), ("en", "fr"))
