"""The four regions by any of their names."""

import polars as pl
import pytest

from pipeline.normalize import Vocabulary
from pipeline.normalize.regions import NAME_COLUMNS, map_regions

from .checks import unresolved


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Africa", "africa"),
        ("Américas", "americas"),
        ("Asia and Pacific", "asia-pacific"),
        ("Asia & the Pacific", "asia-pacific"),
        ("Asie et Pacifique", "asia-pacific"),
        ("Asien und Pazifik", "asia-pacific"),
        ("Europa", "europe"),
    ],
)
def test_a_region_is_known_in_four_languages(name: str, code: str, vocabulary: Vocabulary) -> None:
    """Regions come in the language of the page."""
    assert map_regions(pl.Series([name]), vocabulary.regions)["id"].item() == code


@pytest.mark.parametrize("name", ["Asia", "Pacific", "North Africa", "Arab Countries", "Latin America", "1015"])
def test_other_regions_are_unknown(name: str, vocabulary: Vocabulary) -> None:
    """Sub-regions of the site's news, halves of a region and numbers are no regions of the listing."""
    assert map_regions(pl.Series([name]), vocabulary.regions)["id"].item() is None


def test_every_name_of_the_file_resolves(vocabulary: Vocabulary) -> None:
    """Every name and alias of every row leads to its row."""
    assert unresolved(vocabulary.regions, "region", NAME_COLUMNS, map_regions) == []
