from datetime import UTC

import pytest
from click.testing import CliRunner
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import DeploymentFilter, DeploymentFilterId
from prefect.schedules import Cron
from prefect.settings import PREFECT_API_URL, PREFECT_CLIENT_MAX_RETRIES, temporary_settings

from flows.serve import deployment, main


def test_the_server_plans_runs_in_utc() -> None:
    """A schedule that is registered but never run would be found out weeks later."""
    made_id = deployment(Cron("0 3 * * 1", timezone="UTC"), "sample").apply()
    with get_client(sync_client=True) as client:
        made = client.read_deployment_by_name("refresh-practices/scheduled")
        with temporary_settings({PREFECT_CLIENT_MAX_RETRIES: 0}):
            client.request("POST", f"/deployments/{made_id}/schedule").raise_for_status()
        chosen = DeploymentFilter(id=DeploymentFilterId(any_=[made_id]))
        times = [run.expected_start_time for run in client.read_flow_runs(deployment_filter=chosen)]
    assert (made.entrypoint, made.parameters, made.paused) == (
        "flows.refresh.refresh_practices",
        {"source": "sample"},
        False,
    )
    assert times != []
    assert {f"{time.astimezone(UTC):%A %H:%M}" for time in times if time} == {"Monday 03:00"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--source", "sampel"], "did you mean `sample`?"),
        (["--cron", "every monday"], "is no cron expression"),
        (["--cron", ""], "is no cron expression"),
    ],
)
def test_wrong_usage_is_told_at_the_start(arguments: list[str], message: str) -> None:
    """Not by every run."""
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 2
    assert message in result.output


def test_without_a_server_there_is_nothing_to_serve() -> None:
    """A temporary one could be reached by nobody."""
    with temporary_settings(restore_defaults={PREFECT_API_URL}):
        result = CliRunner().invoke(main, [])
    assert result.exit_code == 2
    assert "next: export PREFECT_API_URL=" in result.output
