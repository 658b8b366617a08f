"""What publishing is given."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import polars as pl
import pytest

from pipeline.publish import Release, publish
from pipeline.publish.disk import Disk
from pipeline.settings import Home

AT = datetime(2026, 11, 22, 8, 30, 5, tzinfo=UTC)
RIGHTS = {"Sample listing of good practices": "Use as you like."}


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Return an empty home."""
    return Home(tmp_path / "home")


@pytest.fixture(scope="session")
def put() -> Callable[..., Release]:
    """Return publish with a fixed time, facts and rights."""

    def run(home: Home, tables: dict[str, pl.DataFrame], at: datetime = AT, disk: Disk | None = None) -> Release:
        return publish(home, tables, at, {"code_version": "1.2.3", "crawls": []}, RIGHTS, disk)

    return run


@pytest.fixture(scope="module")
def release(
    tmp_path_factory: pytest.TempPathFactory, put: Callable[..., Release], small_tables: dict[str, pl.DataFrame]
) -> Release:
    """Return a published release; tests only read it."""
    return put(Home(tmp_path_factory.mktemp("published")), small_tables)
