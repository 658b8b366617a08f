"""Time reading hostile robots.txt files and deciding over one long address, beside Protego on the same bytes.

python benchmarks/robots_rules.py
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime

from protego import Protego

from pipeline.fetch.robots import MAX_BYTES, Robots
from pipeline.models import Exchange

_SITE = "https://site.example"
_URL = f"{_SITE}/{'a' * 2_000}?{'a/' * 500}"
_UNITS = {
    "empty lines": "\n",
    "one letter": "a\n",
    "groups": "User-agent: a\nDisallow: /\n",
    "a rule of stars": "Disallow: /*a*a*a*a*b{}\n",
    "different rules": "Disallow: /*{}%61[?/*a$\n",
    "different agents": "User-agent: a{}\nUser-agent: *\n",
    "delays": "Crawl-delay: 1\n",
}


def main() -> None:
    """Print seconds of both and their ratio."""
    print("| of what | ours, s | Protego, s | ratio |\n|---|---:|---:|---:|")
    for name, unit in _UNITS.items():
        count = MAX_BYTES // len(unit)
        body = "User-agent: *\nDisallow: /first\n" + "".join(unit.replace("{}", str(n)) for n in range(count))
        ours = _seconds(lambda body=body: _read(body.encode()).disallowed(_URL))
        theirs = _seconds(lambda body=body: Protego.parse(body[:MAX_BYTES]).can_fetch(_URL, "practices"))
        print(f"| {name} | {ours:.2f} | {theirs:.2f} | {ours / theirs:.2f} |", flush=True)


def _read(body: bytes) -> Robots:
    exchange = Exchange(f"{_SITE}/robots.txt", 200, "", [], [], body, datetime(2026, 3, 1, tzinfo=UTC))
    return Robots.read(exchange, body)


def _seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


if __name__ == "__main__":
    main()
