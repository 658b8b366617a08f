"""Crawl the twin once under every fault that it knows, and print a table: expected, observed, verdict.

    python benchmarks/hostile_site.py [NAME ...]

Every crawl runs in a process of its own, so that its memory can be told from the server's.
"""

import json
import resource
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from pipeline.errors import PracticesError
from pipeline.fetch.plan import Strategy
from pipeline.run.ingest import ingest
from pipeline.settings import Home
from pipeline.sources.registry import load_source
from pipeline.sources.spec import Source
from pipeline.twin.content import generate
from pipeline.twin.faults.catalogue import Entry, catalogue
from pipeline.twin.faults.plan import Fault, FaultPlan
from pipeline.twin.faults.site import FaultySite
from pipeline.twin.server import TwinServer
from pipeline.twin.site import TwinSite

_PRACTICES = 120
_TIMEOUT = 4.0
_LONGEST = 240
_MEMORY_LIMIT = 64  # MiB


def main(names: list[str]) -> int:
    """Print the table, and return how many behaviours did not end as expected."""
    entries = [entry for entry in catalogue().values() if not names or entry.name in names]
    with ThreadPoolExecutor(2) as pool:
        rows = list(pool.map(_try, entries))
    print("| fault | what the site does | expected | observed | requests | seconds | memory (MiB) | verdict |")
    print("|---|---|---|---|---:|---:|---:|---|")
    for entry, seen in zip(entries, rows, strict=True):
        verdict = "right" if _is_right(entry, seen) else "WRONG"
        print(
            f"| {entry.usage} | {entry.sentence} ({entry.source}) | {entry.expect} | {seen['outcome']} "
            f"| {seen['requests']} | {seen['seconds']:.1f} | {seen['memory']:.0f} | {verdict} |"
        )
    wrong = sum(not _is_right(entry, seen) for entry, seen in zip(entries, rows, strict=True))
    most = max(float(seen["memory"]) for seen in rows)
    harmless = [seen for entry, seen in zip(entries, rows, strict=True) if entry.is_harmless]
    harmful = [seen for entry, seen in zip(entries, rows, strict=True) if not entry.is_harmless]
    print(f"\n{len(rows)} behaviours, {len(rows) - wrong} right, {wrong} wrong; most memory {most:.0f} MiB.")
    print(f"Harmful: {len(harmful)}, certified complete: {sum(seen['outcome'] == 'complete' for seen in harmful)}.")
    print(f"Harmless: {len(harmless)}, not complete: {sum(seen['outcome'] != 'complete' for seen in harmless)}.")
    return wrong


def _is_right(entry: Entry, seen: dict[str, object]) -> bool:
    return entry.expect == seen["outcome"] and float(str(seen["memory"])) < _MEMORY_LIMIT


def _try(entry: Entry) -> dict[str, object]:
    site = TwinSite(generate(_PRACTICES))
    with TwinServer(site) as server:
        arg = f"localhost:{server.port}" if entry.name == "redirect-same-site" else None
        server.site = FaultySite(site, FaultPlan([Fault(entry.name, arg)]))
        started_at = time.monotonic()
        language = entry.arg if entry.name == "fewer-in-language" else ""
        command = [sys.executable, __file__, "--crawl", str(server.port), language]
        try:
            done = subprocess.run(command, capture_output=True, text=True, timeout=_LONGEST, check=False)
            answer = json.loads(done.stdout) if done.stdout else {"outcome": f"crash: {done.stderr[-200:]}"}
        except subprocess.TimeoutExpired:
            answer = {"outcome": f"hangs longer than {_LONGEST} s"}
        seen: dict[str, object] = {"memory": 0.0, "seconds": time.monotonic() - started_at, **answer}
        return seen | {"requests": len(server.requests)}


def _crawl(port: int, second_language: str) -> None:
    """Crawl the site on a port, and print how it ended."""
    source = _source(port)
    languages = ("en", second_language) if second_language else ("en",)
    with tempfile.TemporaryDirectory() as folder:
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        started_at = time.monotonic()
        try:
            outcome = ingest(Home(Path(folder)), source, None, languages, strategy=Strategy.PAGES).verdict.value
        except PracticesError as error:
            outcome = f"error:{type(error).__name__}"
        seconds = time.monotonic() - started_at
        memory = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(json.dumps({"outcome": outcome, "seconds": seconds, "memory": memory}))


def _source(port: int) -> Source:
    sample = load_source("sample").model_dump()
    origin = f"http://127.0.0.1:{port}"
    site = {
        "listing_url": f"{origin}/databases/gp",
        "hosts": ["127.0.0.1", "localhost"],
        "detail_url": origin + "{prefix}/gp/{key}",
    }
    pace = {"timeout_seconds": _TIMEOUT, "attempts": 4, "max_requests": 300, "max_seconds": 120}
    return Source.model_validate(
        {
            **sample,
            "name": "hostile",
            "twin_practices": None,
            "site": {**sample["site"], **site},
            "pace": {**sample["pace"], **pace},
            "paging": {**sample["paging"], "max_pages": 1000},
        }
    )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--crawl"]:
        _crawl(int(sys.argv[2]), sys.argv[3])
    else:
        sys.exit(1 if main(sys.argv[1:]) else 0)
