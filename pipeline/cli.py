"""The command line. It knows commands, options and exit codes; everything else is imported when a command needs it."""

import json
import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pipeline import __version__
from pipeline.commands.common import Run, common, fail
from pipeline.commands.releases import releases
from pipeline.commands.review import review
from pipeline.commands.trace import diff, explain
from pipeline.commands.twin import twin
from pipeline.errors import UsageError

if TYPE_CHECKING:
    from datetime import datetime

    from pipeline.sources.spec import Source


def _reason(_context: click.Context, _option: click.Parameter, accept: str | None) -> str | None:
    """Refuse a reason that says nothing."""
    if accept is not None and not accept.strip():
        raise click.BadParameter("say why; the reason is written into the release")
    return accept


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
@common
def refresh(run: Run, source: str, languages: str | None, strategy: str, accept: str | None) -> dict[str, Any]:
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
@common
def ingest(run: Run, source: str, languages: str | None, strategy: str) -> dict[str, Any]:
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
@click.option("--as-of", metavar="DAY", help="Build what crawls up to a day show; latest stays where it is.")
@click.option("--back-series", is_flag=True, help="Build one release per complete crawl, as parsed now.")
@common
def build(run: Run, source: str | None, accept: str | None, as_of: str | None, *, back_series: bool) -> dict[str, Any]:
    """Publish what raw/ holds, or say why not. Needs no network."""
    from pipeline import report
    from pipeline.run.build import build
    from pipeline.run.parsing import source_to_build
    from pipeline.run.series import back_series as all_of
    from pipeline.run.series import end_of

    if as_of and back_series:
        raise UsageError("--as-of", "it is one day, --back-series is all of them", "choose one")
    spec = source_to_build(run.home, source) if source else None
    with report.watch() as progress:
        if back_series:
            return report.show_series(all_of(run.home, spec, accept, progress))
        release, tables = build(run.home, spec, accept, progress, as_of=end_of(as_of) if as_of else None)
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
@common
def import_(run: Run, files: tuple[Path, ...], source: str, url: str | None, captured_at: str | None) -> dict[str, Any]:
    """Keep saved pages: HTML, text renditions, WARC or WACZ files."""
    from pipeline import report
    from pipeline.run.imports import import_files

    imported = import_files(run.home, _source(source), files, url, _time(captured_at))
    return report.show_import(imported)


@main.command()
@common
def status(run: Run) -> dict[str, Any]:
    """Show what raw/ and curated/ hold."""
    from pipeline import report

    return report.show_status(run.home)


@main.command()
@common
def verify(run: Run) -> dict[str, Any]:
    """Read every byte in raw/ and curated/, and name what is not as it was written."""
    from pipeline import report, report_releases
    from pipeline.run.verify import verify

    with report.watch() as progress:
        verified = verify(run.home, progress)
    found = {**report_releases.show_flaws(verified), **report.show_verified(verified)}
    if verified.error is not None:
        if run.wants_json:
            click.echo(json.dumps({**verified.error.as_dict(), **found}, ensure_ascii=False, indent=2))
        fail(verified.error)
    return found


@main.command()
@click.option("--show", metavar="NAME", help="Print the file of one source, to start another from it.")
@common
def sources(run: Run, show: str | None) -> dict[str, Any]:
    """List the registered sources."""
    from pipeline import report
    from pipeline.sources.registry import load_source, registered_names, source_text

    if show:
        text = source_text(show)
        if not run.wants_json:
            click.echo(text, nl=False)
        return {"name": show, "text": text}
    return report.show_sources([load_source(name) for name in registered_names()])


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


for group in (diff, explain, releases, review, twin):
    main.add_command(group)

if __name__ == "__main__":
    main()
