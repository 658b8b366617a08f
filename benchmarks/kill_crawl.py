"""Kill a crawl with SIGKILL at random moments, go on, and compare with a crawl that nobody disturbed.

    python benchmarks/kill_crawl.py --kills 50

A run is killed at a random moment of its fetching, the next one at a random moment of its whole time, and so on; every
run goes on with the crawl of the one before. When one comes through, another crawl begins, until there were as many
kills as wanted.
"""

import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import click

from pipeline.archive.captures import read_captures
from pipeline.archive.crawls import finished_crawls
from pipeline.run.verify import verify
from pipeline.settings import Home
from pipeline.sources.registry import source_text
from pipeline.twin.content import generate
from pipeline.twin.messages import Request, Response
from pipeline.twin.server import TwinServer
from pipeline.twin.site import TwinSite

_ROBOTS = "/robots.txt"
_LATENCY = 0.03
Captures = frozenset[tuple[str, str]]


@dataclass
class Bench:
    """One server, and the runs against it.

    Attributes:
        server: Serves the twin, and logs what is asked.
        source: Path of the source file.
    """

    server: TwinServer
    source: Path

    def run(self, home: Path, seconds: float | None = None, *, is_fetching: bool = False) -> tuple[bool, list[str]]:
        """Crawl, and kill the crawl after so many seconds; return whether that happened, and which pages it asked.

        Args:
            home: Where to.
            seconds: Time until the kill; None to let it come through.
            is_fetching: Whether that time begins with its first page, not with its process.
        """
        before = len(self.server.requests)
        command = [sys.executable, "-m", "pipeline.cli", "--home", str(home), "ingest", str(self.source)]
        command += ["--strategy", "pages"]
        process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        while is_fetching and process.poll() is None and not self._pages(before):
            time.sleep(0.001)
        try:
            _, errors = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            process.kill()
            _, errors = process.communicate()
        if process.returncode not in (0, -signal.SIGKILL):
            raise click.ClickException(errors)
        time.sleep(4 * _LATENCY)  # The server logs a request when it has the answer.
        return process.returncode != 0, self._pages(before)

    def _pages(self, start: int) -> list[str]:
        return [request.path for request in self.server.requests[start:] if request.path != _ROBOTS]


@dataclass
class Distant:
    """A site that takes its time, as one does that is not on this machine.

    Attributes:
        site: What answers.
    """

    site: TwinSite

    def respond(self, request: Request) -> Response:
        """Answer after a while."""
        time.sleep(_LATENCY)
        return self.site.respond(request)


@dataclass
class Outcome:
    """What was seen.

    Attributes:
        kills: Runs that were killed.
        crawls: Crawls that came through.
        asked_twice: For every kill, how many pages the next run asked again.
        is_equal: For every crawl, whether it has the captures of the undisturbed one.
        damages: Damages that `verify` found in finished crawls.
        seconds: Time of all runs.
    """

    kills: int = 0
    crawls: int = 0
    asked_twice: list[int] = field(default_factory=list)
    is_equal: list[bool] = field(default_factory=list)
    damages: int = 0
    seconds: float = 0.0

    def table(self, pages: int) -> str:
        """Return it as a Markdown table."""
        most = max(self.asked_twice, default=0)
        again = sum(count > 0 for count in self.asked_twice)
        return (
            "| kills | pages of a crawl | crawls finished | pages asked twice per kill, most | kills with one "
            "| captures equal | damages | seconds |\n"
            "|---:|---:|---:|---:|---:|---|---:|---:|\n"
            f"| {self.kills} | {pages} | {self.crawls} | {most} | {again} "
            f"| {'yes' if all(self.is_equal) else 'no'} | {self.damages} | {self.seconds:.0f} |"
        )


def captures_of(home: Path) -> Captures:
    """Return address and digest of every page of the one crawl in a home."""
    (crawl,) = finished_crawls(Home(home), "bench")
    return frozenset(
        (capture.page.url, capture.page.digest)
        for capture in read_captures(crawl.pages_path, crawl.crawl_id)
        if not capture.page.url.endswith(_ROBOTS)
    )


def overlap(whole: Sequence[str], done: int, asked: Sequence[str]) -> int:
    """Return how many pages before the one that is due a run has asked again.

    Args:
        whole: Pages in the order in which an undisturbed crawl asks for them.
        done: How many of them the runs before have asked.
        asked: What this run asked.
    """
    for count in range(done + 1):
        if list(whole[done - count : done - count + len(asked)]) == list(asked):
            return count
    raise click.ClickException(f"after {done} pages, a run asked for {asked[:3]} ..., which is in no order")


def disturb(bench: Bench, folder: Path, kills: int, chance: random.Random) -> tuple[Outcome, int]:
    """Return what many kills did, and how many pages a crawl has."""
    began = time.monotonic()
    _, whole = bench.run(folder / "undisturbed")
    seconds = time.monotonic() - began
    expected = captures_of(folder / "undisturbed")
    outcome = Outcome()
    began = time.monotonic()
    while outcome.kills < kills:
        home = folder / f"crawl-{outcome.crawls}"
        done = 0
        is_through = False
        while not is_through:
            is_last = outcome.kills >= kills
            # Every other kill falls into the fetching; else most would hit a process that starts.
            is_fetching = outcome.kills % 2 == 0
            moment = chance.uniform(0, seconds / 8 if is_fetching else seconds)
            was_killed, asked = bench.run(home, None if is_last else moment, is_fetching=is_fetching)
            is_through = bool(finished_crawls(Home(home), "bench"))
            again = overlap(whole, done, asked) if asked else 0
            if done:
                outcome.asked_twice.append(again)
            done += len(asked) - again
            outcome.kills += was_killed
            click.echo(f"{outcome.kills} kills: {done} of {len(whole)} pages", err=True)
        outcome.crawls += 1
        outcome.is_equal.append(captures_of(home) == expected)
        outcome.damages += len(verify(Home(home)).damages)
    outcome.seconds = time.monotonic() - began
    return outcome, len(whole)


def source_file(port: int) -> str:
    """Return the file of the twin as a source at an address."""
    text = source_text("sample").replace("www.twin.test", f"127.0.0.1:{port}")
    changes = {"name": '"bench"', "hosts": '["127.0.0.1"]', "min_practices": "1"}
    for key, value in changes.items():
        text = re.sub(rf"(?m)^{key} = .*$", f"{key} = {value}", text)
    text = re.sub(r"(?m)^twin_practices = .*\n", "", text)
    return re.sub(r"(?ms)^\[languages\.(?!en\]).*?(?=^\[)", "", text)


@click.command()
@click.option("--kills", default=50, show_default=True)
@click.option("--practices", default=3_000, show_default=True, help="Ten of them make a page.")
@click.option("--seed", default=1, show_default=True, help="Of the moments.")
def main(kills: int, practices: int, seed: int) -> None:
    """Kill crawls, and print a Markdown table."""
    with (
        tempfile.TemporaryDirectory() as folder,
        TwinServer(Distant(TwinSite(generate(practices)))) as server,
    ):
        source = Path(folder) / "bench.toml"
        source.write_text(source_file(server.port), encoding="utf-8")
        outcome, pages = disturb(Bench(server, source), Path(folder), kills, random.Random(seed))  # no secret
    click.echo(outcome.table(pages))
    if not all(outcome.is_equal) or max(outcome.asked_twice, default=0) > 1 or outcome.damages:
        sys.exit(1)


if __name__ == "__main__":
    main()
