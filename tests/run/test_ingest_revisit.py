"""A second crawl of a site that has not changed: nothing is sent again, and everything is the same."""

import json
import shutil
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipeline.archive.captures import read_captures
from pipeline.archive.crawls import Crawl
from pipeline.errors import ArchiveCorruptError, UnexpectedStatusError
from pipeline.fetch.plan import Strategy
from pipeline.run.build import build
from pipeline.run.ingest import ingest
from pipeline.run.verify import verify
from pipeline.settings import Home
from pipeline.sources.registry import load_source
from pipeline.sources.spec import Source
from pipeline.twin.messages import Request, Response
from pipeline.twin.server import TwinServer
from pipeline.twin.site import TwinSite

Serve = Callable[..., tuple[TwinServer, Path]]


@dataclass
class Asked:
    """A site that remembers with which validators it was asked.

    Attributes:
        site: What answers.
        answer: What it answers to whoever has a page already, None for what the site says.
        validators: Both validators of every request for a page.
    """

    site: TwinSite
    answer: Response | None = None

    def __post_init__(self) -> None:
        self.validators: list[tuple[str | None, str | None]] = []

    def respond(self, request: Request) -> Response:
        """Answer."""
        if not request.target.endswith("/robots.txt"):
            names = ("if-none-match", "if-modified-since")
            etag, date = (request.headers.get(name) for name in names)
            self.validators.append((etag, date))
            if self.answer is not None and etag:
                return self.answer
        return self.site.respond(request)


@pytest.fixture
def asked(site: TwinSite) -> Asked:
    """The site of three pages."""
    return Asked(site)


@pytest.fixture
def source(serve: Serve, asked: Asked) -> Source:
    """Its source, served."""
    _, path = serve(asked)
    return load_source(str(path))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Where pages are kept."""
    return Home(tmp_path / "home")


def crawl(home: Home, source: Source) -> Crawl:
    """Crawl one language."""
    return ingest(home, source, None, ["en"], strategy=Strategy.PAGES)


def bodies(crawl: Crawl) -> list[tuple[str, str, str]]:
    """Address, digest and content type of every page."""
    return [
        (one.page.url, one.page.digest, one.page.content_type)
        for one in read_captures(crawl.pages_path, crawl.crawl_id)
        if not one.page.url.endswith("/robots.txt")
    ]


def published(home: Home, source: Source) -> dict[str, pl.DataFrame]:
    """What is published of the practices themselves."""
    _, tables = build(home, source)
    times = ["first_seen_at", "last_seen_at", "sighting_count", "practice_id"]
    return {name: tables[name].drop(times[:3], strict=False) for name in ("practices", "editions", "practice_topics")}


def test_a_second_crawl_is_sent_nothing_twice(home: Home, source: Source, asked: Asked) -> None:
    """Every page is asked for with both validators, answered with 304, and kept as the page that it stands for."""
    first = crawl(home, source)
    asked.validators.clear()
    second = crawl(home, source)
    assert all(etag and date for etag, date in asked.validators)
    assert second.record["receipt"]["statuses"] == {"200": 1, "304": 4}
    assert bodies(second) == bodies(first)
    assert second.record["certificate"] == first.record["certificate"]
    assert second.pages_path.stat().st_size < first.pages_path.stat().st_size / 5
    assert verify(home).damages == ()


def test_what_is_built_from_revisits_is_the_same(home: Home, source: Source) -> None:
    """Practices, editions and topics, value by value; they were seen once more, that is all."""
    crawl(home, source)
    before = published(home, source)
    crawl(home, source)
    after = published(home, source)
    assert {name: frame.equals(before[name]) for name, frame in after.items()} == dict.fromkeys(before, True)


def test_a_third_crawl_refers_to_the_first(home: Home, source: Source) -> None:
    """So the second may be lost without harm to the third."""
    first, second, third = (crawl(home, source) for _ in range(3))
    shutil.rmtree(second.folder)
    assert bodies(third) == bodies(first)
    assert verify(home).damages == ()


def test_a_page_that_is_gone_is_an_error_and_no_empty_page(home: Home, source: Source) -> None:
    """Build refuses it, verify names it."""
    first, second = crawl(home, source), crawl(home, source)
    first.pages_path.unlink()
    with pytest.raises(ArchiveCorruptError):
        bodies(second)
    damaged = {damage.path for damage in verify(home).damages}
    assert damaged == {first.pages_path, second.pages_path}


def test_a_page_that_has_changed_is_kept_anew(home: Home, source: Source, asked: Asked, site: TwinSite) -> None:
    """Only the others are revisits."""
    crawl(home, source)
    site.respond(Request("GET", "/databases/gp?page=2"))
    changed = TwinSite(site.listing.practices[:-1])
    asked.site = changed
    second = crawl(home, source)
    assert "304" not in second.record["receipt"]["statuses"]
    assert len(set(bodies(second))) == 3


@pytest.mark.parametrize(
    "answer",
    [
        Response(304, (("ETag", '"another"'),)),
        Response(304, (("ETag", 'W/"1"'),)),
        Response(304, (("ETag", ""),)),
    ],
)
def test_a_304_about_another_page_is_no_page(home: Home, source: Source, asked: Asked, answer: Response) -> None:
    """It is kept as what it is, and the page is asked for once more, without conditions."""
    first = crawl(home, source)
    asked.answer = answer
    second = crawl(home, source)
    assert bodies(second) == bodies(first)
    assert b"WARC-Type: revisit" not in second.pages_path.read_bytes()
    assert second.record["receipt"]["statuses"] == {"200": 5, "304": 4}
    first.pages_path.unlink()
    assert len(bodies(second)) == 4


def test_a_304_that_nobody_asked_for_is_an_error(home: Home, source: Source, asked: Asked) -> None:
    """There is no page that it could stand for."""
    asked.site = Always(Response(304))  # type: ignore[assignment]
    with pytest.raises(UnexpectedStatusError, match="304"):
        crawl(home, source)


@dataclass
class Always:
    """A site that has one answer, besides robots.txt."""

    answer: Response

    def respond(self, request: Request) -> Response:
        """Answer."""
        return Response(404) if request.target == "/robots.txt" else self.answer


def test_a_damaged_crawl_is_not_referred_to(home: Home, source: Source) -> None:
    """What can not be read any more is fetched again; crawling goes on in spite of any damage to what is there."""
    first = crawl(home, source)
    data = bytearray(first.pages_path.read_bytes())
    data[-3000] ^= 1
    first.pages_path.write_bytes(data)
    second = crawl(home, source)
    assert second.record["receipt"]["statuses"] == {"200": 5}
    (second.folder / "crawl.json").write_text("{}")
    third = crawl(home, source)
    assert third.record["receipt"]["statuses"] == {"200": 5}


def test_a_resumed_crawl_goes_on_with_its_revisits(home: Home, source: Source, asked: Asked) -> None:
    """What the site called unchanged before the kill is not asked again after it."""
    first = crawl(home, source)
    second = crawl(home, source)
    (second.folder / "crawl.json").unlink()
    asked.validators.clear()
    again = crawl(home, source)
    assert (asked.validators, again.folder, again.record["resumed"]) == ([], second.folder, 1)
    assert bodies(again) == bodies(first)


def test_the_receipt_says_what_was_asked_and_how(home: Home, source: Source, site: TwinSite) -> None:
    """Rules with their digest and time, delays, statuses, requests, bytes, hours, budgets, and what was left out."""
    record: dict[str, Any] = json.loads((crawl(home, source).folder / "crawl.json").read_text())
    receipt = record["receipt"]
    robots = site.respond(Request("GET", "/robots.txt")).body.decode()
    ((address, rules),) = receipt["robots"].items()
    assert address == source.site.listing_url.replace("/databases/gp", "/robots.txt")
    assert (rules["status"], rules["text"]) == (200, robots)
    assert receipt["began"] <= rules["read_at"] <= receipt["ended"]
    assert Counter(receipt["statuses"]) == {"200": 5}
    assert (receipt["requests"], receipt["least_delay_seconds"]) == (5, 0)
    assert receipt["bytes"] > 10_000
    assert receipt["budgets"]["max_requests"] == source.pace.max_requests
    assert [entry["reason"] for entry in receipt["not_asked"]] == [
        f"language {language} was not wanted" for language in ("fr", "es", "de")
    ]
