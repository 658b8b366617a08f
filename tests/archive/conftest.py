"""A home on a disk of its own."""

from pathlib import Path

import pytest

from pipeline.settings import Home


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A home whose folder does not exist yet."""
    return Home(tmp_path / "home")
