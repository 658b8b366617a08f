"""Servers that misbehave."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from pipeline.twin.faults.plan import Fault, FaultPlan
from pipeline.twin.faults.site import FaultySite
from pipeline.twin.messages import Request
from pipeline.twin.server import TwinServer
from pipeline.twin.site import TwinSite

from .probe import PAGE, Probe


@pytest.fixture
def faulty(site: TwinSite) -> Iterator[Callable[..., Probe]]:
    """Return a maker of servers: `faulty("gzip-cut:0.3")`, or with Fault objects, first due one first."""
    site.respond(Request("GET", PAGE))  # Rendered once, so that no first answer is slow.
    with ExitStack() as stack:

        def start(*faults: str | Fault) -> Probe:
            plan = FaultPlan(Fault.read(fault) if isinstance(fault, str) else fault for fault in faults)
            server = stack.enter_context(TwinServer(FaultySite(site, plan, clock=lambda: 1_700_000_000.0)))
            return Probe(server, site)

        yield start
