"""State and times of practices, from crawls."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import polars as pl
import pytest

from pipeline.curate.history import CompleteCrawl, with_history

START = datetime(2026, 1, 1, tzinfo=UTC)
URL = "http://www.twin.test/gp/1"


def day(number: int) -> datetime:
    return START + timedelta(days=number)


def crawls(*days: int, languages: Sequence[str] = ("en", "fr"), **gone: Any) -> list[CompleteCrawl]:
    return [CompleteCrawl(f"c{number}", "sample", day(number), languages, **gone) for number in days]


@pytest.fixture(scope="module")
def told(sightings: Callable[..., pl.DataFrame]) -> Callable[..., dict[str, Any]]:
    """Return what becomes of one practice with these sightings after these crawls."""

    def tell(seen: Sequence[dict[str, Any]], complete: Sequence[CompleteCrawl]) -> dict[str, Any]:
        frame = sightings(*seen).with_columns(pl.lit("sample-1").alias("practice_id"))
        practices = pl.DataFrame({"practice_id": ["sample-1"], "url": [URL]})
        (row,) = with_history(practices, frame, complete).to_dicts()
        return row

    return tell


def seen(*days: int, **more: Any) -> list[dict[str, Any]]:
    return [{"crawl_id": f"c{number}", "captured_at": day(number) + timedelta(minutes=1), **more} for number in days]


@pytest.mark.parametrize(
    ("days_seen", "days_crawled", "state"),
    [
        ((0,), (0,), "present"),
        ((0,), (0, 1), "missing"),
        ((0,), (0, 1, 2), "missing"),
        ((0,), (0, 1, 2, 3), "removed"),
        ((0,), (0, 1, 2, 3, 4), "removed"),
        ((0, 4), (0, 1, 2, 3, 4), "present"),
        ((0, 2), (0, 1, 2, 3), "missing"),
        ((3,), (0, 1, 2, 3), "present"),
    ],
)
def test_state_follows_the_newest_complete_crawls(
    days_seen: tuple[int, ...], days_crawled: tuple[int, ...], state: str, told: Any
) -> None:
    """One or two in a row without the practice: missing; three: removed; seen again: present."""
    assert told(seen(*days_seen), crawls(*days_crawled))["state"] == state


def test_the_order_of_crawls_does_not_matter(told: Any) -> None:
    """They are told apart by their time."""
    assert told(seen(0), list(reversed(crawls(0, 1, 2, 3))))["state"] == "removed"


def test_without_complete_crawls_nothing_is_missing(told: Any) -> None:
    """Imports and incomplete crawls are no evidence of absence."""
    assert told(seen(0), [])["state"] == "present"


def test_a_crawl_of_another_source_says_nothing(told: Any) -> None:
    """It never looked."""
    others = [CompleteCrawl("o", "issa", day(number), ("en", "fr")) for number in (1, 2, 3)]
    assert told(seen(0), others)["state"] == "present"


def test_a_crawl_of_other_languages_says_nothing(told: Any) -> None:
    """It never looked there."""
    assert told(seen(0), crawls(1, 2, 3, languages=("fr",)))["state"] == "present"


def test_absent_means_absent_in_every_language(told: Any) -> None:
    """A practice of two languages is only missing when both were walked without it."""
    both = [*seen(0), *seen(0, language="fr")]
    assert told(both, [*crawls(1, 2, 3, languages=("fr",))])["state"] == "present"
    assert told(both, [*crawls(1, 2, 3, languages=("fr",)), *crawls(4, languages=("en",))])["state"] == "missing"


def test_an_import_does_not_bring_a_practice_back(told: Any) -> None:
    """What crawls have seen is judged by crawls: nobody knows what a saved page shows of today."""
    later = seen(9, crawl_kind="import", crawl_id="i")
    row = told([*seen(0), *later], crawls(0, 1, 2, 3))
    assert (row["state"], row["last_seen_at"]) == ("removed", day(0) + timedelta(minutes=1))


@pytest.mark.parametrize(("imported", "state"), [(5, "present"), (0, "removed")])
def test_what_only_imports_show_is_judged_by_later_crawls(imported: int, state: str, told: Any) -> None:
    """The crawls are the evidence, the import is the last sign of life."""
    assert told(seen(imported, crawl_kind="import"), crawls(1, 2, 3))["state"] == state


@pytest.mark.parametrize(("minutes", "state"), [(2, "removed"), (0, "present")])
def test_a_page_that_is_gone_removes_its_practice(minutes: int, state: str, told: Any) -> None:
    """Unless the practice was seen after that."""
    gone = crawls(0, gone=((URL, day(0) + timedelta(minutes=minutes)),))
    assert told(seen(0), gone)["state"] == state


def test_another_page_that_is_gone_removes_nothing(told: Any) -> None:
    """Only the practice's own address counts."""
    assert told(seen(0), crawls(0, gone=((f"{URL}0", day(9)),)))["state"] == "present"


def test_times_are_those_of_the_first_and_the_last_crawl_that_showed_it(told: Any) -> None:
    """However often it was missing in between."""
    row = told(seen(0, 4), crawls(0, 1, 2, 3, 4, 5))
    assert (row["first_seen_at"], row["last_seen_at"]) == (
        day(0) + timedelta(minutes=1),
        day(4) + timedelta(minutes=1),
    )
