"""Serve the deployment `refresh-practices/scheduled`: python -m flows.serve --source issa."""

import sys

import click
from prefect import serve
from prefect.deployments.runner import RunnerDeployment
from prefect.schedules import Cron, Schedule
from prefect.settings import get_current_settings
from prefect.types.entrypoint import EntrypointType

from flows.refresh import refresh_practices
from pipeline.errors import PracticesError, UsageError
from pipeline.sources.registry import load_source


def _schedule(_context: click.Context, _option: click.Parameter, cron: str) -> Schedule:
    """Return a schedule in UTC, in which no hour is skipped or comes twice."""
    try:
        return Cron(cron, timezone="UTC")
    except ValueError as error:
        raise click.BadParameter(f"{cron!r} is no cron expression: write minute, hour, day, month, weekday") from error


@click.command()
@click.option(
    "--cron", "schedule", default="0 3 * * 1", show_default=True, callback=_schedule, help="When to run, in UTC."
)
@click.option(
    "--source", default="sample", show_default=True, help="Registered name, or absolute path of a source TOML file."
)
def main(schedule: Schedule, source: str) -> None:
    """Register a schedule at the server of PREFECT_API_URL, and run what it or a person starts, one at a time.

    While this is stopped, the schedule is paused, so that no runs pile up; a start makes it active again.
    """
    try:
        load_source(source)
        if not get_current_settings().api.url:
            cause = "no Prefect server is named, so nobody could start a run"
            raise UsageError("PREFECT_API_URL", cause, "export PREFECT_API_URL=http://127.0.0.1:4200/api")
    except PracticesError as error:
        click.echo(f"practices: {error}", err=True)
        sys.exit(error.exit_code)
    serve(deployment(schedule, source), pause_on_shutdown=True, limit=1)


def deployment(schedule: Schedule, source: str) -> RunnerDeployment:
    """Return the deployment `scheduled`.

    Args:
        schedule: When it runs.
        source: What it fetches, unless whoever starts a run says otherwise.
    """
    return RunnerDeployment.from_flow(
        refresh_practices,
        name="scheduled",
        schedule=schedule,
        parameters={"source": source},
        paused=False,
        entrypoint_type=EntrypointType.MODULE_PATH,
    )


if __name__ == "__main__":
    main()
