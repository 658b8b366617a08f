"""Defects that must never be published, and changes that must: each a function of rows as printed, tables or crawls."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl

Row = dict[str, Any]
Rows = list[Row]
Tables = dict[str, pl.DataFrame]
FINDING = {"severity": "warning", "kind": "unclaimed_text", "message": "Something."}


def each(share: float = 1.0, **changes: Callable[[Row], Any]) -> Callable[[Rows], Rows]:
    """Change fields of the rows of the first practices; their translations change with them."""

    def change(rows: Rows) -> Rows:
        keys = sorted({row["source_key"] for row in rows})
        chosen = set(keys[: round(share * len(keys))])
        return [
            row | {name: make(row) for name, make in changes.items()} if row["source_key"] in chosen else row
            for row in rows
        ]

    return change


def value(constant: Any) -> Callable[[Row], Any]:
    """Return the same for every row."""
    return lambda _row: constant


def without(share: float) -> Callable[[Rows], Rows]:
    """Drop a share of the practices."""

    def drop(rows: Rows) -> Rows:
        keys = sorted({row["source_key"] for row in rows})
        gone = set(keys[: round(share * len(keys))])
        return [row for row in rows if row["source_key"] not in gone]

    return drop


def again(share: float, prefix: str, **changes: Callable[[Row], Any]) -> Callable[[Rows], Rows]:
    """Add a share of the practices once more under other keys."""

    def add(rows: Rows) -> Rows:
        more = [row for row in rows if row not in without(share)(rows)]
        fresh = [
            row | {"source_key": prefix + row["source_key"], **{name: make(row) for name, make in changes.items()}}
            for row in more
        ]
        return rows + fresh

    return add


def shifted(field: str) -> Callable[[Rows], Rows]:
    """Give every practice the value of the next one in its language."""

    def shift(rows: Rows) -> Rows:
        done = []
        for language in sorted({row["language"] for row in rows}):
            own = [row for row in rows if row["language"] == language]
            done += [row | {field: own[(at + 1) % len(own)][field]} for at, row in enumerate(own)]
        return done

    return shift


def map_rows(**changes: Callable[[Row], Any]) -> Callable[[Rows], Rows]:
    """Add a row of the map for the first practices, which says something else."""
    return lambda rows: rows + [row | {"block": "map"} | {k: make(row) for k, make in changes.items()} for row in rows]


def table(name: str, change: Callable[[pl.DataFrame], pl.DataFrame]) -> Callable[[Tables], Tables]:
    """Change one finished table."""
    return lambda tables: {**tables, name: change(tables[name])}


@dataclass(frozen=True)
class Case:
    """One change.

    Attributes:
        rows: Of the rows as printed.
        tables: Of the finished tables.
        findings: Of pages, beside.
        verdict: Of the newest crawl.
        gate: Which must close, None when none may.
    """

    rows: Callable[[Rows], Rows] = list
    tables: Callable[[Tables], Tables] = dict
    findings: tuple[Mapping[str, Any], ...] = ()
    verdict: str = "complete"
    gate: str | None = None


def mojibake(row: Row) -> str:
    """Return the summary as UTF-8 that was read as Latin-1."""
    return f"{row['summary']} Für die Rentenversicherung.".encode().decode("latin-1")


DEFECTS: dict[str, Case] = {
    "the newest crawl is incomplete": Case(verdict="incomplete", gate="crawl_complete"),
    "nothing proves the newest crawl complete": Case(verdict="unknown", gate="crawl_complete"),
    "a page has bytes that no encoding explains": Case(
        findings=({**FINDING, "severity": "severe", "kind": "undecodable_bytes"},), gate="severe_findings"
    ),
    "under the floor": Case(without(0.5), gate="practice_count"),
    "half of the listing": Case(without(0.5), gate="band:practices"),
    "a sixth of the listing": Case(without(0.17), gate="band:practices"),
    "above the ceiling": Case(again(0.99, "9"), gate="practice_count"),
    "everything twice": Case(again(0.99, "9"), gate="band:practices"),
    "a third twice": Case(again(0.33, "9"), gate="band:distinct:summary"),
    "a language is gone": Case(lambda rows: [r for r in rows if r["language"] != "de"], gate="band:editions:de"),
    "all in a wrong language": Case(each(language=value("es")), gate="band:editions:en"),
    "other keys": Case(each(source_key=lambda r: "7" + r["source_key"]), gate="kept_ids"),
    "keys of a fifth are other ones": Case(each(0.2, source_key=lambda r: "7" + r["source_key"]), gate="kept_ids"),
    "no titles": Case(each(title=value(None)), gate="min_fill:title"),
    "a twelfth without title": Case(each(0.085, title=value(None)), gate="band:fill:title"),
    "one title for all": Case(each(title=value("Read more")), gate="band:distinct:title"),
    "titles of the next row": Case(shifted("title"), gate="unchanged:title"),
    "titles that are summaries": Case(each(title=lambda r: r["summary"]), gate="band:length:title"),
    "titles cut short": Case(each(title=lambda r: r["title"][:12]), gate="band:length:title"),
    "no summaries": Case(each(summary=value(None)), gate="min_fill:summary"),
    "summaries cut short": Case(each(summary=lambda r: r["summary"][:60]), gate="band:length:summary"),
    "summaries of the next row": Case(shifted("summary"), gate="unchanged:summary"),
    "summaries that are titles": Case(each(summary=lambda r: r["title"]), gate="band:length:summary"),
    "summaries with the page's furniture": Case(
        each(summary=lambda r: r["summary"] + " Share this page with your friends. " * 8), gate="band:length:summary"
    ),
    "an encoding guessed wrong": Case(each(0.1, summary=mojibake), gate="garbled_text"),
    "tags in the text": Case(each(0.1, summary=lambda r: f"<p>{r['summary']}</p>"), gate="garbled_text"),
    "entities in the text": Case(each(0.1, title=lambda r: f"{r['title']} &amp; more"), gate="garbled_text"),
    "letters that were lost": Case(each(0.1, title=lambda r: r["title"] + " f\ufffdr alle"), gate="garbled_text"),
    "control characters": Case(each(0.1, title=lambda r: r["title"] + "\x02"), gate="garbled_text"),
    "no implementation years": Case(each(implementation_year=value(None)), gate="min_fill:implementation_year"),
    "no award years": Case(each(award_year=value(None)), gate="min_fill:award_year"),
    "unreadable years": Case(each(award_year=lambda r: f"in {r['award_year']}"), gate="min_fill:award_year"),
    "years in each other's place": Case(
        each(implementation_year=lambda r: r["award_year"], award_year=lambda r: r["implementation_year"]),
        gate="implausible_years",
    ),
    "years in the future": Case(each(0.2, award_year=value("2099")), gate="implausible_years"),
    "one year for all": Case(each(award_year=value("2025")), gate="band:award_years"),
    "years of the next row": Case(shifted("implementation_year"), gate="unchanged:implementation_year"),
    "no institutions": Case(each(institution=value(None)), gate="band:fill:institution_name"),
    "institutions with a label before them": Case(
        each(institution=lambda r: f"Institution: {r['institution']}"), gate="band:finding:unmapped_institution"
    ),
    "institutions of the next row": Case(shifted("institution"), gate="unchanged:institution_id"),
    "no countries": Case(each(country=value(None)), gate="min_fill:country_code"),
    "one country for all": Case(each(country=value("Sweden")), gate="band:countries"),
    "countries of the next row": Case(shifted("country"), gate="unchanged:country_code"),
    "no regions": Case(each(region=value(None)), gate="min_fill:region"),
    "one region for all": Case(each(region=value("Europe")), gate="unchanged:region"),
    "regions of the next row": Case(shifted("region"), gate="unchanged:region"),
    "no topics": Case(each(topics=value([])), gate="min_fill:topic_ids"),
    "topics as one text": Case(each(topics=lambda r: [", ".join(r["topics"])]), gate="min_fill:topic_ids"),
    "the first topic alone": Case(each(topics=lambda r: r["topics"][:1]), gate="unchanged:topic_ids"),
    "names of a new topic list": Case(
        each(0.4, topics=lambda r: [*r["topics"], "Well-being 2.0"]), gate="band:finding:unmapped_topic"
    ),
    "map and list disagree": Case(
        lambda rows: rows + each(0.3, award_year=value("2001"))(map_rows()(rows)[len(rows) :]),
        gate="band:finding:contradiction",
    ),
    "a practice in two rows": Case(
        tables=table("practices", lambda frame: pl.concat([frame, frame.head(1)])), gate="contracts"
    ),
    "an institution that is not there": Case(
        tables=table("institutions", lambda frame: frame.tail(frame.height - 1)), gate="contracts"
    ),
    "years that are text": Case(
        tables=table("practices", lambda frame: frame.with_columns(pl.col("award_year").cast(pl.String))),
        gate="contracts",
    ),
    "a column that is missing": Case(tables=table("editions", lambda frame: frame.drop("title")), gate="contracts"),
    "a state that nobody knows": Case(
        tables=table("practices", lambda frame: frame.with_columns(pl.lit("gone").alias("state"))), gate="contracts"
    ),
    "a count that is null": Case(
        tables=table("practices", lambda frame: frame.with_columns(pl.lit(None, pl.UInt32).alias("sighting_count"))),
        gate="contracts",
    ),
}

HARMLESS: dict[str, Case] = {
    "nothing": Case(),
    "another order": Case(lambda rows: rows[::-1]),
    "a few practices less": Case(without(0.03)),
    "a tenth more": Case(
        again(0.1, "9", summary=lambda r: f"New: {r['summary']}", title=lambda r: f"New {r['title']}")
    ),
    "two competitions": Case(
        again(0.3, "9", summary=lambda r: f"New: {r['summary']}", title=lambda r: f"New {r['title']}")
    ),
    "every record on the map too": Case(map_rows()),
    "one title edited": Case(each(0.007, title=lambda r: f"{r['title']}, revisited")),
    "some summaries rewritten": Case(each(0.1, summary=lambda r: f"{r['summary']} It goes on.")),
    "blanks in texts": Case(
        each(summary=lambda r: f"  {r['summary']} ", title=lambda r: r["title"].replace(" ", "  "))
    ),
    "some titles missing": Case(each(0.02, title=value(None))),
    "some award years missing": Case(each(0.02, award_year=value(None))),
    "some years corrected": Case(each(0.05, implementation_year=value("2012"), award_year=value("2014"))),
    "an award year that is new": Case(each(0.1, award_year=value("2026"))),
    "an institution that no vocabulary knows": Case(each(0.02, institution=value("Fund of Atlantis"))),
    "a topic that no vocabulary knows": Case(each(0.05, topics=lambda r: [*r["topics"], "Telepathy"])),
    "a topic more": Case(each(0.1, topics=lambda r: [*r["topics"], "Health"])),
    "some without topics": Case(each(0.03, topics=value([]))),
    "a translation less": Case(lambda rows: [row for at, row in enumerate(rows) if row["language"] != "fr" or at % 40]),
    "a contradiction": Case(lambda rows: [*rows, rows[0] | {"block": "map", "award_year": "2001"}]),
    "warnings about pages": Case(findings=(FINDING, FINDING | {"kind": "unreadable_page"})),
    "other pages": Case(each(page_url=value("http://www.twin.test/cfe/gp?page=3"), position=value(7))),
    "a country printed otherwise": Case(each(0.05, country=lambda r: r["country"].upper())),
    "an ampersand and a bracket": Case(each(0.2, title=lambda r: f"{r['title']} (R&D, < 5 days)")),
}
