"""Read the pages of a large crawl in worker processes: one that hangs, or kills its reader, is set aside and named.

Pages of a small crawl are read in this process, since starting workers takes longer; the bounds hold there too.
"""

import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import TimeoutError as TooLongError
from functools import partial
from itertools import chain, islice
from multiprocessing import get_context

from pebble import ProcessExpired, ProcessFuture, ProcessPool

from pipeline.errors import ParseError
from pipeline.models import Capture, Issue, Page, ParsedPage, Severity
from pipeline.parse import parse_page
from pipeline.parse.frames import unreadable_page
from pipeline.run.common import words_of
from pipeline.sources.spec import Source

_FEWEST = 100
_WORKERS = 2
_WAITING = 8  # pages on their way; a crawl does not fit into memory
# The slowest of 100,000 damaged pages took half a second.
_SECONDS = 60.0
_LOOK = "look at the page in raw/, and report it: it is a bug of the parser"

Reader = Callable[[Page, Source], ParsedPage | Issue]


def read_page(page: Page, source: Source) -> ParsedPage | Issue:
    """Return what a page says, or why it could not be read."""
    try:
        return parse_page(page, source, words_of(source))
    except ParseError as error:
        return unreadable_page(error.cause)


def read_pages(
    captures: Iterable[Capture],
    source: Source,
    read: Reader = read_page,
    fewest: int = _FEWEST,
    seconds: float = _SECONDS,
) -> Iterator[tuple[Capture, ParsedPage | Issue]]:
    """Yield every capture with what it says, in their order.

    Args:
        captures: Of one crawl.
        source: Its site.
        read: What reads one page; workers import it by its name.
        fewest: Crawls of fewer pages are read in this process.
        seconds: How long a worker may take for one page.
    """
    rest = iter(captures)
    first = list(islice(rest, fewest))
    if len(first) < fewest:
        yield from ((capture, read(capture.page, source)) for capture in first)
        return
    ignore = partial(signal.signal, signal.SIGINT, signal.SIG_IGN)  # it is for this process to stop them
    with ProcessPool(max_workers=_WORKERS, initializer=ignore, context=get_context("spawn")) as pool:
        waiting: deque[tuple[Capture, ProcessFuture[ParsedPage | Issue]]] = deque()
        try:
            for capture in chain(first, rest):
                waiting.append((capture, pool.schedule(read, args=(capture.page, source), timeout=seconds)))
                if len(waiting) > _WAITING:
                    yield _taken(*waiting.popleft(), seconds)
            while waiting:
                yield _taken(*waiting.popleft(), seconds)
        finally:
            if waiting:
                pool.stop()  # type: ignore[no-untyped-call]


def _taken(
    capture: Capture, future: "ProcessFuture[ParsedPage | Issue]", seconds: float
) -> tuple[Capture, ParsedPage | Issue]:
    """Return a page with what its worker says, or with what became of the worker."""
    try:
        return capture, future.result()
    except TooLongError:
        message = f"Reading this page took more than {seconds:g} seconds; it was set aside."
        return capture, Issue(Severity.SEVERE, "page_took_too_long", message, suggestion=_LOOK)
    except ProcessExpired as error:
        message = f"Reading this page ended its process (exit code {error.exitcode}); it was set aside."
        return capture, Issue(Severity.SEVERE, "page_killed_reader", message, suggestion=_LOOK)
