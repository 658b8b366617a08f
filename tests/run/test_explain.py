"""Every value can be followed to the bytes that it came from."""

import re
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipeline.archive.records import read_record_at
from pipeline.dataset import open_dataset
from pipeline.errors import UsageError
from pipeline.run.build import build
from pipeline.run.diff import find_release
from pipeline.run.explain import Explainer, Explanation
from pipeline.run.imports import import_files
from pipeline.run.ingest import ingest
from pipeline.settings import Home
from pipeline.sources.registry import load_source
from pipeline.tables import TABLES
from pipeline.twin.content import generate
from pipeline.twin.server import TwinServer
from pipeline.twin.site import TwinSite

from .conftest import PAGE, source_file

COUNT = 8
# A record that nothing identifies, and one that is cut off.
BROKEN = """
Implementation year:
2011
Award Year:
2012
Fund of Nowhere
,
Peru
,
Americas

Topic:
Health

Implementation year:
2011
"""
# Cells that reviewed data alone is behind: a broader topic that no practice carries.
VOCABULARY_ONLY = ("topics",)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Return a home of two crawls, with an edit between them, and an import with an unknown name."""
    folder = tmp_path_factory.mktemp("explained")
    first = generate(COUNT)
    second = [replace(first[0], summaries={**first[0].summaries, "en": ("Edited.",)}), *first[1:]]
    home = Home(folder)
    for number, practices in enumerate((first, second)):
        with TwinServer(TwinSite(practices, clock=partial(float, number))) as server:
            path = folder / "corner.toml"
            if not path.exists():
                path.write_text(source_file("corner", server.port))
            port = re.search(r"127\.0\.0\.1:(\d+)", path.read_text())
            assert port is not None
            source = load_source(str(path))
            if int(port[1]) != server.port:
                path.write_text(path.read_text().replace(port[0], f"127.0.0.1:{server.port}"))
                source = load_source(str(path))
            ingest(home, source, None)
            build(home, source, accept="nine practices are too few for rates")
    page = folder / "page.txt"
    page.write_text(PAGE.replace("National Pension Service", "Fund of Atlantis") + BROKEN)
    import_files(home, source, [page])
    build(home, source, accept="a broken record is kept to see where it goes")
    return home


@pytest.fixture(scope="module")
def explainer(home: Home) -> Explainer:
    return Explainer(home, find_release(home, "latest"))


def keys_of(home: Home, table: str) -> list[str]:
    name = pl.concat_str(TABLES[table].primary_key(), separator="/")
    return open_dataset(home.path).scan(table).select(name.alias("key")).collect()["key"].to_list()


@pytest.mark.parametrize("table", TABLES)
def test_every_cell_that_is_not_null_is_explained(table: str, home: Home, explainer: Explainer) -> None:
    """By a rule, and by records in raw/ whose pages have the stated digest."""
    records = set()
    for key in keys_of(home, table):
        for column in explainer.cells(table, key):
            found = explainer.explain(table, key, column)
            assert found.rule.endswith("."), (table, column)
            assert found.places or (table in VOCABULARY_ONLY and found.vocabulary), (table, key, column)
            records |= {(place.warc, place.offset, place.page_url) for place in found.places}
    for warc, offset, url in records:
        record, _payload = read_record_at(warc, offset)
        assert record.rec_headers.get_header("WARC-Target-URI") == url


def test_no_table_is_empty(home: Home) -> None:
    """Else the walk over its cells proves nothing."""
    assert [table for table in TABLES if not keys_of(home, table)] == []


def test_the_first_place_prints_the_value(home: Home, explainer: Explainer) -> None:
    """Titles, summaries and editions are as printed, so the best sighting must print them."""
    for table, columns in (("practices", ("title", "summary")), ("editions", ("title", "summary", "country_label"))):
        for key in keys_of(home, table):
            for column in set(columns) & set(explainer.cells(table, key)):
                found = explainer.explain(table, key, column)
                assert found.value in found.places[0].printed.values(), (table, key, column)


def test_the_text_is_marked_in_its_own_row(home: Home, explainer: Explainer) -> None:
    """Years and countries stand on a page many times; the one beside the practice's own link counts."""
    for key in keys_of(home, "practices"):
        for column in ("implementation_year", "country_name", "summary"):
            found = explainer.explain("practices", key, column)
            page, count = explainer.marked(found)
            assert count > 0, (key, column)
            if found.places[0].sighting_id and "/text/" in found.places[0].sighting_id:
                continue
            row = _row_of(page)
            assert f"/{key.removeprefix('corner-')}" in row, (key, column)
            assert len(set(re.findall(r"/gp/(\d+)", row))) == 1


def _row_of(page: str) -> str:
    """Return the part of a page around its first mark, from the row's begin to the next one's."""
    at = page.index("<mark>")
    begins = [match.start() for match in re.finditer(r'<(?:div class="[^"]*views-row|li\b|article\b|tr\b)', page)]
    before = max((begin for begin in begins if begin < at), default=0)
    after = min((begin for begin in begins if begin > at), default=len(page))
    return page[before:after]


def test_a_marked_page_runs_and_loads_nothing(explainer: Explainer, home: Home) -> None:
    """It is somebody else's page."""
    page, _count = explainer.marked(explainer.explain("practices", keys_of(home, "practices")[0], "summary"))
    assert "Content-Security-Policy" in page[: page.index("<mark>")]


def test_a_key_is_found_in_its_table(explainer: Explainer, home: Home) -> None:
    """With or without the table's name in front."""
    (practice, *_), (sighting, *_) = keys_of(home, "practices"), keys_of(home, "sightings")
    assert explainer.find(practice) == ("practices", practice)
    assert explainer.find(sighting) == ("sightings", sighting)
    assert explainer.find(f"editions:{practice}/en") == ("editions", f"{practice}/en")


def test_what_is_not_there_is_refused(explainer: Explainer, home: Home) -> None:
    """An unknown key, row or column, and a page for what only the vocabulary says."""
    practice = keys_of(home, "practices")[0]
    with pytest.raises(UsageError):
        explainer.find("nobody")
    with pytest.raises(UsageError):
        explainer.explain("practices", "nobody", "title")
    with pytest.raises(UsageError):
        explainer.explain("practices", practice, "colour")
    with pytest.raises(UsageError):
        explainer.marked(Explanation("topics", "t", "label_en", "T", "A rule.", "topics.csv", (), ()))


def test_a_null_says_why(explainer: Explainer, home: Home) -> None:
    """The findings about it stand beside the rule."""
    practices = open_dataset(home.path).practices
    key = practices.filter(pl.col("title").is_null())["practice_id"][0]
    found = explainer.explain("practices", key, "title")
    assert found.value is None
    assert any("prints the title" in message for message in found.findings)


def test_the_dataset_explains_too(home: Home) -> None:
    """As analysts call it."""
    dataset = open_dataset(home.path)
    key = dataset.practices["practice_id"][0]
    found = dataset.explain(key, "title")
    assert (found.table, found.column, bool(found.places)) == ("practices", "title", True)


def test_the_command_line_explains(home: Home, practices: Callable[..., Any], tmp_path: Path) -> None:
    """A row, a cell, and the page with the text marked."""
    key = open_dataset(home.path).practices["practice_id"][0]
    row = practices(tmp_path, "--home", home.path, "explain", key)
    assert (row.code, row.out) == (0, ""), row.err
    assert "title = " in row.err
    cell = practices(tmp_path, "--home", home.path, "--json", "explain", key, "summary")
    assert cell.data["places"][0]["offset"] >= 0
    written = practices(tmp_path, "--home", home.path, "explain", key, "summary", "--html")
    assert "<mark>" in Path(written.out.strip()).read_text(encoding="utf-8")
    assert practices(tmp_path, "--home", home.path, "explain", key, "--html").code == 2
