import gzip

import pytest

from pipeline.twin.messages import Request, Response, cached_page, compressed, conditional

PAGE = cached_page(200, b"<p>page</p>" * 50, "en", 1_700_000_000, is_hit=False)
VALIDATORS = {"if-none-match": '"1700000000"', "if-modified-since": "Tue, 14 Nov 2023 22:13:20 GMT"}


def answer(headers: dict[str, str]) -> Response:
    return conditional(Request("GET", "/gp", headers), PAGE)


def test_both_validators_give_304_without_most_headers() -> None:
    """Core keeps only what a 304 may carry."""
    response = answer(VALIDATORS)
    assert (response.status, response.body) == (304, b"")
    assert [name for name, _ in response.headers] == ["Cache-Control", "Expires", "Vary"]


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"if-none-match": VALIDATORS["if-none-match"]},
        {"if-modified-since": VALIDATORS["if-modified-since"]},
        {**VALIDATORS, "if-none-match": 'W/"1700000000"'},
        {**VALIDATORS, "if-modified-since": "Tue, 14 Nov 2023 22:13:21 GMT"},
    ],
)
def test_one_validator_or_another_value_gives_the_page(headers: dict[str, str]) -> None:
    """304 needs both, exactly."""
    assert answer(headers) == PAGE


@pytest.mark.parametrize("accepted", ["gzip", "deflate, gzip;q=0.5", "GZIP", "*", "br, gzip ; q=1.0"])
def test_a_client_that_takes_gzip_gets_it(accepted: str) -> None:
    """The body decodes to the same bytes, and says so."""
    response = compressed(Request("GET", "/gp", {"accept-encoding": accepted}), PAGE)
    assert response.header("Content-Encoding") == "gzip"
    assert gzip.decompress(response.body) == PAGE.body


@pytest.mark.parametrize("accepted", ["", "identity", "br", "gzip;q=0", "gzip; q=0.0"])
def test_other_clients_get_plain_bytes(accepted: str) -> None:
    """Nothing is compressed unasked."""
    assert compressed(Request("GET", "/gp", {"accept-encoding": accepted}), PAGE) == PAGE


def test_the_host_has_no_port_and_no_capitals() -> None:
    """As virtual hosts compare it."""
    assert Request("GET", "/", {"host": "WWW.twin.test:8080"}).host == "www.twin.test"
