from collections.abc import Callable

import pytest

from .probe import PAGE, Probe, covers

Faulty = Callable[..., Probe]
# Where the page is said to be.
LOCATIONS = {
    "redirect-slash": "/databases/gp/?page=2",
    "redirect-https": f"https://www.twin.test{PAGE}",
    "redirect-same-site": f"http://ww1.twin.test{PAGE}",
    "redirect-host": f"http://evil.example{PAGE}",
    "redirect-port": f"http://www.twin.test:8081{PAGE}",
    "redirect-schemeless": f"//evil.example{PAGE}",
    "redirect-userinfo": f"http://user:secret@www.twin.test{PAGE}",
    "redirect-host-as-user": f"http://www.twin.test@evil.example{PAGE}",
    "redirect-encoded-slash": f"http://www.twin.test%2F@evil.example{PAGE}",
    "redirect-loopback-port": f"http://127.0.0.1:9{PAGE}",
    "redirect-loopback-decimal": "http://2130706433/",
    "redirect-loopback-octal": "http://0177.0.0.1/",
    "redirect-loopback-mapped": "http://[::ffff:127.0.0.1]/",
    "redirect-loopback-ipv6": "http://[::1]/",
    "redirect-unspecified": "http://0.0.0.0/",
    "redirect-metadata": "http://169.254.169.254/latest/meta-data/",
    "redirect-private": "http://10.0.0.1/",
    "redirect-carrier": "http://100.64.0.1/",
    "redirect-file": "file:///etc/passwd",
    "redirect-ftp": "ftp://evil.example/",
    "redirect-gopher": "gopher://127.0.0.1:11211/_stats",
    "redirect-data": "data:text/html,<p>hello</p>",
    "redirect-javascript": "javascript:alert(1)",
    "redirect-loop": PAGE,
    "redirect-nowhere": None,
    "redirect-latin-1": f"http://évil.example{PAGE}",
    "redirect-home": "/",
    "redirect-login": f"/user/login?destination={PAGE}",
}
HOPS = {"redirect-hops": 6, "redirect-hops-few": 3}


def test_every_redirect_is_tested() -> None:
    """A new line in the catalogue needs a location here."""
    assert covers("redirects", LOCATIONS, HOPS)


@pytest.mark.parametrize("name", LOCATIONS)
def test_the_redirect_leads_where_promised(faulty: Faulty, name: str) -> None:
    """Status 301 or 302, the Location to the byte, and a body that is no page."""
    answer = faulty(name).ask()
    assert answer.status in (301, 302)
    assert answer.header("location") == LOCATIONS[name]
    assert b"</html>" not in answer.body


@pytest.mark.parametrize("name", ["redirect-host", "redirect-loop", "redirect-home"])
def test_hostile_redirects_go_on(faulty: Faulty, name: str) -> None:
    """Asking again does not help."""
    assert faulty(name).statuses(3) in ([301] * 3, [302] * 3)


def test_after_the_slash_there_is_the_page(faulty: Faulty) -> None:
    """The slash is added once."""
    probe = faulty("redirect-slash")
    assert probe.ask(probe.ask().header("location") or "").is_whole


@pytest.mark.parametrize("name", ["redirect-https", "redirect-same-site"])
def test_every_address_is_moved_once(faulty: Faulty, name: str) -> None:
    """The second request for the same address gets the page, wherever it was sent."""
    probe = faulty(name)
    assert probe.statuses(2, "/gp") + probe.statuses(2, "/gp?page=1") == [301, 200, 301, 200]


@pytest.mark.parametrize("name", HOPS)
def test_the_chain_has_so_many_links(faulty: Faulty, name: str) -> None:
    """Then the page comes, and its query is the one that was asked."""
    probe, target, hops = faulty(name), PAGE, 0
    while (answer := probe.ask(target)).status == 302:
        target, hops = answer.header("location") or "", hops + 1
    assert (hops, target) == (HOPS[name], f"{PAGE}&hop={hops}")
    assert answer.rows == probe.keys[20:30]


def test_a_port_can_be_given(faulty: Faulty) -> None:
    """So that a test can listen there."""
    answer = faulty("redirect-loopback-port:12345").ask()
    assert answer.header("location") == f"http://127.0.0.1:12345{PAGE}"


def test_the_host_is_the_one_that_was_asked(faulty: Faulty) -> None:
    """Its port goes away where another one is meant."""
    answer = faulty("redirect-port").ask(host="twin.test:8080")
    assert answer.header("location") == f"http://twin.test:8081{PAGE}"
