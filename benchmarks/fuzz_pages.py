"""Damage pages at random and parse them: nothing may escape but the project's own errors.

python benchmarks/fuzz_pages.py [--count 100000] [--seed 1] [--page FILE ...]

Damaged are small pages of the twin in every layout, the pages of the tests of the parser, and files given by name; some
pages are random bytes altogether. Prints pages, outcomes, worst time and peak memory for each kind of page; exit code 1
if anything else escaped or a page took longer than a minute.
"""

import argparse
import os
import resource
import signal
import sys
import time
import traceback
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from random import Random

from pipeline.errors import PracticesError
from pipeline.models import Page, digest_of
from pipeline.parse import parse_page
from pipeline.parse.memo import Memo
from pipeline.run.common import now, words_of
from pipeline.sources.registry import load_source
from pipeline.twin.content import generate
from pipeline.twin.messages import Request
from pipeline.twin.site import TwinSite
from pipeline.twin.theme import themes

SAMPLE = load_source("sample")
AT = now()
GOLDENS = Path(__file__).parents[1] / "tests" / "parse" / "goldens"
PAGES_PER_PROCESS = 500
LONGEST_SECONDS = 60
TYPES = (
    "text/html; charset=UTF-8",
    "text/html",
    "text/html; charset=iso-8859-1",
    "text/plain",
    "TEXT/HTML; charset=\udcff",
    "",
)
PIECES = (
    b"<",
    b">",
    b"</",
    b"<!--",
    b"-->",
    b'"',
    b"&",
    b"&#0;",
    b"&#x110000;",
    b"\0",
    b"\xff\xfe",
    b"\xc3",
    b"\xef\xbb\xbf",
    b"<table>",
    b"<tr><th>Topic</th>",
    b"</div>" * 20,
    b"<div>" * 700,
    b"<b>" * 300,
    b"<a href=",
    b"<a href='//[::1'>x</a>",
    b"<a href='http://[/gp/1'>",
    b"<script>",
    b"<plaintext>",
    b"<svg><title>",
    b"<template>",
    b"<frameset>",
    b"<select><option>",
    b"Implementation year:",
    b"Award Year:",
    b"Topic:",
    b" , ",
    b":" * 5000,
    b"Topic: " * 300,
    b"9" * 5000,
    "Implementation year：２０２０".encode(),
    "\u202e\u2028\u0345".encode() * 50,
    b'data-drupal-facet-alias="x"',
    b'data-drupal-facet-item-count="99999999999999999999"',
    b"?page=99999999999999999999",
    b"<div " + b"a=1 " * 3000 + b">",
    b'<script type="application/json" data-drupal-selector="drupal-settings-json">{"leaflet":{"a":{"features":[[[[',
    b'{"path":{"currentQuery":{"f":[1,{}],"page":[]}}}',
    b"[" * 3000,
    b"<html lang=''>",
    b"<base href='http://[x'>",
)


@dataclass(slots=True)
class Tally:
    """What became of the pages of one kind.

    Attributes:
        outcomes: Number by kind of page or name of error.
        worst: Seconds of the slowest page, its number, and its size.
        memory: Megabytes that parsing added at most to a process.
        escaped: Number and traceback of each page whose error is not ours.
    """

    outcomes: Counter[str] = field(default_factory=Counter)
    worst: tuple[float, int, int] = (0.0, 0, 0)
    memory: float = 0.0
    escaped: list[tuple[int, str]] = field(default_factory=list)


@cache
def corpus(more: tuple[str, ...]) -> dict[str, bytes]:
    """Return the whole pages by kind."""
    pages = {f"layout {name}": _twin(name) for name in themes()}
    pages |= {f"test {path.parent.name}": path.read_bytes() for path in sorted(GOLDENS.glob("*/page.*"))}
    pages |= {f"file {Path(name).name}": Path(name).read_bytes() for name in more}
    return {**pages, "random bytes": b""}


def _twin(name: str) -> bytes:
    return TwinSite(generate(3), theme=themes()[name]).respond(Request("GET", "/databases/gp")).body


def damaged(kind: str, pages: dict[str, bytes], rng: Random) -> bytes:
    """Return a page with one to twelve wounds."""
    body = bytearray(pages[kind] or rng.randbytes(rng.randrange(4000)))
    for _ in range(rng.randrange(1, 13)):
        at = rng.randrange(len(body) + 1)
        length = int(rng.random() ** 4 * 3000)
        wound = rng.randrange(7)
        if wound == 0:
            body[at : at + 1] = rng.randbytes(1)
        elif wound == 1:
            del body[at : at + length]
        elif wound == 2:
            body[at:at] = rng.choice(PIECES)
        elif wound == 3:
            body[at:at] = body[max(0, at - length) : at]
        elif wound == 4:
            other = rng.choice(list(pages.values()))
            start = rng.randrange(len(other) + 1)
            body[at : at + length] = other[start : start + length]
        elif wound == 5:  # A piece moves elsewhere: elements close that were not open.
            piece = body[at : at + length]
            del body[at : at + length]
            to = rng.randrange(len(body) + 1)
            body[to:to] = piece
        elif rng.random() < 0.2:
            del body[at:]
    return bytes(body)


def page_of(seed: int, kind: str, number: int, more: tuple[str, ...]) -> Page:
    """Return the page of a number: the same one each time."""
    rng = Random(f"{seed}/{kind}/{number}")
    body = damaged(kind, corpus(more), rng)
    text = kind.startswith("test rendition") or kind.endswith(".txt")
    content_type = rng.choice(TYPES) if rng.random() < 0.2 else "text/plain" if text else TYPES[0]
    url = rng.choice(("http://www.twin.test/databases/gp", "http://www.twin.test/gp/200000", "page.html"))
    return Page(url, body, content_type, AT, digest_of(body))


def run(job: tuple[int, str, int, int, tuple[str, ...]]) -> tuple[str, Tally]:
    """Parse a number of pages of one kind, in a process of their own."""
    seed, kind, first, count, more = job
    signal.signal(signal.SIGALRM, _too_slow)
    tally = Tally()
    words = words_of(SAMPLE)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for number in range(first, first + count):
        page = page_of(seed, kind, number, more)
        signal.alarm(LONGEST_SECONDS)
        start = time.process_time()
        try:
            tally.outcomes[parse_page(page, SAMPLE, replace(words, memo=Memo())).kind.value] += 1
        except PracticesError as error:
            tally.outcomes[type(error).__name__] += 1
        except BaseException:  # noqa: BLE001 - whatever it is, it is what we look for
            tally.outcomes["escaped"] += 1
            tally.escaped.append((number, traceback.format_exc(limit=-4)))
        tally.worst = max(tally.worst, (time.process_time() - start, number, len(page.body)))
        signal.alarm(0)
    tally.memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    return kind, tally


def _too_slow(*_: object) -> None:
    raise TimeoutError(f"more than {LONGEST_SECONDS} seconds")


def main() -> None:
    """Print a table, and what escaped."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--count", type=int, default=100_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--page", action="append", default=[], metavar="FILE", help="damage this page as well")
    chosen = options.parse_args()
    more = tuple(chosen.page)
    kinds = list(corpus(more))
    each = -(-chosen.count // len(kinds))
    jobs = [
        (chosen.seed, kind, first, min(PAGES_PER_PROCESS, each - first), more)
        for first in range(0, each, PAGES_PER_PROCESS)
        for kind in kinds
    ]
    start = time.monotonic()
    tallies: dict[str, Tally] = {}
    with get_context("fork").Pool(os.cpu_count(), maxtasksperchild=1) as pool:
        for kind, part in pool.imap_unordered(run, jobs):
            tally = tallies.setdefault(kind, Tally())
            tally.outcomes.update(part.outcomes)
            tally.worst = max(tally.worst, part.worst)
            tally.memory = max(tally.memory, part.memory)
            tally.escaped += part.escaped
    print(
        "| page | damaged | read | refused | escaped | worst, ms | of kB | memory, MB |\n"
        "|---|---:|---:|---:|---:|---:|---:|---:|"
    )
    for kind in kinds:
        print(_row(kind, tallies[kind]))
    total = Tally(sum((tally.outcomes for tally in tallies.values()), Counter()))
    total.worst = max(tally.worst for tally in tallies.values())
    total.memory = max(tally.memory for tally in tallies.values())
    print(_row("**all**", total))
    print(
        f"\n{time.monotonic() - start:.0f} s with {os.cpu_count()} processes; "
        f"outcomes: {dict(total.outcomes.most_common())}"
    )
    escaped = [(kind, number, text) for kind, tally in tallies.items() for number, text in tally.escaped]
    for kind, number, text in escaped[:10]:
        print(f"\n{kind}, number {number}:\n{text}")
    sys.exit(1 if escaped else 0)


def _row(name: str, tally: Tally) -> str:
    refused = sum(count for outcome, count in tally.outcomes.items() if outcome.endswith("Error"))
    escaped = tally.outcomes["escaped"]
    seconds, _, size = tally.worst
    read = tally.outcomes.total() - refused - escaped
    cells = (
        tally.outcomes.total(),
        read,
        refused,
        escaped,
        f"{seconds * 1000:.0f}",
        f"{size / 1000:.0f}",
        f"{tally.memory:.1f}",
    )
    return f"| {name} | {' | '.join(map(str, cells))} |"


if __name__ == "__main__":
    main()
