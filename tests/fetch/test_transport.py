"""The one way to the network."""

import httpx
import pytest

from pipeline.errors import RedirectBlockedError
from pipeline.fetch.transport import PoliteTransport
from pipeline.sources.registry import validate_source

from .fakes import FakeClock, FakeSite, make_source


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1/gp", "http://localhost/gp", "http://twin.test.example/gp", "http://www.twin.test:22/"]
)
def test_no_other_host_is_ever_asked(url: str) -> None:
    """Not even when the caller wants it."""
    site = FakeSite({})
    transport = PoliteTransport(make_source(), httpx.MockTransport(site.handle), FakeClock().clock)
    with httpx.Client(transport=transport) as client, pytest.raises(RedirectBlockedError):
        client.get(url)
    assert (site.asked, transport.request_count) == ([], 0)


def test_a_site_on_a_port_of_its_own_may_be_asked_there() -> None:
    """The port of the listing's address, and the usual one."""
    data = make_source().model_dump(mode="json")
    data["site"]["listing_url"] = "http://www.twin.test:8080/gp"
    site = FakeSite({})
    transport = PoliteTransport(validate_source(data, "test"), httpx.MockTransport(site.handle), FakeClock().clock)
    with httpx.Client(transport=transport) as client:
        for url in ("http://www.twin.test:8080/gp", "http://www.twin.test/gp"):
            client.get(url)
        with pytest.raises(RedirectBlockedError):
            client.get("http://www.twin.test:8081/gp")
    assert transport.request_count == 2


def test_a_failed_request_takes_its_turn_as_well() -> None:
    """A host that refuses is not hammered."""
    site = FakeSite({"/gp": httpx.ConnectError("refused")})
    transport = PoliteTransport(make_source(delay_seconds=3.0), httpx.MockTransport(site.handle), site.clock.clock)
    with httpx.Client(transport=transport) as client:
        for _ in range(3):
            with pytest.raises(httpx.ConnectError):
                client.get("http://www.twin.test/gp")
    assert site.gaps() == [3.0, 3.0]
