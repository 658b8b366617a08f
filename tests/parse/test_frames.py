"""Parsed pages as frames."""

from datetime import UTC, datetime

import polars as pl

from pipeline.models import Block, Capture, Issue, Page, PageKind, ParsedPage, Record, Severity, digest_of
from pipeline.parse.frames import FINDING_SCHEMA, SIGHTING_SCHEMA, findings_frame, sightings_frame, unreadable_page
from pipeline.sources.spec import Source

AT = datetime(2026, 3, 1, 12, 0, 0, tzinfo=UTC)
PAGE = Page("https://www.issa.int/databases/gp", b"<p>", "text/html", AT, digest_of(b"<p>"))
CAPTURE = Capture("20260301T120000Z-issa", 3, PAGE, 512)
RECORDS = (
    Record(Block.MAP, 1, "en", "7", "A title", "A summary", "2020", "2021", "A fund", "Peru", "Americas", ("Health",)),
    Record(Block.LIST, 1, "es"),
)


def frame(issa: Source, *records: Record) -> pl.DataFrame:
    """The sightings of one page."""
    return sightings_frame(issa, "crawl", [(CAPTURE, ParsedPage(PageKind.LISTING, "en", records))])


def test_every_record_is_a_row_that_says_where_it_stood(issa: Source) -> None:
    """Printed text, place on the page, page, crawl, and an id that names all of them."""
    first, second = frame(issa, *RECORDS).rows(named=True)
    assert first["sighting_id"] == "20260301T120000Z-issa/3/map/1"
    assert (first["source"], first["crawl_kind"], first["crawl_id"]) == ("issa", "crawl", CAPTURE.crawl_id)
    assert (first["page_url"], first["page_digest"], first["captured_at"]) == (PAGE.url, PAGE.digest, AT)
    assert (first["block"], first["position"], first["language"], first["source_key"]) == ("map", 1, "en", "7")
    assert (first["title"], first["institution"], first["topics"]) == ("A title", "A fund", ["Health"])
    assert (second["title"], second["source_key"], second["topics"]) == (None, None, [])


def test_the_digest_is_that_of_the_printed_text(issa: Source) -> None:
    """Not of its place: the same record on map and list has one digest, another topic makes another."""
    title, other = "A title", ("Health", "Migration")
    rows = frame(
        issa,
        Record(Block.MAP, 1, "en", "7", title, topics=("Health",)),
        Record(Block.LIST, 9, "es", "7", title, topics=("Health",)),
        Record(Block.LIST, 10, "en", "7", title, topics=other),
        Record(Block.LIST, 11, "en", "7", None, title, topics=("Health",)),
    )
    digests = rows["raw_digest"].to_list()
    assert digests[0] == digests[1]
    assert len(set(digests)) == 3


def test_frames_without_rows_have_their_columns(issa: Source) -> None:
    """So that they can be joined and stacked."""
    assert dict(frame(issa).schema) == SIGHTING_SCHEMA
    assert dict(findings_frame([]).schema) == FINDING_SCHEMA


def test_issues_become_findings() -> None:
    """Of a record or of the page as a whole, each with an id of its own."""
    about_record = Issue(Severity.WARNING, "label_twice", "Twice.", (Block.LIST, 4), "award_year", "2021")
    rows = findings_frame([(CAPTURE, [about_record, unreadable_page("the page is empty")])]).rows(named=True)
    assert [row["sighting_id"] for row in rows] == ["20260301T120000Z-issa/3/list/4", None]
    assert [(row["severity"], row["kind"], row["message"]) for row in rows] == [
        ("warning", "label_twice", "Twice."),
        ("warning", "unreadable_page", "the page is empty"),
    ]
    assert len({row["finding_id"] for row in rows}) == 2
    assert rows == findings_frame([(CAPTURE, [about_record, unreadable_page("the page is empty")])]).rows(named=True)
