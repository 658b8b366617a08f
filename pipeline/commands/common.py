"""What every command has: a home, `--json`, exit codes, and an orderly end when it is stopped."""

import functools
import json
import os
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

import click

from pipeline.errors import PracticesError
from pipeline.settings import Home


@dataclass(frozen=True, slots=True)
class Run:
    """What every command is given.

    Attributes:
        home: Where the data is.
        wants_json: Whether stdout is for a machine.
    """

    home: Home
    wants_json: bool


def common(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command --home and --json, wherever on the line the user writes them.

    Args:
        command: It takes a Run first, and returns what `--json` prints, or None.
    """

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
            result = command(Run(Home(chosen), wants_json), **arguments)
        except PracticesError as error:
            if wants_json:
                click.echo(json.dumps(error.as_dict(), ensure_ascii=False))
            fail(error)
        except _Stopped as stopped:
            is_crawl = context.info_name in ("ingest", "refresh")
            more = "; what was fetched is kept, and the same command goes on from there" if is_crawl else ""
            click.echo(f"practices: stopped{more}", err=True)
            sys.exit(128 + stopped.signal)
        if wants_json and result is not None:
            click.echo(json.dumps(result, ensure_ascii=False, indent=2))

    return wrapped


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


def fail(error: PracticesError) -> NoReturn:
    """Print an error's message, and exit with its code."""
    click.echo(f"practices: {error}", err=True)
    sys.exit(error.exit_code)
