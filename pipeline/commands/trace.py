"""`practices diff` and `practices explain`: what changed and why, and where a value comes from."""

from typing import Any

import click

from pipeline.commands.common import Run, common
from pipeline.errors import UsageError


@click.command()
@click.argument("before", default="previous")
@click.argument("after", default="latest")
@click.option("--html", "as_html", is_flag=True, help="Print one HTML page on stdout.")
@common
def diff(run: Run, before: str, after: str, *, as_html: bool) -> dict[str, Any] | None:
    """Show what differs between two releases, and why, most important first.

    BEFORE and AFTER are release ids, dates, `latest`, or `previous`: the one that the latest follows.
    """
    from pipeline.report_diff import diff_page, show_diff
    from pipeline.run.diff import diff

    found = diff(run.home, before, after)
    if as_html:
        click.echo(diff_page(found))
        return None
    return show_diff(found)


@click.command()
@click.argument("identity", metavar="ID")
@click.argument("column", required=False)
@click.option("--release", default="latest", show_default=True, help="Release id, date, `latest` or `previous`.")
@click.option("--html", "as_html", is_flag=True, help="Write the archived page, the text marked; print its path.")
@common
def explain(run: Run, identity: str, column: str | None, release: str, *, as_html: bool) -> dict[str, Any]:
    """Show the way from a value back to the bytes it came from.

    ID is a practice_id or the key of any other table; or TABLE:KEY, a key of several columns with slashes:
    `editions:sample-200001/es`. Without COLUMN: all columns of the row, one sentence each.
    """
    from pipeline import report_explain
    from pipeline.run.diff import find_release
    from pipeline.run.explain import Explainer

    if as_html and column is None:
        raise UsageError("--html", "it shows one value", f"name a column: practices explain {identity} title --html")
    explainer = Explainer(run.home, find_release(run.home, release))
    table, key = explainer.find(identity)
    if column is None:
        return report_explain.show_row(explainer, table, key)
    found = explainer.explain(table, key, column)
    if not as_html:
        return report_explain.show_explanation(found)
    written = report_explain.write_marked(explainer, found)
    if not run.wants_json:
        click.echo(written["html"])
    return written
