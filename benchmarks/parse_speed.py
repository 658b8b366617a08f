"""Time reading listing pages of 110 records, beside Lexbor's bare parse of the same pages in the same run.

    python benchmarks/parse_speed.py

`new rows`: nothing is remembered, every row is read. `one sweep`: the pages of a listing in their order, as a crawl
reads them; each repeats the map's hundred rows. `known rows`: the sweep once more.
"""

import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from selectolax.lexbor import LexborHTMLParser

from pipeline.models import Page, digest_of
from pipeline.parse import parse_page
from pipeline.parse.memo import Memo
from pipeline.run.common import words_of
from pipeline.sources.registry import load_source
from pipeline.twin.content import generate
from pipeline.twin.messages import Request
from pipeline.twin.site import TwinSite

_PAGES = 12
_ROUNDS = 5


def main() -> None:
    """Print the table."""
    source = load_source("sample")
    words = words_of(source)
    site = TwinSite(generate(330))
    pages = [_page(site, f"/databases/gp?page={number}", source.site.hosts[0]) for number in range(_PAGES)]
    size = sum(len(page.body) for page in pages)
    bare = _seconds(lambda: [LexborHTMLParser(page.body.decode()) for page in pages])
    shared = replace(words, memo=Memo())

    def sweep() -> None:
        fresh = replace(words, memo=Memo())
        for page in pages:
            parse_page(page, source, fresh)

    rows = {
        "Lexbor, bare": bare,
        "new rows": _seconds(lambda: [parse_page(page, source, replace(words, memo=Memo())) for page in pages]),
        "one sweep": _seconds(sweep),
        "known rows": _seconds(lambda: [parse_page(page, source, shared) for page in pages]),
    }
    print(f"{_PAGES} pages of {size / _PAGES / 1000:.0f} kB, best of {_ROUNDS}\n")
    print("| what | ms a page | MB/s | of bare |\n|---|---:|---:|---:|")
    for name, seconds in rows.items():
        print(f"| {name} | {seconds / _PAGES * 1000:.1f} | {size / seconds / 1e6:.0f} | {bare / seconds:.0%} |")


def _page(site: TwinSite, target: str, host: str) -> Page:
    body = site.respond(Request("GET", target)).body
    return Page(
        f"http://{host}{target}", body, "text/html; charset=UTF-8", datetime(2026, 3, 1, tzinfo=UTC), digest_of(body)
    )


def _seconds(work: Callable[[], object]) -> float:
    times = []
    for _ in range(_ROUNDS):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return min(times)


if __name__ == "__main__":
    main()
