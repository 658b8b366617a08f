"""The command line. It knows commands, options and exit codes; everything else is imported when a command needs it."""

import functools
import json
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from pipeline import __version__
from pipeline.errors import PracticesError, UsageError
from pipeline.settings import Home

if TYPE_CHECKING:
    from datetime import datetime

    from pipeline.sources.spec import Source


@dataclass(frozen=True, slots=True)
class _Run:
    """What every command is given.

    Attributes:
        home: Where the data is.
        wants_json: Whether stdout is for a machine.
    """

    home: Home
    wants_json: bool


def _common(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command --home and --json, wherever on the line the user writes them."""

    @click.option(
        "--home", type=click.Path(path_type=Path), help="Folder of raw/ and curated/.  [default: PRACTICES_HOME or .]"
    )
    @click.option("--json", "as_json", is_flag=True, help="Print a machine-readable result on stdout.")
    @click.pass_context
    @functools.wraps(command)
    def wrapped(context: click.Context, /, *, home: Path | None, as_json: bool, **arguments: Any) -> None:
        shared = context.find_root().params
        chosen = home or shared["home"] or Path(os.environ.get("PRACTICES_HOME") or ".")
        wants_json = as_json or shared["as_json"]
        try:
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, _stop)
            result = command(_Run(Home(chosen), wants_json), **arguments)
        except PracticesError as error:
            if wants_json:
                click.echo(json.dumps(error.as_dict(), ensure_ascii=False))
            _fail(error)
        except _Stopped as stopped:
            is_crawl = context.info_name in ("ingest", "refresh")
            more = "; what was fetched is kept, and the same command goes on from there" if is_crawl else ""
            click.echo(f"practices: stopped{more}", err=True)
            sys.exit(128 + stopped.signal)
        if wants_json and result is not None:
            click.echo(json.dumps(result, ensure_ascii=False, indent=2))

    return wrapped


def _reason(_context: click.Context, _option: click.Parameter, accept: str | None) -> str | None:
    """Refuse a reason that says nothing."""
    if accept is not None and not accept.strip():
        raise click.BadParameter("say why; the reason is written into the release")
    return accept


class _Stopped(BaseException):
    """A signal asks to stop: not an error, so nothing that handles errors may take it for one.

    Args:
        number: Of the signal.
    """

    def __init__(self, number: int) -> None:
        super().__init__(number)
        self.signal = number


def _stop(number: int, _frame: object) -> NoReturn:
    raise _Stopped(number)


def _fail(error: PracticesError) -> NoReturn:
    click.echo(f"practices: {error}", err=True)
    sys.exit(error.exit_code)


_STRATEGY = click.option(
    "--strategy",
    type=click.Choice(["auto", "pages", "facets"]),
    default="auto",
    show_default=True,
    help="How to read the listing: page by page, by facet selections, or what is allowed and cheaper.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="practices")
@click.option(
    "--home", type=click.Path(path_type=Path), help="Folder of raw/ and curated/.  [default: PRACTICES_HOME or .]"
)
@click.option("--json", "as_json", is_flag=True, help="Print a machine-readable result on stdout.")
def main(*, home: Path | None, as_json: bool) -> None:
    """Fetch good practices that institutions publish, and publish them as Parquet.

    Exit codes: 0 done, 1 failed, 2 wrong usage, 3 refused to publish.
    """


@main.command()
@click.argument("source")
@click.option("--languages", help="Languages to fetch, separated by commas.  [default: all of the source]")
@_STRATEGY
@click.option(
    "--accept",
    metavar="REASON",
    callback=_reason,
    help="Publish in spite of a gate; the reason is written into the release.",
)
@_common
def refresh(run: _Run, source: str, languages: str | None, strategy: str, accept: str | None) -> dict[str, Any]:
    """Fetch SOURCE, then publish: ingest and build in one.

    SOURCE is a registered name (`practices sources`) or the path of a source TOML file. `sample` needs no network.
    """
    from pipeline import report
    from pipeline.fetch.plan import Strategy
    from pipeline.run.refresh import refresh

    spec = _source(source)
    with report.watch() as progress:
        crawl, release, tables = refresh(
            run.home, spec, _contact(), _listed(languages), accept, progress, Strategy(strategy)
        )
    return report.show_release(run.home, release, tables, crawl)


@main.command()
@click.argument("source")
@click.option("--languages", help="Languages to fetch, separated by commas.  [default: all of the source]")
@_STRATEGY
@_common
def ingest(run: _Run, source: str, languages: str | None, strategy: str) -> dict[str, Any]:
    """Fetch SOURCE into raw/, and certify whether everything was there."""
    from pipeline import report
    from pipeline.fetch.plan import Strategy
    from pipeline.run.ingest import ingest

    spec = _source(source)
    with report.watch() as progress:
        crawl = ingest(run.home, spec, _contact(), _listed(languages), progress, Strategy(strategy))
    return report.show_crawl(crawl)


@main.command()
@click.option("--source", help="Publish only this source.  [default: all in raw/]")
@click.option(
    "--accept",
    metavar="REASON",
    callback=_reason,
    help="Publish in spite of a gate; the reason is written into the release.",
)
@_common
def build(run: _Run, source: str | None, accept: str | None) -> dict[str, Any]:
    """Publish what raw/ holds, or say why not. Needs no network."""
    from pipeline import report
    from pipeline.run.build import build, source_to_build

    spec = source_to_build(run.home, source) if source else None
    with report.watch() as progress:
        release, tables = build(run.home, spec, accept, progress)
    return report.show_release(run.home, release, tables)


@main.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option(
    "--source", required=True, help="Registered name or TOML file of the site that the pages were saved from."
)
@click.option("--url", help="Address of the page, when it is one.")
@click.option(
    "--captured-at", metavar="TIME", help="When it was saved (ISO 8601, UTC unless it says otherwise).  [default: now]"
)
@_common
def import_(
    run: _Run, files: tuple[Path, ...], source: str, url: str | None, captured_at: str | None
) -> dict[str, Any]:
    """Keep saved pages: HTML, text renditions, WARC or WACZ files."""
    from pipeline import report
    from pipeline.run.imports import import_files

    imported = import_files(run.home, _source(source), files, url, _time(captured_at))
    return report.show_import(imported)


@main.command()
@_common
def status(run: _Run) -> dict[str, Any]:
    """Show what raw/ and curated/ hold."""
    from pipeline import report

    return report.show_status(run.home)


@main.command()
@_common
def verify(run: _Run) -> dict[str, Any]:
    """Read every byte in raw/, and name what is not as it was written."""
    from pipeline import report
    from pipeline.run.verify import verify

    with report.watch() as progress:
        verified = verify(run.home, progress)
    found = report.show_verified(verified)
    if verified.error is not None:
        if run.wants_json:
            click.echo(json.dumps({**verified.error.as_dict(), **found}, ensure_ascii=False, indent=2))
        _fail(verified.error)
    return found


@main.command()
@click.option("--show", metavar="NAME", help="Print the file of one source, to start another from it.")
@_common
def sources(run: _Run, show: str | None) -> dict[str, Any]:
    """List the registered sources."""
    from pipeline import report
    from pipeline.sources.registry import load_source, registered_names, source_text

    if show:
        text = source_text(show)
        if not run.wants_json:
            click.echo(text, nl=False)
        return {"name": show, "text": text}
    return report.show_sources([load_source(name) for name in registered_names()])


@main.group()
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
@_common
def serve(run: _Run, port: int, count: int, seed: int, layout: str, names: tuple[str, ...], plan: Path | None) -> None:
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
@_common
def twin_faults(run: _Run) -> dict[str, Any]:
    """List what the twin can do wrong, and what a careful crawl should make of it."""
    from pipeline.twin.faults.catalogue import catalogue

    if not run.wants_json:
        for entry in catalogue().values():
            click.echo(f"{entry.usage:<28} {entry.expect:<30} {entry.sentence}")
    return {"faults": [entry.as_dict() for entry in catalogue().values()]}


def _source(name: str) -> "Source":
    from pipeline.sources.registry import load_source

    return load_source(name)


def _contact() -> str | None:
    return os.environ.get("PRACTICES_CONTACT") or None


def _listed(languages: str | None) -> tuple[str, ...]:
    parts = (part.strip() for part in (languages or "").split(","))
    return tuple(dict.fromkeys(part for part in parts if part))


def _time(text: str | None) -> "datetime | None":
    from datetime import UTC, datetime

    if text is None:
        return None
    try:
        time = datetime.fromisoformat(text)
    except ValueError as error:
        raise UsageError("--captured-at", f"{text!r} is no ISO 8601 time", "write it like 2026-11-22T08:30") from error
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time.astimezone(UTC)


if __name__ == "__main__":
    main()
