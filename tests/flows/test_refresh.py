import gc
import socket
from collections.abc import Callable, Sequence
from itertools import pairwise
from pathlib import Path

import polars as pl
import pytest
from prefect.client.schemas.objects import Artifact, State, TaskRun
from prefect.exceptions import ParameterBindError, PrefectHTTPStatusError

from flows.refresh import refresh_practices
from pipeline.archive.crawls import source_lock, unfinished_crawls
from pipeline.publish import latest_release
from pipeline.run.build import build
from pipeline.run.parsing import Parsed
from pipeline.run.refresh import refresh
from pipeline.settings import Home
from pipeline.sources.registry import load_source, source_text

STAGES = ["fetch", "parse", "normalize", "dedupe", "curate", "publish"]
# Crawls at other times have other ids, and so have the sightings in them.
TIMES = ["first_seen_at", "last_seen_at", "captured_at", "crawl_id", "sighting_id", "finding_id"]

TaskRuns = Callable[[State], Sequence[TaskRun]]
Artifacts = Callable[[State], Sequence[Artifact]]


def read(home: Home, table: str) -> pl.DataFrame:
    frame = pl.read_parquet(home.latest / f"{table}.parquet").drop(TIMES, strict=False)
    return frame.sort(pl.struct(pl.all()).hash())


def files(folder: Path) -> set[Path]:
    return {path for path in folder.rglob("*") if path.is_file()}


@pytest.fixture
def closed(tmp_path: Path) -> Path:
    """Return a source file whose site is a port of this machine that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{listener.getsockname()[1]}"
    text = source_text("sample").replace('name = "sample"', 'name = "closed"')
    lines = [line for line in text.splitlines() if not line.startswith(("twin_practices", "attempts", "hosts"))]
    text = "\n".join(lines).replace("http://www.twin.test/databases", f"http://{address}/databases")
    path = tmp_path / "closed.toml"
    path.write_text(
        text.replace("[pace]", "[pace]\nattempts = 1").replace("[site]", '[site]\nhosts = ["127.0.0.1"]'),
        encoding="utf-8",
    )
    return path


def test_a_run_ends_completed_and_returns_the_release_that_is_now_latest(finished: State, home: Home) -> None:
    """The result is the release id."""
    assert finished.name == "Completed"
    assert finished.result() == latest_release(home)


def test_it_publishes_what_a_refresh_without_prefect_publishes(finished: State, home: Home, tmp_path: Path) -> None:
    """Every table is equal, but for what says when."""
    other = Home(tmp_path)
    _, _, tables = refresh(other, load_source("sample"), None)
    for table in tables:
        assert read(home, table).equals(read(other, table)), table


def test_a_build_without_prefect_has_nothing_to_add(finished: State, home: Home) -> None:
    """From the same raw/ comes the same release, down to its id."""
    release, _ = build(home, load_source("sample"))
    assert (release.release_id, release.is_new) == (finished.result(), False)


def test_the_run_graph_is_the_pipeline(finished: State, task_runs: TaskRuns) -> None:
    """One task per stage, each fed by the one before."""
    runs = task_runs(finished)
    assert [run.name.rpartition("-")[0] for run in runs] == STAGES
    assert {run.state_name for run in runs} == {"Completed"}
    for before, run in pairwise(runs):
        assert before.id in {source.id for sources in run.task_inputs.values() for source in sources}


def test_the_report_states_counts(finished: State, home: Home, artifacts: Artifacts) -> None:
    """Rows of every table, as Markdown."""
    (report,) = artifacts(finished)
    assert (report.key, report.type, report.description) == ("refresh-report", "markdown", finished.result())
    assert f"| practices | {read(home, 'practices').height} |" in str(report.data)
    assert f"| sightings | {read(home, 'sightings').height} |" in str(report.data)


def test_prefect_keeps_no_data_of_a_run(finished: State, prefect_home: Path) -> None:
    """Neither in its storage, nor in memory."""
    assert finished.is_completed()
    assert not (prefect_home / "storage").exists()
    gc.collect()
    assert [thing for thing in gc.get_objects() if isinstance(thing, Parsed)] == []


def test_an_unknown_source_fails_with_the_message_of_the_command_line(finished: State, home: Home) -> None:
    """Nothing is fetched, latest stays."""
    state = refresh_practices(source="sampel", home=str(home.path), return_state=True)
    assert state.name == "Failed"
    assert str(state.message).startswith("usage: sampel: no source of that name is registered\nnext: did you mean")
    assert latest_release(home) == finished.result()


def test_a_failure_names_its_stage_and_leaves_latest(
    finished: State, home: Home, closed: Path, task_runs: TaskRuns, prefect_home: Path
) -> None:
    """The task of the stage failed, the later ones never ran, and nothing is stored."""
    state = refresh_practices(source=str(closed), home=str(home.path), return_state=True)
    assert state.name == "Failed"
    assert str(state.message).startswith("fetch: http://127.0.0.1:")
    assert "\nnext: " in str(state.message)
    (run,) = task_runs(state)
    assert (run.name.rpartition("-")[0], run.state_name) == ("fetch", "Failed")
    assert run.state is not None
    assert run.state.message == state.message
    assert latest_release(home) == finished.result()
    assert not (prefect_home / "storage").exists()


def test_a_run_beside_another_of_the_same_source_is_skipped(finished: State, home: Home) -> None:
    """It asks nothing of the site, and does not count as a failure."""
    with source_lock(home, "sample"):
        before = files(home.path)
        state = refresh_practices(home=str(home.path), return_state=True)
        assert files(home.path) == before
    assert (state.name, state.is_cancelled(), state.is_failed()) == ("Skipped", True, False)
    assert str(state.message).startswith("lock held: ")
    assert unfinished_crawls(home, "sample") == []


@pytest.mark.parametrize(
    "parameters",
    [
        {"source": "../x"},
        {"source": "/etc/../x.toml"},
        {"source": "x.toml"},
        {"source": "http://www.issa.int/"},
        {"source": "sample\nissa"},
        {"source": "a" * 100_000},
        {"source": None},
        {"languages": ["en", "../fr"]},
        {"languages": -1},
        {"languages": ["en"] * 51},
        {"accept": " "},
        {"home": "../x"},
        {"home": "/"},
    ],
    ids=lambda parameters: repr(parameters)[:40],
)
def test_hostile_parameters_fail_before_anything_is_done(parameters: dict[str, object], tmp_path: Path) -> None:
    """No task begins, so nothing is asked and nothing written."""
    state = refresh_practices(**{"home": str(tmp_path), **parameters}, return_state=True)
    assert state.name == "Failed"
    assert str(state.message).startswith("Validation of flow parameters failed")
    assert list(tmp_path.iterdir()) == []


def test_ten_megabytes_are_refused_by_the_server(tmp_path: Path) -> None:
    """No run is made of them."""
    with pytest.raises(PrefectHTTPStatusError, match="422"):
        refresh_practices(source="a" * 10_000_000, home=str(tmp_path))


def test_a_parameter_that_is_none_of_ours_is_refused(tmp_path: Path) -> None:
    """No run is made of it."""
    with pytest.raises(ParameterBindError, match="contact"):
        refresh_practices(contact="me@example.org", home=str(tmp_path))
