"""A site around a site: it does what the plan says, and is honest otherwise."""

import threading
import time
from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus

from pipeline.twin.faults.behaviours import BEHAVIOURS
from pipeline.twin.faults.occasion import Occasion, Variants
from pipeline.twin.faults.plan import FaultPlan
from pipeline.twin.messages import Request, Response, compressed
from pipeline.twin.site import TwinSite
from pipeline.twin.wire import WireResponse


class FaultySite:
    """A TwinSite that misbehaves; only GET does. One plan serves one FaultySite, since the plan counts.

    Args:
        site: The honest site.
        plan: What goes wrong, when.
        clock: Gives seconds since 1970, for dates in headers.
    """

    def __init__(self, site: TwinSite, plan: FaultPlan, *, clock: Callable[[], float] = time.time) -> None:
        self._site = site
        self._plan = plan
        self._clock = clock
        self._variants = Variants()
        self._total = 0
        self._lock = threading.Lock()

    def respond(self, request: Request) -> Response:
        """Return what the first due fault of the plan makes of a request, or the honest answer."""
        with self._lock:
            self._total += 1
            total = self._total
        due = self._plan.next_due(request.target) if request.method == "GET" else None
        if due is None:
            return self._site.respond(request)
        occasion = Occasion(
            request, self._site, due.arg, due.entry.value, due.count, total, self._clock(), self._variants
        )
        response = BEHAVIOURS[due.entry.behaviour](occasion)
        if response is None:
            return self._site.respond(request)
        is_plain_page = response.status == HTTPStatus.OK and response.header("Content-Encoding") is None
        if is_plain_page and not isinstance(response, WireResponse):
            response = compressed(request, response)
        return replace(response, fault=due.entry.name)
