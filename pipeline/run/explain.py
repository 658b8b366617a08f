"""The way from a value back to the bytes: rule, vocabulary, sightings with their printed texts, pages, WARC records."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.archive.captures import read_captures
from pipeline.archive.warc import PAGES
from pipeline.curate.causes import RAW_FIELDS
from pipeline.curate.origins import origin
from pipeline.errors import UsageError
from pipeline.models import Block, Capture
from pipeline.parse.mark import mark_page
from pipeline.run.changes import Published, read_release
from pipeline.run.parsing import source_to_build
from pipeline.settings import Home
from pipeline.tables import TABLES

_ENTRIES = {"institutions": "institution_id", "countries": "country_code"}
_VOCABULARY = {
    "institution_id": "institutions",
    "institution_name": "institutions",
    "country_code": "countries",
    "country_name": "countries",
    "region": "regions",
    "topic_ids": "topics",
    "topic_labels": "topics",
    "topic_id": "topics",
}
_BLOCKS = [block.value for block in Block]


@dataclass(frozen=True, slots=True)
class Place:
    """One place in raw/ that a value comes from.

    Attributes:
        sighting_id: The record on the page, None for the page as a whole.
        rule, evidence: Why it belongs to the practice.
        printed: The texts in question, by field.
        page_url, page_digest, captured_at: The page.
        warc: File under raw/ that holds it.
        offset: Where in that file its record begins.
    """

    sighting_id: str | None
    rule: str | None
    evidence: str | None
    printed: Mapping[str, str | Sequence[str]]
    page_url: str
    page_digest: str
    captured_at: datetime
    warc: Path
    offset: int


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a cell says what it says.

    Attributes:
        table, key, column, value: The cell.
        rule: How the column comes about, one sentence.
        vocabulary: The file with the entries that names were looked up in, None when none was.
        findings: What a person should know about it.
        places: Where it comes from, best first.
    """

    table: str
    key: str
    column: str
    value: Any
    rule: str
    vocabulary: str | None
    findings: tuple[str, ...]
    places: tuple[Place, ...]


class Explainer:
    """Explains the cells of one release.

    Args:
        home: The home.
        release: The release; its raw pages must still be there.
    """

    def __init__(self, home: Home, release: Published) -> None:
        self._home = home
        self._release = release
        self._tables = release.tables(TABLES)
        self._captures: dict[str, dict[int, Place]] = {}
        self._seen: dict[str, list[dict[str, Any]]] = {}
        self._row: tuple[str, str, dict[str, Any]] | None = None
        self._sources: dict[str, list[str]] = {}

    def find(self, identity: str) -> tuple[str, str]:
        """Return table and key of what a person names: `TABLE:KEY`, or a key of whichever table has it.

        A key of several columns is written with slashes, such as `editions:sample-200001/es`.

        Raises:
            UsageError: No table has it.
        """
        table, _, key = identity.partition(":")
        if table in TABLES and self._find(table, key) is not None:
            return table, key
        found = next((name for name in TABLES if self._find(name, identity) is not None), None)
        if found is None:
            cause = f"release {self._release.release_id} has no row of that key"
            raise UsageError(identity, cause, "take a key from a table, or write TABLE:KEY")
        return found, identity

    def explain(self, table: str, key: str, column: str) -> Explanation:
        """Return why a cell says what it says.

        Args:
            table: Of the release.
            key: Of the row; several columns with slashes between them.
            column: Of the table.

        Raises:
            UsageError: There is no such row or column.
            ArchiveCorruptError: raw/ is damaged.
        """
        row = self._find(table, key)
        if row is None:
            raise UsageError(f"{table}:{key}", "there is no such row", "take a key from the table")
        if column not in row:
            raise UsageError(column, f"{table} has no column of that name", f"choose among {', '.join(row)}")
        known = origin(table, column)
        sighted = self._sighted(table, row, column)
        printing = (
            [one for one in sighted if any(one[name] for name in known.printed[:1])] if known.printed else sighted
        )
        fields = known.printed or (("source_key",) if table not in ("findings", "rejects", "changes") else RAW_FIELDS)
        places = [self._place(one, fields) for one in printing or sighted] or list(self._pages(table, row))
        vocabulary = table if table in _ENTRIES or table == "topics" else _VOCABULARY.get(column)
        named = f"pipeline/vocab/{vocabulary}.csv" if vocabulary and table != "editions" else None
        return Explanation(
            table, key, column, row[column], known.rule, named, self._notes(table, row, column), tuple(places)
        )

    def cells(self, table: str, key: str) -> list[str]:
        """Return the columns of a row that are not null."""
        return [name for name, value in (self._find(table, key) or {}).items() if value is not None]

    def marked(self, explanation: Explanation) -> tuple[str, int]:
        """Return the archived page of the best place with the very texts marked, and how many were found.

        Raises:
            UsageError: Nothing in raw/ stands behind the cell.
        """
        if not explanation.places:
            cause = "the value stands in a reviewed vocabulary, not on a page"
            raise UsageError(f"{explanation.table}:{explanation.key}", cause, "explain it without --html")
        place = explanation.places[0]
        captures = read_captures(place.warc, place.warc.parent.name)
        page = next(capture.page for capture in captures if capture.warc_offset == place.offset)
        rows = self._tables["sightings"].filter(pl.col("sighting_id") == place.sighting_id).to_dicts()
        others = [text for row in rows for name in RAW_FIELDS[2:] for text in _texts(row[name])]
        wanted = [text for name, value in place.printed.items() if name != "source_key" for text in _texts(value)]
        return mark_page(page, wanted or others, others)

    def _find(self, table: str, key: str) -> dict[str, Any] | None:
        if self._row is None or self._row[:2] != (table, key):
            name = pl.concat_str(TABLES[table].primary_key(), separator="/")
            rows = self._tables[table].filter(name == key).to_dicts()
            if not rows:
                return None
            self._row = (table, key, rows[0])
        return self._row[2]

    def _sighted(self, table: str, row: Mapping[str, Any], column: str) -> list[dict[str, Any]]:
        """Return the sightings behind a row, best first."""
        if table == "sightings":
            return [dict(row)]
        if table in ("merges", "rejects"):
            return self._tables["sightings"].filter(pl.col("sighting_id") == row["sighting_id"]).to_dicts()
        if table in _ENTRIES:
            users = pl.col(_ENTRIES[table]) == row[_ENTRIES[table]]
            return [one for name in self._practices(users) for one in self._of(name)]
        if table == "topics":
            users = pl.col("topic_ids").list.contains(row["topic_id"])
            return [one for name in self._practices(users) for one in self._of(name)]
        if row.get("practice_id") is None:
            return []
        sighted = self._of(row["practice_id"])
        if table == "editions":
            return [one for one in sighted if one["language"] == row["language"]]
        if table == "practice_topics":
            return [one for one in sighted if row["label"] in one["topics"]] or sighted
        if table == "practices" and column in ("title", "summary"):
            return [one for one in sighted if one["language"] == row["language"]]
        if table == "practices" and column in ("first_seen_at", "last_seen_at"):
            return [one for one in sighted if one["captured_at"] == row[column]]
        if table == "findings":
            return [one for one in sighted if row["page_url"] in (None, one["page_url"])]
        return sighted

    def _practices(self, users: pl.Expr) -> list[str]:
        return self._tables["practices"].filter(users)["practice_id"].to_list()

    def _of(self, practice_id: str) -> list[dict[str, Any]]:
        """Return the sightings of a practice, best first; of one that is gone, those of the release before."""
        if practice_id not in self._seen:
            mine = pl.col("practice_id") == practice_id
            rows = self._tables["sightings"].filter(mine).to_dicts()
            if not rows and (before := self._before) is not None:
                rows = before.filter(mine).to_dicts()
            source = self._tables["practices"].filter(mine)["source"].to_list() or self._release.basis.sources
            languages = self._languages(min(source))

            def rank(row: dict[str, Any]) -> tuple[int, str, int, float, str]:
                tag = row["language"]
                order = languages.index(tag) if tag in languages else len(languages)
                return order, tag, _BLOCKS.index(row["block"]), -row["captured_at"].timestamp(), row["sighting_id"]

            self._seen[practice_id] = sorted(rows, key=rank)
        return self._seen[practice_id]

    @cached_property
    def _before(self) -> pl.DataFrame | None:
        """Sightings of the release before."""
        name = self._release.record.get("previous_release_id")
        folder = self._home.releases / str(name)
        return read_release(folder).tables(["sightings"])["sightings"] if folder.is_dir() else None

    @cached_property
    def _rules(self) -> dict[str, tuple[str, str]]:
        merges = self._tables["merges"].select("sighting_id", "rule", "evidence")
        return {name: (rule, evidence) for name, rule, evidence in merges.iter_rows()}

    def _languages(self, source: str) -> list[str]:
        if source not in self._sources:
            self._sources[source] = list(source_to_build(self._home, source).languages)
        return self._sources[source]

    def _place(self, sighting: Mapping[str, Any], fields: Sequence[str]) -> Place:
        crawl_id, number, _block, _position = sighting["sighting_id"].rsplit("/", 3)
        page = self._pages_of(crawl_id)[int(number)]
        rule, evidence = self._rules.get(sighting["sighting_id"], (None, None))
        printed = {name: sighting[name] for name in fields if sighting[name]}
        return Place(
            sighting["sighting_id"],
            rule,
            evidence,
            printed,
            page.page_url,
            page.page_digest,
            page.captured_at,
            page.warc,
            page.offset,
        )

    def _pages(self, table: str, row: Mapping[str, Any]) -> Iterator[Place]:
        """Yield the pages behind a row that no sighting of the release is behind."""
        if table == "rejects":
            crawl_id, number, _block, _position = row["sighting_id"].rsplit("/", 3)
            yield self._pages_of(crawl_id)[int(number)]
        elif table == "findings" and row["crawl_id"] is not None:
            pages = self._pages_of(row["crawl_id"]).values()
            yield from (page for page in pages if row["page_url"] in (None, page.page_url))

    def _pages_of(self, crawl_id: str) -> dict[int, Place]:
        if crawl_id not in self._captures:
            path = next(iter(self._home.raw.glob(f"*/{crawl_id}/{PAGES}")), None)
            if path is None:
                raise UsageError(
                    crawl_id, f"raw/ has no such crawl, but release {self._release.release_id} has", _BACKUP
                )
            captures = read_captures(path, crawl_id)
            self._captures[crawl_id] = {capture.number: _page(capture, path) for capture in captures}
        return self._captures[crawl_id]

    def _notes(self, table: str, row: Mapping[str, Any], column: str) -> tuple[str, ...]:
        if table != "practices":
            return ()
        mine = (pl.col("practice_id") == row["practice_id"]) & (pl.col("field") == column)
        return tuple(self._tables["findings"].filter(mine)["message"].unique(maintain_order=True))


_BACKUP = "restore the crawl's folder from a backup"


def _page(capture: Capture, path: Path) -> Place:
    page = capture.page
    return Place(None, None, None, {}, page.url, page.digest, page.captured_at, path, capture.warc_offset)


def _texts(value: str | Sequence[str] | None) -> list[str]:
    return [value] if isinstance(value, str) else list(value or ())
