"""Read pages whose bodies are the arguments, by a reader that does what they say. Workers can import a script.

python moody_reader.py FEWEST BODY ...
"""

import json
import os
import sys
import threading
from datetime import UTC, datetime

from pipeline.models import Capture, Issue, Page, PageKind, ParsedPage, digest_of
from pipeline.run.workers import read_pages
from pipeline.sources.registry import load_source
from pipeline.sources.spec import Source


def moody(page: Page, source: Source) -> ParsedPage | Issue:
    """Read a page, or do what it says."""
    if page.body == b"die":
        os._exit(3)
    if page.body == b"sleep":
        threading.Event().wait()
    return ParsedPage(PageKind.LISTING, page.body.decode())


def main(fewest: int, bodies: list[bytes]) -> None:
    """Print what became of each page, and how severe it is."""
    at = datetime(2026, 3, 1, tzinfo=UTC)
    pages = [Page("https://www.issa.int/gp", body, "text/html", at, digest_of(body)) for body in bodies]
    captures = [Capture("crawl", number, page, 0) for number, page in enumerate(pages)]
    found = [one for _, one in read_pages(captures, load_source("issa"), moody, fewest, seconds=2.0)]
    told = [[one.kind, one.severity] if isinstance(one, Issue) else one.language for one in found]
    sys.stdout.write(json.dumps(told))


if __name__ == "__main__":
    main(int(sys.argv[1]), [argument.encode() for argument in sys.argv[2:]])
