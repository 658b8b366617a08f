"""A crawl that is killed, cut off, or stopped: the next run goes on, and nobody can tell from what it kept."""

import errno
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import pytest

from pipeline.archive.captures import read_captures
from pipeline.archive.crawls import finished_crawls, unfinished_crawls
from pipeline.errors import FetchError, NoContentError, RedirectBlockedError
from pipeline.fetch.plan import Strategy
from pipeline.run.ingest import ingest
from pipeline.run.verify import verify
from pipeline.settings import Home
from pipeline.sources.registry import load_source
from pipeline.twin.messages import Request, Response
from pipeline.twin.server import TwinServer
from pipeline.twin.site import TwinSite

Serve = Callable[..., tuple[TwinServer, Path]]
ROBOTS = "/robots.txt"
LANGUAGES = ("en", "fr")


@dataclass
class Deadly:
    """A site that ends whoever asks it, when a request comes that it waits for.

    Attributes:
        site: What answers.
        countdown: Requests until then.
        signal: What the asking process is sent.
        victim: The asking process.
    """

    site: TwinSite
    countdown: int = 0
    signal: int = signal.SIGKILL
    victim: list[subprocess.Popen[str]] = field(default_factory=list)

    def respond(self, request: Request) -> Response:
        """Answer, and count."""
        self.countdown -= 1
        if self.countdown == 0:
            self.victim[-1].send_signal(self.signal)
        return self.site.respond(request)


@dataclass
class Crawler:
    """Runs the real command against one site.

    Attributes:
        site: What it asks.
        server: Serves the site, and logs what is asked.
        source: Path of the source file.
        home: Where pages are kept.
        environment: Of the command.
        strategy: How the listing is read.
    """

    site: Deadly
    server: TwinServer
    source: Path
    home: Home
    environment: dict[str, str]
    strategy: str = "pages"

    def run(
        self, until: int = 0, languages: Sequence[str] = LANGUAGES, most_bytes: int | None = None
    ) -> tuple[int, str]:
        """Crawl until so many requests were sent (0: to the end); return exit code and what was said."""
        self.site.countdown = until
        command = [sys.executable, "-m", "pipeline.cli", "--home", str(self.home.path), "ingest", str(self.source)]
        process = subprocess.Popen(
            [*command, "--languages", ",".join(languages), "--strategy", self.strategy],
            env=self.environment,
            stderr=subprocess.PIPE,
            text=True,
        )
        self.site.victim.append(process)
        _, errors = process.communicate()
        return process.returncode, errors

    def asked(self) -> list[str]:
        """What was asked so far, without robots.txt."""
        return [request.path for request in self.server.requests if request.path != ROBOTS]

    def kept(self) -> set[tuple[str, str]]:
        """Address and digest of every page of the one finished crawl."""
        (crawl,) = finished_crawls(self.home, "corner")
        captures = read_captures(crawl.pages_path, crawl.crawl_id)
        return {(one.page.url, one.page.digest) for one in captures if not one.page.url.endswith(ROBOTS)}

    @property
    def record(self) -> dict[str, Any]:
        """What crawl.json says."""
        (path,) = self.home.crawls("corner").glob("*/crawl.json")
        record: dict[str, Any] = json.loads(path.read_text())
        return record


@pytest.fixture
def crawler(
    serve: Serve, site: TwinSite, tmp_path: Path, surroundings: dict[str, str], request: pytest.FixtureRequest
) -> Crawler:
    """A crawler of three pages in two languages; nothing was asked yet."""
    deadly = Deadly(site)
    server, source = serve(deadly)
    return Crawler(deadly, server, source, Home(tmp_path / "home"), surroundings, getattr(request, "param", "pages"))


@pytest.fixture
def undisturbed(crawler: Crawler, tmp_path: Path) -> tuple[list[str], set[tuple[str, str]]]:
    """What a crawl asks and keeps that nobody disturbs, of the same site."""
    home = Home(tmp_path / "undisturbed")
    calm = replace(crawler, home=home)
    ingest(home, load_source(str(crawler.source)), None, LANGUAGES, strategy=Strategy(crawler.strategy))
    asked, kept = calm.asked(), calm.kept()
    crawler.server.requests.clear()
    return asked, kept


@pytest.mark.parametrize("crawler", ["pages", "facets"], indirect=True)
def test_a_crawl_that_is_killed_at_every_page_keeps_what_an_undisturbed_one_keeps(
    crawler: Crawler, undisturbed: tuple[list[str], set[tuple[str, str]]]
) -> None:
    """At robots.txt, and then whenever a second page is asked for: only the page in flight is asked for again."""
    asked, kept = undisturbed
    assert crawler.run(until=1)[0] == -signal.SIGKILL
    kills = 0
    while True:
        before = len(crawler.asked())
        code, errors = crawler.run(until=3)
        if code == 0:
            break
        assert code == -signal.SIGKILL, errors
        kills += 1
        assert len(crawler.asked()) - before == 2
    assert crawler.kept() == kept
    assert kills == len(asked) - 1
    again = Counter(crawler.asked()) - Counter(asked)
    assert again.total() == kills
    assert max(again.values()) <= max(Counter(asked).values())
    assert unfinished_crawls(crawler.home, "corner") == []
    assert len(list(crawler.home.crawls("corner").glob("*/"))) == 1
    assert crawler.record["resumed"] == kills
    assert crawler.record["started_at"] == crawler.record["receipt"]["began"]
    assert crawler.record["certificate"]["verdict"] == "complete"
    assert verify(crawler.home).damages == ()


def test_a_crawl_that_is_killed_before_its_last_word_asks_for_nothing_but_rules(crawler: Crawler) -> None:
    """All pages are there, crawl.json is not: the next run asks for robots.txt, and writes it."""
    assert crawler.run()[0] == 0
    kept, record = crawler.kept(), crawler.record
    next(crawler.home.crawls("corner").glob("*/crawl.json")).unlink()
    crawler.server.requests.clear()
    assert crawler.run()[0] == 0
    assert [request.path for request in crawler.server.requests] == [ROBOTS]
    assert crawler.kept() == kept
    assert crawler.record["certificate"] == record["certificate"]
    assert crawler.record["receipt"]["requests"] == record["receipt"]["requests"] + 1


def test_a_disk_that_is_full_in_the_middle_of_a_page_loses_that_page(
    crawler: Crawler, undisturbed: tuple[list[str], set[tuple[str, str]]], practices: Callable[..., Any]
) -> None:
    """The torn end is set aside, and stays; the next run goes on behind the last whole record."""
    asked, kept = undisturbed
    done = practices(
        crawler.source.parent,
        *("ingest", crawler.source, "--home", crawler.home.path, "--languages", ",".join(LANGUAGES)),
        *("--strategy", crawler.strategy),
        before=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, resource.RLIM_INFINITY)),
    )
    assert (done.code, "Traceback" in done.err) == (1, False)
    assert f"archive: {crawler.home.crawls('corner')}" in done.err
    assert os.strerror(errno.EFBIG) in done.err
    (crawl,) = verify(crawler.home).crawls
    assert (crawl.is_cut_short, crawl.damages) == (True, ())
    assert crawler.run()[0] == 0
    assert crawler.kept() == kept
    assert len(crawler.asked()) == len(asked) + 1
    (torn,) = crawler.home.crawls("corner").glob("*/torn-*.bin")
    assert crawler.record["files"][torn.name]["bytes"] == torn.stat().st_size > 0
    assert verify(crawler.home).damages == ()


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_crawl_that_is_asked_to_stop_says_how_to_go_on(crawler: Crawler, number: int, code: int) -> None:
    """No traceback; status names the crawl and its pages, and the same command goes on."""
    crawler.site.signal = number
    stopped, errors = crawler.run(until=4)
    assert stopped == code
    assert errors == "practices: stopped; what was fetched is kept, and the same command goes on from there\n"
    (folder,) = unfinished_crawls(crawler.home, "corner")
    assert crawler.run()[0] == 0
    (crawl,) = finished_crawls(crawler.home, "corner")
    assert crawl.folder == folder


def test_other_languages_are_another_crawl(crawler: Crawler) -> None:
    """What was begun stays as it is, and can still be gone on with."""
    crawler.run(until=4)
    (begun,) = unfinished_crawls(crawler.home, "corner")
    assert crawler.run(languages=("en",))[0] == 0
    assert unfinished_crawls(crawler.home, "corner") == [begun]
    assert crawler.run()[0] == 0
    assert unfinished_crawls(crawler.home, "corner") == []
    assert {crawl.record["resumed"] for crawl in finished_crawls(crawler.home, "corner")} == {0, 1}


def test_status_names_what_is_unfinished(crawler: Crawler, practices: Callable[..., Any]) -> None:
    """With its pages, without robots.txt."""
    crawler.run(until=4)
    done = practices(crawler.home.path, "--json", "status")
    (folder,) = unfinished_crawls(crawler.home, "corner")
    assert done.data["unfinished"] == [{"crawl_id": folder.name, "source": "corner", "pages": 2}]
    assert "unfinished, 2 pages" in done.err


@dataclass
class BadDay:
    """A site on which one page is something else for some requests, and right from then on.

    Attributes:
        site: What answers otherwise.
        answer: What it answers instead.
        count: How often.
    """

    site: TwinSite
    answer: Response
    count: int

    def respond(self, request: Request) -> Response:
        """Answer."""
        if "page=1" in request.target and self.count:
            self.count -= 1
            return self.answer
        return self.site.respond(request)


HTML = ("Content-Type", "text/html; charset=UTF-8")
LOGIN = b"<html><body><form action='/user/login'><input type=password name=pass></form></body></html>"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Response(302, (("Location", "/user/login"),)), NoContentError),
        (Response(301, (("Location", "http://elsewhere.example/"),)), RedirectBlockedError),
        (Response(301, (("Location", "/databases/gp?page=1"),)), RedirectBlockedError),
        (Response(200, (HTML,), LOGIN), NoContentError),
        (Response(200, (("Content-Type", "application/json"),), b"{}"), NoContentError),
        (Response(200, (HTML,), b"<html><body>half a pa"), FetchError),
        (Response(503, (HTML,)), FetchError),
        (Response(304), FetchError),
    ],
)
def test_what_made_a_crawl_fail_is_asked_for_again(
    serve: Serve, site: TwinSite, tmp_path: Path, answer: Response, error: type[FetchError]
) -> None:
    """A bad day that is over does not make every later run fail; the bad answers stay as evidence.

    Nor does it when the crawl that got over it is interrupted once more.
    """
    server, path = serve(BadDay(site, answer, count=6))
    home, source = Home(tmp_path / "home"), load_source(str(path))
    with pytest.raises(error):
        ingest(home, source, None, ["en"], strategy=Strategy.PAGES)
    server.site = site
    crawl = ingest(home, source, None, ["en"], strategy=Strategy.PAGES)
    assert (crawl.record["resumed"], crawl.record["certificate"]["verdict"]) == (1, "complete")
    paths = [request.path for request in server.requests]
    assert paths.count("/databases/gp") == 2  # Once for the walk, once to see whether it has moved.
    (crawl.folder / "crawl.json").unlink()
    server.requests.clear()
    again = ingest(home, source, None, ["en"], strategy=Strategy.PAGES)
    assert (again.record["resumed"], again.record["certificate"]["verdict"]) == (2, "complete")
    assert [request.path for request in server.requests] == [ROBOTS]


def test_a_redirect_to_a_page_is_not_asked_for_again(serve: Serve, site: TwinSite, tmp_path: Path) -> None:
    """Both are kept, and both count as asked."""
    moved = Response(301, (("Location", "/gp?page=1"),))
    server, path = serve(BadDay(site, moved, count=1))
    home, source = Home(tmp_path / "home"), load_source(str(path))
    folder = ingest(home, source, None, ["en"], strategy=Strategy.PAGES).folder
    (folder / "crawl.json").unlink()
    server.requests.clear()
    crawl = ingest(home, source, None, ["en"], strategy=Strategy.PAGES)
    assert [request.path for request in server.requests] == [ROBOTS]
    assert crawl.record["receipt"]["statuses"] == {"200": 6, "301": 1}


def test_an_unfinished_crawl_whose_pages_are_gone_is_left_alone(serve: Serve, site: TwinSite, tmp_path: Path) -> None:
    """It has revisits of a crawl that is not there any more: a new one begins, and fetches every page."""
    _, path = serve(site)
    home, source = Home(tmp_path / "home"), load_source(str(path))
    first = ingest(home, source, None, ["en"], strategy=Strategy.PAGES)
    second = ingest(home, source, None, ["en"], strategy=Strategy.PAGES)
    assert second.record["receipt"]["statuses"]["304"]
    (second.folder / "crawl.json").unlink()
    shutil.rmtree(first.folder)
    third = ingest(home, source, None, ["en"], strategy=Strategy.PAGES)
    assert third.record["receipt"]["statuses"] == {"200": 5}
    assert unfinished_crawls(home, "corner") == [second.folder]
