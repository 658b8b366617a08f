from collections.abc import Callable

from pipeline.twin.content import generate
from pipeline.twin.faults.plan import Fault, FaultPlan
from pipeline.twin.faults.site import FaultySite
from pipeline.twin.messages import Request
from pipeline.twin.server import TwinServer
from pipeline.twin.site import TwinSite

from .probe import PAGE, Probe

Faulty = Callable[..., Probe]


def test_without_a_plan_the_site_is_honest(site: TwinSite) -> None:
    """Byte for byte, compressed or not."""
    faulty = FaultySite(site, FaultPlan([]))
    site.respond(Request("GET", PAGE))
    for headers in ({}, {"accept-encoding": "gzip"}):
        request = Request("GET", PAGE, headers)
        assert faulty.respond(request) == site.respond(request)


def test_the_log_has_every_request_with_time_host_status_and_fault(faulty: Faulty) -> None:
    """Also those that get no answer."""
    probe = faulty(Fault("silence", times="only 2"), "robots-503")
    probe.ask(host="one.test")
    probe.ask(host="two.test", patience=0.2)
    probe.ask("/robots.txt", host="three.test")
    seen = [(request.host, request.path, request.status, request.fault) for request in probe.server.requests]
    assert seen == [
        ("one.test", PAGE, 200, ""),
        ("two.test", PAGE, 0, "silence"),
        ("three.test", "/robots.txt", 503, "robots-503"),
    ]
    times = [request.seconds for request in probe.server.requests]
    assert times == sorted(times)


def test_head_is_honest_and_not_counted(site: TwinSite) -> None:
    """Faults are about GET."""
    faulty = FaultySite(site, FaultPlan([Fault("500-twice")]))
    statuses = [faulty.respond(Request(method, PAGE)).status for method in ("HEAD", "GET", "HEAD", "GET", "GET")]
    assert statuses == [200, 500, 200, 500, 200]


def test_the_same_requests_get_the_same_bytes(site: TwinSite) -> None:
    """Two servers with one plan do not differ in anything but the time of day."""
    faults = [Fault("reset-once"), Fault("429-date"), Fault("record-inserted", "3"), Fault("half-page")]
    targets = ["/gp", "/gp?page=1", "/gp", "/gp?page=2", "/robots.txt", "/es/gp", "/gp?page=3"]

    def run() -> list[tuple[int, str, bytes]]:
        faulty = FaultySite(site, FaultPlan(faults), clock=lambda: 1.7e9)
        responses = [faulty.respond(Request("GET", target)) for target in targets]
        return [(response.status, response.fault, response.body) for response in responses]

    assert run() == run()


def test_a_fault_with_nothing_to_do_leaves_no_trace(faulty: Faulty) -> None:
    """Page 3 is not page 2."""
    probe = faulty("repeated-page:2")
    assert probe.ask("/gp?page=3").rows == probe.keys[30:40]
    assert probe.server.requests[-1].fault == ""


def test_small_sites_survive_every_lie_about_pages() -> None:
    """No rows, or fewer than a page."""
    for count in (0, 1, 5):
        small = TwinSite(generate(count))
        names = ("repeated-page", "endless-next", "pager-claims", "map-only", "half-page", "beyond-end-first")
        for name in names:
            with TwinServer(FaultySite(small, FaultPlan([Fault(name)]))) as server:
                assert Probe(server, small).ask("/gp?page=2").status == 200
