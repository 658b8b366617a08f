"""`practices twin`: a local copy of a listing site, which misbehaves on request."""

import json
import signal
import sys
from pathlib import Path
from typing import Any

import click

from pipeline.commands.common import Run, common
from pipeline.errors import UsageError


@click.group()
def twin() -> None:
    """A local copy of such a listing site, with made-up practices."""


@twin.command()
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port on 127.0.0.1.  [default: a free one]")
@click.option(
    "--practices", "count", type=click.IntRange(0), default=330, show_default=True, help="How many practices."
)
@click.option("--seed", type=int, default=1, show_default=True, help="Other seeds make other practices.")
@click.option("--layout", metavar="NAME", default="fields", show_default=True, help="How pages are dressed.")
@click.option("--fault", "names", multiple=True, metavar="NAME[:ARG]", help="Misbehave; may be given several times.")
@click.option("--faults", "plan", type=click.Path(path_type=Path), metavar="PLAN.toml", help="Misbehave by plan.")
@common
def serve(run: Run, port: int, count: int, seed: int, layout: str, names: tuple[str, ...], plan: Path | None) -> None:
    """Serve the twin until interrupted; `practices twin faults` lists what it can do wrong.

    PLAN.toml has a [[fault]] table per fault: name, and if wanted arg, match (a regular expression over path and query)
    and times (every, first N, only N, from N; with ` each` behind it every address is counted for itself).
    """
    from pipeline.twin.content import generate
    from pipeline.twin.faults.plan import Fault, FaultPlan
    from pipeline.twin.faults.site import FaultySite
    from pipeline.twin.server import TwinServer
    from pipeline.twin.site import TwinSite
    from pipeline.twin.theme import theme

    planned = FaultPlan.read(plan).faults if plan else ()
    faults = FaultPlan((*map(Fault.read, names), *planned))
    try:
        server = TwinServer(FaultySite(TwinSite(generate(count, seed), theme=theme(layout)), faults), port)
    except OSError as error:
        raise UsageError(
            f"127.0.0.1:{port}", f"the port is not to be had: {error.strerror}", "choose another --port"
        ) from error
    with server:
        address = f"http://127.0.0.1:{server.port}/databases/gp"
        click.echo(json.dumps({"url": address, "practices": count}) if run.wants_json else address)
        sys.stdout.flush()
        click.echo(f"serving {count} practices; stop with Ctrl+C", err=True)
        signal.pause()


@twin.command("faults")
@common
def twin_faults(run: Run) -> dict[str, Any]:
    """List what the twin can do wrong, and what a careful crawl should make of it."""
    from pipeline.twin.faults.catalogue import catalogue

    if not run.wants_json:
        for entry in catalogue().values():
            click.echo(f"{entry.usage:<28} {entry.expect:<30} {entry.sentence}")
    return {"faults": [entry.as_dict() for entry in catalogue().values()]}
