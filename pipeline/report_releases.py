"""What a person sees of releases and of damage in curated/; and the same as plain data for `--json`."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.publish.releases import Listed

if TYPE_CHECKING:
    from pipeline.run.verify import Verified

_CONSOLE = Console(stderr=True, highlight=False)


def show_releases(releases: Sequence[Listed]) -> dict[str, Any]:
    """Print one line for each release; return them as data."""
    table = Table()
    for column in ("release", "newest crawl", "practices", "latest", "pinned", "remark"):
        table.add_column(column, no_wrap=column == "release", overflow="fold")
    for release in releases:
        remark = release.problem or (f"accepted: {release.accepted}" if release.accepted else "")
        cells = (
            release.release_id,
            f"{release.newest_crawl_at:%Y-%m-%d %H:%M}",
            str(release.rows.get("practices", "")),
            "latest" if release.is_latest else "",
            release.pin or "",
            remark,
        )
        table.add_row(*map(Text, cells))
    _CONSOLE.print(table)
    return {
        "releases": [
            {
                "release_id": release.release_id,
                "newest_crawl_at": release.newest_crawl_at.isoformat(),
                "rows": release.rows,
                "is_latest": release.is_latest,
                "pin": release.pin,
                "accepted": release.accepted,
                "problem": release.problem,
            }
            for release in releases
        ]
    }


def show_done(sentence: str, **facts: Any) -> dict[str, Any]:
    """Print what was done; return it as data."""
    _CONSOLE.print(Text(sentence), soft_wrap=True)
    return facts


def show_flaws(verified: "Verified") -> dict[str, Any]:
    """Print what was read of curated/, and one line for each flaw; return it as data."""
    files = sum(release.file_count for release in verified.releases)
    size = sum(release.byte_count for release in verified.releases)
    sentence = f"curated: {len(verified.releases)} releases, {files} files, {size} bytes, {len(verified.flaws)} damaged"
    _CONSOLE.print(Text(sentence), soft_wrap=True)
    for flaw in verified.flaws:
        _CONSOLE.print(Text(f"{flaw.path}: {flaw.problem}"), soft_wrap=True)
    return {
        "releases": [
            {"release_id": release.folder.name, "files": release.file_count, "bytes": release.byte_count}
            for release in verified.releases
        ],
        "flaws": [{"file": str(flaw.path), "problem": flaw.problem} for flaw in verified.flaws],
    }
