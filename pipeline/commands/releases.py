"""`practices releases`: list, pin, unpin, rollback, prune."""

from typing import Any

import click

from pipeline.commands.common import Run, common


@click.group()
def releases() -> None:
    """List, pin, roll back and prune what was published."""


@releases.command("list")
@common
def list_(run: Run) -> dict[str, Any]:
    """List all releases, oldest crawl first."""
    from pipeline.publish.releases import list_releases
    from pipeline.report_releases import show_releases

    return show_releases(list_releases(run.home))


@releases.command()
@click.argument("release_id")
@click.option("--reason", default="", help="Why it must stay; `practices releases list` shows it.")
@common
def pin(run: Run, release_id: str, reason: str) -> dict[str, Any]:
    """Keep RELEASE_ID from being pruned."""
    from pipeline.publish.releases import pin
    from pipeline.report_releases import show_done

    pin(run.home, release_id, reason or "pinned")
    return show_done(f"{release_id} is pinned", release_id=release_id, pin=reason or "pinned")


@releases.command()
@click.argument("release_id")
@common
def unpin(run: Run, release_id: str) -> dict[str, Any]:
    """Let RELEASE_ID be pruned again."""
    from pipeline.publish.releases import unpin
    from pipeline.report_releases import show_done

    unpin(run.home, release_id)
    return show_done(f"{release_id} is not pinned any more", release_id=release_id, pin=None)


@releases.command()
@click.argument("release_id")
@common
def rollback(run: Run, release_id: str) -> dict[str, Any]:
    """Point curated/latest to RELEASE_ID. The next build publishes as usual, and moves it again."""
    from pipeline.publish.releases import rollback
    from pipeline.report_releases import show_done

    rollback(run.home, release_id)
    return show_done(f"latest is {release_id}", latest=release_id)


@releases.command()
@click.option("--keep", type=click.IntRange(1), required=True, help="How many of the newest releases stay.")
@click.option("--dry-run", "is_dry", is_flag=True, help="Say what would be removed, and remove nothing.")
@common
def prune(run: Run, keep: int, *, is_dry: bool) -> dict[str, Any]:
    """Remove old releases; never the latest one or a pinned one."""
    from pipeline.publish.releases import prunable, prune
    from pipeline.report_releases import show_done

    names = prunable(run.home, keep) if is_dry else prune(run.home, keep)
    verb = "would be removed" if is_dry else "removed"
    return show_done(f"{verb}: {', '.join(names) or 'nothing'}", removed=names, is_dry_run=is_dry)
