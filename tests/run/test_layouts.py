"""The twin in every layout, fetched over HTTP and published: the practices must not depend on how a page is dressed."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from pipeline.twin.content import generate
from pipeline.twin.server import TwinServer
from pipeline.twin.site import TwinSite
from pipeline.twin.theme import themes

from .conftest import source_file

COUNT = 30


@pytest.mark.parametrize("name", list(themes()))
def test_a_crawl_publishes_what_the_site_shows(name: str, tmp_path: Path, practices: Callable[..., Any]) -> None:
    """Every practice with every field, whatever the layout, map, pager and widgets are."""
    twin = generate(COUNT)
    with TwinServer(TwinSite(twin, theme=themes()[name])) as server:
        path = tmp_path / "corner.toml"
        path.write_text(source_file("corner", server.port))
        done = practices(tmp_path, "refresh", path, "--languages", "en")
    assert done.code == 0, done.err
    expected = {
        f"corner-{practice.key}": (
            practice.titles["en"],
            "\n\n".join(practice.summaries["en"]),
            practice.implementation_year,
            practice.award_year,
            practice.institution_id,
            practice.country_code,
            practice.region,
            list(practice.topic_ids),
        )
        for practice in twin
    }
    columns = ["title", "summary", "implementation_year", "award_year"]
    columns += ["institution_id", "country_code", "region", "topic_ids"]
    table = pl.read_parquet(tmp_path / "curated" / "latest" / "practices.parquet")
    found = {row[0]: row[1:] for row in table.select("practice_id", *columns).iter_rows()}
    assert [key for key in expected if found.get(key) != expected[key]] == []
    assert found == expected
