"""The same raw pages, code and vocabularies give the same release, byte for byte."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pipeline.publish.scrub import check_release

SURROUNDINGS = (
    {"PYTHONHASHSEED": "0", "POLARS_MAX_THREADS": "1"},
    {"PYTHONHASHSEED": "1", "POLARS_MAX_THREADS": "4", "TZ": "Asia/Seoul", "LC_ALL": "C"},
)


def test_surroundings_change_no_byte(
    sample: Any, practices: Callable[..., Any], tmp_path: Path, tree_digest: Callable[[Path], str]
) -> None:
    """Neither hash seed nor threads, time zone, locale, folder or the order in which raw/ was filled."""
    releases = [sample.home / "curated" / "releases"]
    for number, variables in enumerate(SURROUNDINGS):
        home = tmp_path / str(number)
        files = [path for path in sorted((sample.home / "raw").rglob("*"), reverse=number == 1) if path.is_file()]
        for path in files:
            copy = home / path.relative_to(sample.home)
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, copy)
        done = practices(home, "build", **variables)
        assert done.code == 0, done.err
        releases.append(home / "curated" / "releases")
    names = {path.name for folder in releases for path in folder.iterdir()}
    assert len(names) == 1
    assert len({tree_digest(folder) for folder in releases}) == 1


def test_the_record_names_what_went_in(sample: Any) -> None:
    """Code, libraries, vocabularies, sources, crawls, gates; and it is whole."""
    folder = (sample.home / "curated" / "latest").resolve()
    record = json.loads((folder / "release.json").read_text())
    digests = ("environment_digest", "vocabulary_digest", "digest")
    assert all(record[name].startswith("sha256:") for name in digests)
    assert set(record["source_digests"]) == {"sample"}
    assert {"polars", "selectolax", "warcio"} <= set(record["libraries"])
    assert "prefect" not in record["libraries"]
    assert all(gate["passed"] for gate in record["gates"])
    assert {"contracts", "crawl_complete", "severe_findings", "practice_count"} <= {
        gate["name"] for gate in record["gates"]
    }
    assert record["figures"]["sample"]["practices"] == 330
    assert check_release(folder).flaws == ()


@pytest.mark.parametrize("variables", [{}, {"PRACTICES_HOME": "."}])
def test_building_again_changes_nothing(
    variables: dict[str, str],
    small: Path,
    practices: Callable[..., Any],
    tmp_path: Path,
    tree_digest: Callable[[Path], str],
) -> None:
    """The release is there already, though its bands would now be learned from itself."""
    home = Path(shutil.copytree(small, tmp_path / "home", symlinks=True))
    before = tree_digest(home / "curated")
    done = practices(home, "build", "--json", **variables)
    assert (done.code, done.data["is_new"]) == (0, False)
    assert tree_digest(home / "curated") == before
