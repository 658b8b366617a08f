"""Sites that many tests look at; they never change, so each is built once."""

from collections.abc import Callable

import pytest
from selectolax.lexbor import LexborHTMLParser

from pipeline.twin.content import TwinPractice, generate
from pipeline.twin.messages import Request
from pipeline.twin.site import TwinSite


@pytest.fixture(scope="session")
def site() -> TwinSite:
    """A site with 300 practices, at whose clock it is always the same second."""
    return TwinSite(generate(300), clock=lambda: 1_700_000_000.0)


@pytest.fixture(scope="session")
def hundred_thousand() -> list[TwinPractice]:
    """As many practices as the twin is made for."""
    return generate(100_000)


@pytest.fixture(scope="session")
def look(site: TwinSite) -> Callable[[str], LexborHTMLParser]:
    """Return the parsed page at a target."""
    return lambda target: LexborHTMLParser(site.respond(Request("GET", target)).body.decode())
