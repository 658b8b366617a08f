"""Three crawls of an edited twin, through real pages: every record against its place in the twin's own listing."""

from datetime import UTC, datetime, timedelta
from random import Random

import polars as pl
import pytest

from pipeline.dedupe import identify
from pipeline.models import Block, Capture, Page, digest_of
from pipeline.normalize import load_vocabulary, normalize
from pipeline.parse import parse_page
from pipeline.parse.frames import sightings_frame
from pipeline.run.common import words_of
from pipeline.sources.registry import load_source
from pipeline.twin.content import TwinPractice, generate
from pipeline.twin.messages import Request
from pipeline.twin.site import TwinSite
from pipeline.twin.truth import edited, score

SAMPLE = load_source("sample")
# Every crawl reads the listing somewhere else.
PLACES = ("http://www.twin.test{}/databases/gp", "https://ww1.twin.test{}/cfe/gp", "http://twin.test{}/gp")
COUNT = 300


def crawl(practices: list[TwinPractice], number: int) -> tuple[pl.DataFrame, dict[str, int]]:
    """Return the sightings of one crawl, and the practice that stands at each one's place."""
    site, words = TwinSite(practices), words_of(SAMPLE)
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=30 * number)
    crawl_id = f"{at:%Y%m%dT%H%M%SZ}-sample"
    listed = [practice.key for practice in site.listing.practices]
    pages, truth = [], {}
    for language in SAMPLE.languages.values():
        address = PLACES[number].format(language.prefix)
        for index in range(COUNT // SAMPLE.paging.page_size):
            url = f"{address}?page={index}"
            body = site.respond(Request("GET", url.split(".test")[1])).body
            capture = Capture(crawl_id, len(pages) + 1, Page(url, body, "text/html", at, digest_of(body)), 0)
            parsed = parse_page(capture.page, SAMPLE, words)
            pages.append((capture, parsed))
            for record in parsed.records:
                place = record.position - 1 + (index * SAMPLE.paging.page_size if record.block is Block.LIST else 0)
                truth[f"{capture.number}/{record.block}/{record.position}"] = listed[place]
    frame = sightings_frame(SAMPLE, "crawl", pages)
    number_of = {capture.page.url: capture.number for capture, _ in pages}
    places = [
        truth[f"{number_of[url]}/{block}/{position}"]
        for url, block, position in frame.select("page_url", "block", "position").iter_rows()
    ]
    return frame, dict(zip(frame["sighting_id"], places, strict=True))


@pytest.fixture(scope="module")
def seen() -> tuple[pl.DataFrame, dict[str, int]]:
    """Return everything that three crawls saw, with edits in between, and the truth."""
    practices, rng = generate(COUNT), Random(5)
    frames, truth = [], {}
    for number in range(3):
        frame, places = crawl(practices, number)
        frames.append(frame)
        truth |= places
        practices = [edited(practice, rng) for practice in practices]
    return pl.concat(frames), truth


def test_every_record_of_every_page_finds_its_practice(seen: tuple[pl.DataFrame, dict[str, int]]) -> None:
    """Four languages, three hosts and paths, edited texts, topics and years: nothing is joined wrongly, or split."""
    sightings, truth = seen
    told = identify(normalize(sightings, load_vocabulary())).sightings
    result = score((row[0], truth[row[1]]) for row in told.select("practice_id", "sighting_id").iter_rows())
    assert (result.precision, result.recall) == (1.0, 1.0)
    assert (result.practices, result.records) == (COUNT, sightings.height)
    assert sightings["language"].n_unique() == 4
    assert sightings.height > 3 * 4 * COUNT


def test_records_without_links_find_theirs_by_print(seen: tuple[pl.DataFrame, dict[str, int]]) -> None:
    """The same pages as text copies: each joins the linked practice with its print, and none another."""
    sightings, truth = seen
    copies = sightings.filter(pl.col("block") == "list").with_columns(
        pl.format("copy of {}", "sighting_id").alias("sighting_id"),
        pl.lit(None, pl.String).alias("source_key"),
        pl.lit("import").alias("crawl_kind"),
    )
    told = identify(normalize(pl.concat([sightings, copies]), load_vocabulary())).sightings
    result = score(
        (row[0], truth[row[1].removeprefix("copy of ")])
        for row in told.select("practice_id", "sighting_id").iter_rows()
    )
    assert (result.precision, result.recall, result.practices) == (1.0, 1.0, COUNT)


def test_an_edit_changes_something_now_and_then() -> None:
    """Else the truth would be easy."""
    practices = generate(COUNT)
    changed = [edited(practice, rng) != practice for rng in [Random(5)] for practice in practices]
    assert 0.3 < sum(changed) / COUNT < 0.7
