"""One Prefect server for all tests of the flows, ways to look at what it knows, and one finished run of the sample."""

# Stands first: Prefect reads its settings when it is imported, and this puts them in place.
from flows.refresh import refresh_practices  # isort: skip

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import FlowRunFilter, FlowRunFilterId
from prefect.client.schemas.objects import Artifact, State, TaskRun
from prefect.settings import PREFECT_HOME, PREFECT_LOGGING_TO_API_ENABLED, temporary_settings
from prefect.testing.utilities import prefect_test_harness

from pipeline.settings import Home


@pytest.fixture(scope="session", autouse=True)
def prefect_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Serve Prefect from a temporary folder, and return it: results would be stored there."""
    home = tmp_path_factory.mktemp("prefect")
    # Nobody reads the logs of these runs, and each would wait a second until the server has them.
    quiet = {PREFECT_HOME: home, PREFECT_LOGGING_TO_API_ENABLED: False}
    with temporary_settings(quiet), prefect_test_harness(server_startup_timeout=120):
        yield home


@pytest.fixture(scope="session")
def task_runs() -> Callable[[State], Sequence[TaskRun]]:
    """Return the task runs of a flow run by its state, in the order in which they started."""

    def look(state: State) -> Sequence[TaskRun]:
        with get_client(sync_client=True) as client:
            runs = client.read_task_runs(flow_run_filter=_the_run(state))
        return sorted((run for run in runs if run.start_time), key=lambda run: run.start_time)

    return look


@pytest.fixture(scope="session")
def artifacts() -> Callable[[State], Sequence[Artifact]]:
    """Return what a flow run left for its readers, by its state."""

    def look(state: State) -> Sequence[Artifact]:
        with get_client(sync_client=True) as client:
            return client.read_artifacts(flow_run_filter=_the_run(state))

    return look


def _the_run(state: State) -> FlowRunFilter:
    return FlowRunFilter(id=FlowRunFilterId(any_=[state.state_details.flow_run_id]))


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """Return the home of the finished run; no test adds a release to it."""
    return Home(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="session")
def finished(home: Home) -> State:
    """Return the state in which a run of the sample ended."""
    return refresh_practices(home=str(home.path), return_state=True)
