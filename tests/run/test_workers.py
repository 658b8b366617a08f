"""Pages in worker processes: what one page does to its reader is not done to the others."""

import json
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.models import Capture, Issue, Page, digest_of
from pipeline.run.workers import read_page, read_pages
from pipeline.sources.registry import load_source

SCRIPT = Path(__file__).parent / "moody_reader.py"


def read(fewest: int, *bodies: str) -> list[object]:
    """What becomes of pages."""
    command = [sys.executable, str(SCRIPT), str(fewest), *bodies]
    return json.loads(subprocess.run(command, check=True, capture_output=True, timeout=120).stdout)


def test_pages_come_in_their_order_from_workers_as_from_here() -> None:
    """More of them than wait at a time."""
    names = [str(number) for number in range(20)]
    assert read(100, *names) == read(2, *names) == names


def test_a_page_that_kills_its_reader_is_set_aside() -> None:
    """And named; all others are read."""
    assert read(1, "a", "die", "b") == ["a", ["page_killed_reader", "severe"], "b"]


def test_a_page_that_takes_too_long_is_set_aside() -> None:
    """Its worker is ended, and another one takes its place."""
    assert read(1, "sleep", "a", "b") == [["page_took_too_long", "severe"], "a", "b"]


@pytest.mark.parametrize("fewest", [1, 9])
def test_a_page_that_can_not_be_read_says_why(fewest: int) -> None:
    """Whoever reads it."""
    body = b"<p>Nothing.</p>"
    page = Page("https://www.issa.int/gp", body, "text/html", datetime(2026, 3, 1, tzinfo=UTC), digest_of(body))
    (found,) = [one for _, one in read_pages([Capture("crawl", 1, page, 0)], load_source("issa"), read_page, fewest)]
    assert isinstance(found, Issue)
    assert found.kind == "unreadable_page"
