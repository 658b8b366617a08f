"""When a build refuses to publish, and how a person overrides that; and which sources share a release."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import polars as pl
import pytest

from .conftest import Hole
from .test_refusals import refused

Practices = Callable[..., Any]
TreeDigest = Callable[[Path], str]


def release_of(home: Path) -> dict[str, Any]:
    return json.loads((home / "curated" / "latest" / "release.json").read_text())


def practices_of(home: Path) -> set[str]:
    return set(pl.read_parquet(home / "curated" / "latest" / "practices.parquet")["source_key"])


def test_an_incomplete_crawl_is_kept_and_not_published(
    practices: Practices, serve: Any, site: Any, tmp_path: Path, tree_digest: TreeDigest
) -> None:
    """Exit code 3 until somebody accepts it with a reason; a complete crawl needs nobody."""
    server, path = serve()
    first = practices(tmp_path, "refresh", path, "--languages", "en")
    assert first.code == 0, first.err
    before, whole = tree_digest(tmp_path / "curated"), practices_of(tmp_path)
    assert len(whole) == 25

    server.site = Hole(site)
    crawled = practices(tmp_path, "refresh", path, "--languages", "en")
    refused(crawled, 3, "publish", "corner", "the newest crawl is incomplete: page_chain:en", "--accept 'reason'")
    refused(practices(tmp_path, "build"), 3, "publish", "-corner", "the newest crawl is incomplete", "--accept")
    assert tree_digest(tmp_path / "curated") == before
    assert len(list((tmp_path / "raw" / "corner").glob("*/crawl.json"))) == 2

    accepted = practices(tmp_path, "build", "--accept", "the site is being rebuilt")
    assert accepted.code == 0, accepted.err
    release = release_of(tmp_path)
    assert release["accepted"] == "the site is being rebuilt"
    assert [crawl["certificate"]["verdict"] for crawl in release["crawls"]] == ["complete", "incomplete"]
    assert practices_of(tmp_path) == whole


@pytest.mark.parametrize(("low", "high"), [(26, 100), (1, 24)])
def test_a_crawl_with_an_unexpected_number_of_practices_is_not_published(
    low: int, high: int, practices: Practices, serve: Any, tmp_path: Path
) -> None:
    """Too few and too many; the reason to publish nonetheless stands in the release."""
    _, path = serve(min_practices=str(low), max_practices=str(high))
    done = practices(tmp_path, "refresh", path, "--languages", "en")
    cause = f"1 gate is closed: practice_count expected {low} to {high} practices, observed 25"
    refused(done, 3, "publish", "corner", cause, "practices status to look at it, or practices build --accept 'reason'")
    assert not (tmp_path / "curated" / "latest").exists()
    if low == 26:
        assert practices(tmp_path, "build", "--accept", "one was withdrawn").code == 0
        assert release_of(tmp_path)["accepted"] == "one was withdrawn"


def test_a_reason_must_be_given(practices: Practices, small: Path, tree_digest: TreeDigest) -> None:
    """An empty one is none."""
    before = tree_digest(small / "curated")
    assert practices(small, "build", "--accept", " ").code == 2
    assert tree_digest(small / "curated") == before


def test_a_source_by_its_path_is_remembered(practices: Practices, serve: Any, tmp_path: Path) -> None:
    """A build needs neither the file nor the site: the crawl recorded what it was told."""
    server, path = serve()
    assert practices(tmp_path, "refresh", path, "--languages", "en").code == 0
    asked, link = len(server.requests), (tmp_path / "curated" / "latest").readlink()
    path.unlink()
    done = practices(tmp_path, "build", "--json")
    assert (done.code, done.data["is_new"]) == (0, False)
    assert (len(server.requests), (tmp_path / "curated" / "latest").readlink()) == (asked, link)
    assert release_of(tmp_path)["crawls"][0]["source"] == "corner"


def test_made_up_and_real_practices_never_share_a_release(
    practices: Practices, small: Path, serve: Any, tmp_path: Path, tree_digest: TreeDigest
) -> None:
    """Without --source a build is refused as wrong usage; with it one source is published alone."""
    home = tmp_path / "home"
    shutil.copytree(small, home, symlinks=True)
    _, path = serve()
    assert practices(home, "ingest", path, "--languages", "en").code == 0
    before = tree_digest(home / "curated")
    cause = "it holds made-up and real pages (corner, issa), which never share a release"
    refused(practices(home, "build"), 2, "usage", "raw", cause, "practices build --source NAME")
    assert tree_digest(home / "curated") == before
    assert practices(home, "build", "--source", path).code == 0
    assert (release_of(home)["is_synthetic"], len(practices_of(home))) == (True, 25)


def test_a_source_that_was_given_by_its_path_can_be_built_by_its_name(
    practices: Practices, serve: Any, tmp_path: Path
) -> None:
    """The message about made-up and real pages asks for a name; the file may be gone."""
    _, path = serve()
    assert practices(tmp_path, "ingest", path, "--languages", "en").code == 0
    path.unlink()
    done = practices(tmp_path, "build", "--source", "corner")
    assert done.code == 0, done.err
    assert len(practices_of(tmp_path)) == 25
