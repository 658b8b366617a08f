import socket
from collections.abc import Iterator

import httpx
import pytest

from pipeline.twin.content import generate
from pipeline.twin.messages import Request, Response
from pipeline.twin.server import TwinServer
from pipeline.twin.site import TwinSite


@pytest.fixture
def server(site: TwinSite) -> Iterator[TwinServer]:
    with TwinServer(site) as server:
        yield server


@pytest.fixture
def client(server: TwinServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"http://127.0.0.1:{server.port}", headers={"User-Agent": "probe/1"}) as client:
        yield client


def test_a_page_comes_over_the_wire_as_drupal_sends_it(client: httpx.Client, site: TwinSite) -> None:
    """Status, the header set, and a length."""
    response = client.get("/gp?page=1", headers={"Accept-Encoding": "identity"})
    assert response.http_version == "HTTP/1.1"
    assert response.content == site.respond(Request("GET", "/gp?page=1")).body
    assert response.headers["Content-Length"] == str(len(response.content))
    expected = {
        "Content-Type": "text/html; charset=UTF-8",
        "Cache-Control": "max-age=900, public",
        "Expires": "Sun, 19 Nov 1978 05:00:00 GMT",
        "X-Generator": "Drupal 9 (https://www.drupal.org)",
        "Content-language": "en",
        "Vary": "Cookie,Accept-Encoding",
    }
    assert {name: response.headers[name] for name in expected} == expected
    assert "Date" in response.headers


def test_gzip_and_plain_give_the_same_page(client: httpx.Client) -> None:
    """The client decodes what it asked for."""
    zipped, plain = (client.get("/es/gp", headers={"Accept-Encoding": coding}) for coding in ("gzip", "identity"))
    assert zipped.headers["Content-Encoding"] == "gzip"
    assert int(zipped.headers["Content-Length"]) < int(plain.headers["Content-Length"]) // 4
    assert zipped.text == plain.text


def test_a_second_visit_with_both_validators_is_304(client: httpx.Client) -> None:
    """And one validator alone is not."""
    first = client.get("/gp")
    both = {"If-None-Match": first.headers["ETag"], "If-Modified-Since": first.headers["Last-Modified"]}
    assert client.get("/gp", headers=both).status_code == 304
    assert client.get("/gp", headers={"If-None-Match": first.headers["ETag"]}).status_code == 200
    assert client.get("/gp").status_code == 200


def test_head_has_the_headers_of_get_and_no_body(client: httpx.Client) -> None:
    """The length is that of the page."""
    head, get = client.head("/gp"), client.get("/gp")
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["Content-Length"] == get.headers["Content-Length"]


@pytest.mark.parametrize("host", ["www.twin.test", "ww1.twin.test", "twin.test", "somebody.example"])
def test_every_host_is_served(client: httpx.Client, server: TwinServer, host: str) -> None:
    """Hosts are virtual."""
    assert client.get("/cfe/gp", headers={"Host": host}).status_code == 200
    assert server.requests[-1].host == host


def test_the_log_tells_what_was_asked_in_which_order(client: httpx.Client, server: TwinServer) -> None:
    """Method, path with query, user agent, status, and rising times."""
    for target in ("/gp?page=1", "/gp?page=2", "/nowhere"):
        client.get(target)
    client.head("/robots.txt")
    seen = [(request.method, request.path, request.user_agent, request.status) for request in server.requests]
    assert seen == [
        ("GET", "/gp?page=1", "probe/1", 200),
        ("GET", "/gp?page=2", "probe/1", 200),
        ("GET", "/nowhere", "probe/1", 404),
        ("HEAD", "/robots.txt", "probe/1", 200),
    ]
    times = [request.seconds for request in server.requests]
    assert times == sorted(times)


def test_one_connection_serves_many_requests(server: TwinServer) -> None:
    """Keep-alive: the second answer comes on the first socket."""
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        for _ in range(2):
            connection.sendall(b"HEAD /gp HTTP/1.1\r\nHost: twin.test\r\n\r\n")
            head = b""
            while b"\r\n\r\n" not in head:
                head += connection.recv(65536)
            assert head.startswith(b"HTTP/1.1 200 OK\r\n")


def test_slashes_at_the_start_reach_the_site(server: TwinServer) -> None:
    """The target is taken from the request line as sent."""
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.sendall(b"GET //gp HTTP/1.0\r\nHost: twin.test\r\n\r\n")
        assert b"Location: /gp\r\n" in connection.recv(65536)


def test_the_site_can_change_while_the_server_runs(client: httpx.Client, server: TwinServer) -> None:
    """A crawl may meet an edited listing."""
    before = client.get("/gp").text
    server.site = TwinSite(generate(20))
    assert "of 300" in before
    assert "of 20" in client.get("/gp").text


def test_anything_that_responds_can_be_served() -> None:
    """Faults wrap a site; the server does not care."""

    class Teapot:
        def respond(self, request: Request) -> Response:
            return Response(418, (("X-Path", request.target),), b"short and stout")

    with TwinServer(Teapot()) as server:
        response = httpx.get(f"http://127.0.0.1:{server.port}/tea")
    assert (response.status_code, response.text, response.headers["X-Path"]) == (418, "short and stout", "/tea")


def test_after_the_block_nothing_answers(site: TwinSite) -> None:
    """New connections are refused, and idle ones are closed."""
    with TwinServer(site) as server:
        idle = socket.create_connection(("127.0.0.1", server.port))
        idle.sendall(b"HEAD /gp HTTP/1.1\r\nHost: twin.test\r\n\r\n")
        assert idle.recv(65536).startswith(b"HTTP/1.1 200")
    with idle:
        assert idle.recv(1) == b""
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", server.port))


def test_the_server_listens_on_loopback_only(server: TwinServer) -> None:
    """Nobody else on the network sees it."""
    assert server._http.server_address[0] == "127.0.0.1"
