"""What a person sees of the differences between two releases: tables on stderr, plain data, or one HTML page."""

from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.run.diff import Diff

_CONSOLE = Console(stderr=True, highlight=False)
_MOST_ROWS = 40
_LONGEST = 60


def show_diff(found: Diff) -> dict[str, Any]:
    """Print counts and the most important changes; return all as data."""
    counts = Table(title=f"{found.before} to {found.after}", title_justify="left")
    for column in ("kind", "field", "cause", "count"):
        counts.add_column(column)
    for counted in found.counts.iter_rows():
        counts.add_row(*(Text(str(value)) for value in counted))
    _CONSOLE.print(counts if found.changes.height else Text(f"nothing differs from {found.before} to {found.after}"))
    if found.changes.height:
        table = Table(show_lines=False)
        for column in ("practice", "field", "kind", "cause", "old", "new"):
            table.add_column(column, overflow="fold")
        for row in found.changes.head(_MOST_ROWS).to_dicts():
            old, new = (_shortened(row[name]) for name in ("old_value", "new_value"))
            cells = (row["practice_id"], row["field"], row["kind"], row["cause"], old, new)
            table.add_row(*map(Text, cells))
        _CONSOLE.print(table)
        if found.changes.height > _MOST_ROWS:
            _CONSOLE.print(Text(f"and {found.changes.height - _MOST_ROWS} more: --json or --html shows all"))
    return {
        "before": found.before,
        "after": found.after,
        "counts": found.counts.to_dicts(),
        "changes": found.changes.drop("previous_release_id").to_dicts(),
    }


def diff_page(found: Diff) -> str:
    """Return the differences as one HTML page that needs nothing else."""
    templates = Environment(
        loader=PackageLoader("pipeline"),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    groups = found.changes.partition_by("kind", maintain_order=True)
    return templates.get_template("diff.html.j2").render(
        before=found.before,
        after=found.after,
        counts=found.counts.to_dicts(),
        groups=[(group["kind"][0], group.to_dicts()) for group in groups],
    )


def _shortened(value: str | None) -> str:
    if value is None:
        return ""
    return value if len(value) <= _LONGEST else f"{value[: _LONGEST - 1]}…"
