from collections.abc import Callable

import pytest

from .probe import PAGE, Probe, covers

Faulty = Callable[..., Probe]
# What three requests for one page get.
STATUSES = {
    "304-unasked": [304, 304, 304],
    "304-other-etag": [200, 200, 200],
    "429": [429, 429, 200],
    "429-forever": [429, 429, 429],
    "500-twice": [500, 500, 200],
    "500-forever": [500, 500, 500],
    "503-burst": [503, 503, 503],
    "401": [401, 401, 401],
    "403-once": [403, 200, 200],
    "403": [403, 403, 403],
    "404": [404, 404, 404],
    "410": [410, 410, 410],
    "410-facets": [200, 200, 200],
}
# Retry-After of the first answer, None for none; the server's clock stands still.
WAITS = {
    "429-date": "Tue, 14 Nov 2023 22:13:21 GMT",
    "429-past-date": "Tue, 14 Nov 2023 21:13:20 GMT",
    "429-negative": "-1",
    "429-exponent": "1e9",
    "429-20-digits": "9" * 20,
    "429-arabic-digit": "٣",
    "429-empty": "",
    "429-list": "5, 10",
    "429-year-9999": "Fri, 31 Dec 9999 23:59:59 GMT",
    "429-without": None,
}


def test_every_status_is_tested() -> None:
    """A new line in the catalogue needs a line here."""
    assert covers("statuses", STATUSES, WAITS)


@pytest.mark.parametrize("name", STATUSES)
def test_three_requests_get_these_statuses(faulty: Faulty, name: str) -> None:
    """As often as promised, and the log says the same."""
    probe = faulty(name)
    assert probe.statuses(3) == STATUSES[name] == [seen.status for seen in probe.server.requests]


@pytest.mark.parametrize("name", WAITS)
def test_retry_after_says_what_it_says(faulty: Faulty, name: str) -> None:
    """Once; then the page."""
    probe = faulty(name)
    answer = probe.ask()
    wait = answer.header("retry-after")
    assert answer.status == 429
    assert (None if wait is None else wait.encode("latin-1").decode()) == WAITS[name]
    assert probe.ask().is_whole


@pytest.mark.parametrize(
    ("fault", "wait"),
    [("429", "1"), ("429:120", "120"), ("429:none", None), ("429:now+30", "Tue, 14 Nov 2023 22:13:50 GMT")],
)
def test_retry_after_can_be_given(faulty: Faulty, fault: str, wait: str | None) -> None:
    """As text, as a date counted from now, or left out."""
    assert faulty(fault).ask().header("retry-after") == wait


def test_503_is_the_maintenance_page_three_times(faulty: Faulty) -> None:
    """Without Retry-After, as Drupal."""
    probe = faulty("503-burst")
    answer = probe.ask()
    assert b"maintenance-page" in answer.body
    assert answer.header("retry-after") is None
    assert probe.statuses(3) == [503, 503, 200]


def test_404_and_401_look_like_drupals(faulty: Faulty) -> None:
    """A page that says so, and a question for a password."""
    assert b"Page not found" in faulty("404").ask().body
    assert faulty("401").ask().header("www-authenticate") == 'Basic realm="Preview"'


def test_a_304_has_no_body_and_no_etag_of_its_own(faulty: Faulty) -> None:
    """Unasked, it keeps what a 304 may carry."""
    answer = faulty("304-unasked").ask()
    assert (answer.body, answer.header("etag"), answer.header("content-length")) == (b"", None, None)


def test_a_conditional_request_gets_the_etag_of_something_else(faulty: Faulty) -> None:
    """An unconditional one gets the page."""
    probe = faulty("304-other-etag")
    answer = probe.ask(PAGE, 'If-None-Match: "1700000000"')
    assert (answer.status, answer.header("etag")) == (304, '"another-rendering"')


@pytest.mark.parametrize(("count", "status"), [(2, 200), (3, 410)])
def test_too_many_facets_are_gone(faulty: Faulty, count: int, status: int) -> None:
    """Two are fine."""
    facets = "&".join(f"f[{number}]=countries:{787 + number}" for number in range(count))
    assert faulty("410-facets").ask(f"/gp?{facets}").status == status
