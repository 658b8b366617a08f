"""Builds after edits at the source, in the parser and in the vocabulary, and what their changes say."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipeline.dataset import open_dataset
from pipeline.errors import UsageError
from pipeline.normalize import Vocabulary, load_vocabulary
from pipeline.publish import Release
from pipeline.report_diff import diff_page, show_diff
from pipeline.run.build import build
from pipeline.run.diff import diff, find_release
from pipeline.run.ingest import ingest
from pipeline.run.series import back_series, end_of
from pipeline.settings import Home
from pipeline.sources.registry import load_source
from pipeline.sources.spec import Source
from pipeline.twin.content import TwinPractice, generate
from pipeline.twin.messages import Request, Response
from pipeline.twin.server import TwinServer
from pipeline.twin.site import TwinSite

from .conftest import source_file

COUNT = 25


@dataclass
class Edited:
    """A site whose content changes between crawls."""

    practices: list[TwinPractice] = field(default_factory=lambda: generate(COUNT))

    opened: int = 1_700_000_000

    def open(self) -> None:
        """Show what the practices are now; validators tell seconds, and two crawls may fall into one."""
        self.opened += 1
        self._site = TwinSite(self.practices, clock=partial(float, self.opened))

    def respond(self, request: Request) -> Response:
        """Return the response to a request."""
        return self._site.respond(request)


@dataclass
class Desk:
    """Where an editor sits: a home, a site and its source file."""

    home: Home
    site: Edited
    source: Source

    def crawl(self) -> None:
        self.site.open()
        ingest(self.home, self.source, None)

    def build(self, **more: Any) -> Release:
        return build(self.home, more.pop("source", self.source), **more)[0]

    def changes(self, release: Release) -> pl.DataFrame:
        return pl.read_parquet(release.folder / "changes.parquet")

    def told(self, release: Release) -> set[tuple[str, ...]]:
        return set(self.changes(release).select("kind", "field", "cause").unique().iter_rows())


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Return a desk after a first crawl and a first build."""
    site = Edited()
    with TwinServer(site) as server:
        path = tmp_path / "corner.toml"
        path.write_text(source_file("corner", server.port))
        desk = Desk(Home(tmp_path), site, load_source(str(path)))
        desk.crawl()
        desk.build()
        yield desk


def edit(practice: TwinPractice) -> TwinPractice:
    """Return a practice with another text."""
    return replace(practice, summaries={**practice.summaries, "en": ("Another text altogether.",)})


def ignoring(source: Source) -> Source:
    """Return a source whose file takes a paragraph of one practice for furniture of the page."""
    paragraph = _long_practice().summaries["en"][-1]
    return source.model_copy(update={"ignore_texts": (paragraph,)})


def _long_practice() -> TwinPractice:
    return next(practice for practice in generate(COUNT)[4:] if len(practice.summaries["en"]) > 1)


def renamed(name: str) -> Vocabulary:
    """Return the vocabulary with another name for an institution; the old one stays an alias."""
    vocabulary = load_vocabulary()
    institutions = vocabulary.institutions.with_columns(
        pl.when(pl.col("institution_id") == name).then(pl.lit("Renamed")).otherwise("name").alias("name"),
        pl.when(pl.col("institution_id") == name)
        .then(pl.concat_list("aliases", "name"))
        .otherwise("aliases")
        .alias("aliases"),
    )
    return Vocabulary(vocabulary.countries, vocabulary.regions, vocabulary.topics, institutions)


def test_the_first_release_has_no_changes(desk: Desk) -> None:
    """There is nothing that it could differ from."""
    record = json.loads((desk.home.latest / "release.json").read_text())
    assert record["previous_release_id"] is None
    assert pl.read_parquet(desk.home.latest / "changes.parquet").height == 0


def test_building_again_changes_nothing(desk: Desk) -> None:
    """Not even after changes, which depend on the release before."""
    desk.site.practices[0] = edit(desk.site.practices[0])
    desk.crawl()
    first = desk.build()
    second = desk.build()
    assert (second.release_id, first.is_new, second.is_new) == (first.release_id, True, False)
    assert desk.changes(second).height > 0


def test_an_edit_at_the_source_is_of_the_source(desk: Desk) -> None:
    """Only the field that was edited, of the practice that was edited."""
    key = desk.site.practices[3].key
    desk.site.practices[3] = edit(desk.site.practices[3])
    desk.crawl()
    release = desk.build()
    assert desk.told(release) == {("changed", "summary", "source"), ("changed", "en/summary", "source")}
    assert set(desk.changes(release)["practice_id"]) == {f"corner-{key}"}


def test_an_edit_of_the_source_file_is_of_the_parser(desk: Desk) -> None:
    """The pages are the same; they read differently."""
    release = desk.build(source=ignoring(desk.source))
    assert desk.told(release) == {("changed", "summary", "parser"), ("changed", "en/summary", "parser")}
    assert set(desk.changes(release)["practice_id"]) == {f"corner-{_long_practice().key}"}


def test_an_edit_of_the_vocabulary_is_of_the_vocabulary(desk: Desk) -> None:
    """The printed names are the same; they mean something else."""
    institution = desk.site.practices[0].institution_id
    release = desk.build(vocabulary=renamed(institution))
    assert desk.told(release) == {("changed", "institution_name", "vocabulary")}
    assert set(desk.changes(release)["new_value"]) == {'"Renamed"'}


def test_three_edits_at_once_keep_their_causes(desk: Desk) -> None:
    """Because the crawl of the release before is built again with the code and vocabulary of today."""
    desk.site.practices[3] = edit(desk.site.practices[3])
    desk.crawl()
    vocabulary = renamed(desk.site.practices[0].institution_id)
    release = desk.build(source=ignoring(desk.source), vocabulary=vocabulary)
    told = desk.changes(release).filter(~pl.col("field").str.contains("/")).select("practice_id", "field", "cause")
    assert set(told.iter_rows()) == {
        (f"corner-{desk.site.practices[3].key}", "summary", "source"),
        (f"corner-{_long_practice().key}", "summary", "parser"),
        (f"corner-{desk.site.practices[0].key}", "institution_name", "vocabulary"),
    }


def test_practices_come_and_go_and_come_back(desk: Desk) -> None:
    """Added, missing, removed and returned; rows never just vanish, and an unknown one is whole."""
    first, *rest = desk.site.practices
    kinds = []
    for practices in (generate(COUNT + 1)[1:], rest, rest, [first, *rest]):
        desk.site.practices = practices
        desk.crawl()
        changes = desk.changes(desk.build()).filter(pl.col("practice_id") == f"corner-{first.key}")
        kinds.append(list(changes.select("field", "kind", "cause").iter_rows()))
    assert kinds == [
        [("state", "missing", "source")],
        [],
        [("state", "removed", "source")],
        [("state", "returned", "source")],
    ]
    practices = open_dataset(desk.home.path).practices
    assert practices.height == COUNT + 1
    assert practices.filter(pl.col("state") == "removed").height == 1


def test_a_release_of_other_sources_is_not_the_one_before(desk: Desk, tmp_path: Path) -> None:
    """Else all practices of the other source would seem to be gone."""
    other = desk.source.model_copy(update={"name": "other"})
    ingest(desk.home, other, None)
    assert desk.build(source=other).is_new
    record = json.loads((desk.home.latest / "release.json").read_text())
    assert record["previous_release_id"] is None
    desk.site.practices[3] = edit(desk.site.practices[3])
    desk.crawl()
    assert {field for _, field, _ in desk.told(desk.build())} == {"summary", "en/summary"}


def test_diff_shows_the_most_important_first(desk: Desk) -> None:
    """By names that people use, as a table, as data and as a page."""
    desk.site.practices = [edit(generate(COUNT + 1)[1]), *generate(COUNT + 1)[2:]]
    desk.crawl()
    desk.build()
    found = diff(desk.home, "previous", "latest")
    assert list(dict.fromkeys(found.changes["kind"])) == ["missing", "added", "changed"]
    shown = show_diff(found)
    assert [(row["kind"], row["field"], row["count"]) for row in shown["counts"]] == [
        ("missing", "state", 1),
        ("added", "*", 1),
        ("changed", "summary", 1),
        ("changed", "en/summary", 1),
    ]
    page = diff_page(found)
    assert "Another text altogether." in page
    assert "<script" not in page


@pytest.mark.parametrize("edited", ["parser", "vocabulary"])
def test_diff_of_releases_that_do_not_follow_each_other(desk: Desk, edited: str) -> None:
    """Nothing is built again: causes are told from sightings, vocabularies and decisions."""
    first = find_release(desk.home, "latest").release_id
    institution = desk.site.practices[0].institution_id
    if edited == "parser":
        desk.build(source=ignoring(desk.source))
    else:
        desk.build(vocabulary=renamed(institution))
    middle = find_release(desk.home, "latest").release_id
    for before, after in ((first, middle), (middle, first)):
        assert set(diff(desk.home, before, after).changes["cause"]) == {edited}
    desk.site.practices[3] = edit(desk.site.practices[3])
    desk.crawl()
    last = desk.build().release_id
    assert set(diff(desk.home, first, last).changes.select("field", "cause").iter_rows()) == {
        ("summary", "source"),
        ("en/summary", "source"),
    }
    assert set(diff(desk.home, middle, last).changes["cause"]) == {"source", edited}


def test_diff_refuses_what_is_not_there(desk: Desk) -> None:
    """The first release follows none; a date before it names none."""
    for name in ("previous", "2020-01-01", "nonsense"):
        with pytest.raises(UsageError):
            diff(desk.home, name, "latest")


def test_a_build_as_of_a_day_leaves_latest_where_it_is(desk: Desk) -> None:
    """It shows what the crawls until then show, as parsed now, and says so."""
    desk.site.practices[3] = edit(desk.site.practices[3])
    desk.crawl()
    latest = desk.build().release_id
    record = json.loads((desk.home.latest / "release.json").read_text())
    moment = min(crawl["started_at"] for crawl in record["crawls"])
    rebuilt = desk.build(
        vocabulary=renamed(desk.site.practices[0].institution_id), as_of=datetime.fromisoformat(moment)
    )
    assert rebuilt.is_new
    assert find_release(desk.home, "latest").release_id == latest
    assert json.loads((rebuilt.folder / "release.json").read_text())["as_of"] == moment
    assert not open_dataset(desk.home.path, rebuilt.release_id).practices["summary"].str.contains("altogether").any()
    assert desk.build().release_id == latest


def test_nothing_is_built_as_of_a_day_before_the_first_crawl(desk: Desk) -> None:
    """And the message says so."""
    with pytest.raises(UsageError, match="no crawl that old"):
        desk.build(as_of=end_of("2020-01-01"))


def test_a_back_series_has_a_release_for_every_complete_crawl(desk: Desk) -> None:
    """Each follows the one before; the newest becomes the latest, and follows what that was."""
    for number in (1, 2):
        desk.site.practices[number] = edit(desk.site.practices[number])
        desk.crawl()
    releases = list(back_series(desk.home, desk.source))
    first, second, newest = (release.release_id for release in releases)
    assert find_release(desk.home, "latest").release_id == newest
    for release, count in zip(releases, (0, 2, 4), strict=True):
        changes = desk.changes(release)
        assert (set(changes["previous_release_id"]), changes.height) == ({first} if count else set(), count)
    assert diff(desk.home, second, newest).changes["cause"].to_list() == ["source", "source"]


def test_the_command_line_shows_all_that(desk: Desk, practices: Callable[..., Any]) -> None:
    """Diff in three forms, build as of a day, and the series."""
    desk.site.practices[3] = edit(desk.site.practices[3])
    desk.crawl()
    desk.build()
    done = practices(desk.home.path, "--json", "diff")
    assert {row["cause"] for row in done.data["changes"]} == {"source"}
    assert practices(desk.home.path, "diff", "--html").out.startswith("<!DOCTYPE html>")
    series = practices(desk.home.path, "--json", "build", "--source", "corner", "--back-series")
    assert [release["is_new"] for release in series.data["releases"]] == [False, False]
    assert practices(desk.home.path, "build", "--as-of", "2020-01-01").code == 2
    assert practices(desk.home.path, "build", "--as-of", "2020-01-01", "--back-series").code == 2
