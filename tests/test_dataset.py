"""Loading a release in Python."""

import os
import subprocess
import sys
from datetime import UTC, date, datetime
from pathlib import Path

import polars as pl
import pytest
from polars.testing import assert_frame_equal

from pipeline.dataset import open_dataset
from pipeline.errors import UsageError
from pipeline.publish import publish
from pipeline.settings import Home
from pipeline.tables import TABLES

Tables = dict[str, pl.DataFrame]
NOVEMBER, DECEMBER = datetime(2026, 11, 22, 8, tzinfo=UTC), datetime(2026, 12, 1, 23, 59, 59, tzinfo=UTC)


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory, small_tables: Tables) -> tuple[Path, str, str]:
    """Return a home with two releases, and their ids, the older one first."""
    home = tmp_path_factory.mktemp("dataset")
    older = {**small_tables, "practices": small_tables["practices"].with_columns(state=pl.lit("missing"))}
    ids = [
        publish(Home(home), tables, at, {}, {}).release_id
        for tables, at in ((older, NOVEMBER), (small_tables, DECEMBER))
    ]
    return home, ids[0], ids[1]


def test_practices_are_a_frame(published: tuple[Path, str, str], small_tables: Tables) -> None:
    """Of the release that latest points to."""
    dataset = open_dataset(published[0])
    assert dataset.release_id == published[2]
    assert_frame_equal(dataset.practices, small_tables["practices"])


@pytest.mark.parametrize("name", TABLES)
def test_every_table_can_be_scanned(name: str, published: tuple[Path, str, str], small_tables: Tables) -> None:
    """Lazily."""
    scanned = open_dataset(published[0]).scan(name)
    assert isinstance(scanned, pl.LazyFrame)
    assert_frame_equal(scanned.collect(), small_tables[name])


def test_changes_are_a_frame(published: tuple[Path, str, str], small_tables: Tables) -> None:
    """As the other tables."""
    assert_frame_equal(open_dataset(published[0]).changes(), small_tables["changes"])


@pytest.mark.parametrize("name", ["practice", "../practices", "release.json", ""])
def test_an_unknown_table_is_refused(name: str, published: tuple[Path, str, str]) -> None:
    """The error names those that there are."""
    with pytest.raises(UsageError, match="choose among practices, editions, "):
        open_dataset(published[0]).scan(name)


@pytest.mark.parametrize(
    ("day", "number"),
    [
        ("2026-11-22", 1),
        (date(2026, 11, 22), 1),
        ("2026-11-30", 1),
        ("2026-12-01", 2),
        (date(2030, 1, 1), 2),
    ],
)
def test_as_of_a_day(day: str | date, number: int, published: tuple[Path, str, str]) -> None:
    """The newest release of that day's end, to the second."""
    dataset = open_dataset(published[0]).as_of(day)
    assert dataset.release_id == published[number]
    assert set(dataset.practices["state"]) == {"missing" if number == 1 else "present"}


@pytest.mark.parametrize("day", ["2026-11-21", date(2000, 1, 1)])
def test_as_of_a_day_before_all_releases(day: str | date, published: tuple[Path, str, str]) -> None:
    """There is none that old."""
    with pytest.raises(UsageError, match="there is no release that old"):
        open_dataset(published[0]).as_of(day)


@pytest.mark.parametrize("day", ["yesterday", "2026-02-30", "22.11.2026", ""])
def test_as_of_no_date(day: str, published: tuple[Path, str, str]) -> None:
    """The error shows how to write one."""
    with pytest.raises(UsageError, match="write it like 2026-11-01"):
        open_dataset(published[0]).as_of(day)


def test_of_two_releases_of_one_crawl_the_one_that_is_latest_counts(tmp_path: Path, small_tables: Tables) -> None:
    """The same pages, read by a better parser, are published again; whichever ids the contents happen to give."""
    for number in range(4):
        url = pl.lit(f"http://www.twin.test/gp/{number}").alias("url")
        tables = {**small_tables, "practices": small_tables["practices"].with_columns(url)}
        release = publish(Home(tmp_path), tables, NOVEMBER, {}, {})
        assert open_dataset(tmp_path).as_of("2026-11-22").release_id == release.release_id


def test_nothing_published(tmp_path: Path) -> None:
    """The error says how to make a release."""
    with pytest.raises(UsageError, match=r"(?s)nothing was published here.*next: .*practices build"):
        open_dataset(tmp_path)


def test_a_pointer_to_nowhere_is_nothing_published(tmp_path: Path) -> None:
    """Its release was taken away."""
    (tmp_path / "curated").mkdir()
    (tmp_path / "curated" / "latest").symlink_to("releases/gone")
    with pytest.raises(UsageError, match="nothing was published here"):
        open_dataset(tmp_path)


@pytest.mark.parametrize("way", ["argument", "text", "environment", "current folder"])
def test_the_home_can_be_named_in_every_way(
    way: str, published: tuple[Path, str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """As an argument, by PRACTICES_HOME, or by being there."""
    home = published[0]
    monkeypatch.delenv("PRACTICES_HOME", raising=False)
    monkeypatch.chdir(home if way == "current folder" else tmp_path)
    if way == "environment":
        monkeypatch.setenv("PRACTICES_HOME", str(home))
    argument = {"argument": home, "text": str(home)}.get(way)
    assert open_dataset(argument).release_id == published[2]


def test_loading_needs_no_network_and_no_prefect(
    published: tuple[Path, str, str], surroundings: dict[str, str]
) -> None:
    """Neither httpx nor prefect nor rich is imported."""
    code = (
        "import sys; from pipeline.dataset import open_dataset; open_dataset().practices; "
        "print(sorted({'httpx', 'prefect', 'rich', 'selectolax', 'warcio'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=published[0],
        env={**surroundings, "PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.stdout, done.stderr) == ("[]\n", "")


def test_as_of_prefers_what_was_published_then(tmp_path: Path, small_tables: Tables) -> None:
    """A release that was built later for a past day only counts where nothing was published."""
    home = Home(tmp_path)
    october, later = datetime(2026, 10, 1, tzinfo=UTC), small_tables["practices"].with_columns(state=pl.lit("missing"))
    ids = {
        name: publish(home, tables, at, {"as_of": as_of}, {}, moves_latest=as_of is None).release_id
        for name, tables, at, as_of in (
            ("published", small_tables, NOVEMBER, None),
            ("rebuilt", {**small_tables, "practices": later}, NOVEMBER, "2026-11-22T23:59:59+00:00"),
            ("older", small_tables, october, "2026-10-01T23:59:59+00:00"),
        )
    }
    dataset = open_dataset(tmp_path)
    assert (dataset.release_id, dataset.as_of("2026-11-30").release_id) == (ids["published"], ids["published"])
    assert dataset.as_of("2026-10-30").release_id == ids["older"]
    assert open_dataset(tmp_path, ids["rebuilt"]).practices["state"].unique().to_list() == ["missing"]


def test_a_release_that_is_not_there_is_refused(published: tuple[Path, str, str]) -> None:
    """By its id."""
    with pytest.raises(UsageError, match="no such release"):
        open_dataset(published[0], "20200101T000000Z-00000000")
