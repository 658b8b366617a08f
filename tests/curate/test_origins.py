"""Every column of every table says where it comes from."""

import pytest

from pipeline.curate.causes import RAW_FIELDS
from pipeline.curate.origins import origin
from pipeline.tables import TABLES


@pytest.mark.parametrize(("table", "column"), [(name, column) for name in TABLES for column in TABLES[name].columns()])
def test_every_column_has_a_rule(table: str, column: str) -> None:
    """One sentence, and printed fields that sightings have."""
    found = origin(table, column)
    assert found.rule.endswith(".")
    assert set(found.printed) <= set(RAW_FIELDS)
