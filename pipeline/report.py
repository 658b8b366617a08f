"""What a person sees of a run: progress bars and a closing table on stderr; and the same as plain data for `--json`."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from pipeline.archive.crawls import Crawl, archived_sources, finished_crawls, unfinished_crawls
from pipeline.archive.resume import page_count
from pipeline.publish import Release, latest_release
from pipeline.settings import Home
from pipeline.sources.spec import Source

if TYPE_CHECKING:
    import polars as pl

    from pipeline.run.imports import Imported
    from pipeline.run.verify import Verified

_CONSOLE = Console(stderr=True, highlight=False)


class _Bars:
    """Progress on a terminal: pages fetched of pages known, then the stages."""

    def __init__(self, progress: Progress) -> None:
        self._progress = progress
        self._task: TaskID | None = None

    def pages(self, done: int, known: int | None, what: str) -> None:
        """Move the bar of pages."""
        if self._task is not None:
            self._progress.update(self._task, completed=done, total=known, description=f"fetch {what}")

    def stage(self, name: str) -> None:
        """End the last stage's bar, and begin one."""
        self.end()
        self._task = self._progress.add_task(name, total=None)

    def end(self) -> None:
        """Mark the running stage as done."""
        if self._task is not None:
            done = self._progress.tasks[self._task].completed or 1
            self._progress.update(self._task, completed=done, total=done)


@contextmanager
def watch() -> Iterator[_Bars]:
    """Show progress on stderr while a run goes on; nothing moves where stderr is no terminal."""
    columns = (
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=_CONSOLE, disable=not _CONSOLE.is_terminal) as progress:
        bars = _Bars(progress)
        yield bars
        bars.end()


def show_crawl(crawl: Crawl) -> dict[str, Any]:
    """Print what a crawl saw and whether it was everything; return it as data."""
    facts = {
        "crawl": crawl.crawl_id,
        "verdict": crawl.verdict.value,
        "requests": requests_of(crawl),
        "bytes": crawl.record.get("receipt", {}).get("bytes"),
        "resumed": crawl.record.get("resumed"),
        "folder": str(crawl.folder),
    }
    table = _table("crawl", facts)
    for oracle in crawl.record["certificate"]["oracles"]:
        if oracle["verdict"] == "incomplete":
            _row(table, oracle["name"], f"expected {oracle['expected']}, observed {oracle['observed']}")
    _CONSOLE.print(table)
    return {**facts, "crawl_id": crawl.crawl_id, "certificate": crawl.record["certificate"]}


def requests_of(crawl: Crawl) -> int | None:
    """Return how many requests a crawl has sent, None for an import."""
    count = crawl.record.get("receipt", {}).get("requests")
    return None if count is None else int(count)


def show_import(imported: "Imported") -> dict[str, Any]:
    """Print where imported pages lie; return it as data."""
    facts = {
        "crawl": imported.crawl.crawl_id,
        "pages": imported.page_count,
        "state": "imported" if imported.is_new else "nothing changed: these pages were imported before",
        "folder": str(imported.crawl.folder),
        "next": f"practices build --source {imported.crawl.source}",
    }
    _CONSOLE.print(_table("import", facts))
    return {**facts, "crawl_id": imported.crawl.crawl_id, "is_new": imported.is_new}


def show_release(
    home: Home, release: Release, tables: "Mapping[str, pl.DataFrame]", crawl: Crawl | None = None
) -> dict[str, Any]:
    """Print what was found and where it lies; return it as data."""
    counts = {name: frame.height for name, frame in tables.items()}
    findings = findings_by_kind(tables)
    facts: dict[str, Any] = {}
    if crawl is not None:
        facts["crawl"] = f"{crawl.crawl_id}, {crawl.verdict}, {requests_of(crawl)} requests"
    facts |= {
        "state": "published" if release.is_new else "nothing changed",
        "release": release.release_id,
        **{name.replace("_", " "): count for name, count in counts.items()},
        "findings by kind": ", ".join(f"{kind} {count}" for kind, count in findings.items()) or "none",
        "folder": str(release.folder),
        "load it": f'polars.read_parquet("{home.latest}/practices.parquet")',
    }
    _CONSOLE.print(_table("release", facts))
    return {
        "release_id": release.release_id,
        "is_new": release.is_new,
        "folder": str(release.folder),
        "rows": counts,
        "findings": findings,
        "crawl_id": crawl.crawl_id if crawl else None,
    }


def show_series(releases: Iterable[Release]) -> dict[str, Any]:
    """Print each release of a series when it is there; return all as data."""
    shown = []
    for release in releases:
        _CONSOLE.print(Text(f"{release.release_id}: {'built' if release.is_new else 'nothing changed'}"))
        shown.append({"release_id": release.release_id, "is_new": release.is_new, "folder": str(release.folder)})
    return {"releases": shown}


def findings_by_kind(tables: "Mapping[str, pl.DataFrame]") -> dict[str, int]:
    """Return how many findings there are of each kind, most frequent first."""
    kinds = tables["findings"]["kind"].value_counts().sort(["count", "kind"], descending=[True, False])
    return {str(kind): int(count) for kind, count in kinds.iter_rows()}


def run_report(release: Release, tables: "Mapping[str, pl.DataFrame]", crawl: Crawl) -> str:
    """Return the report of a refresh as Markdown."""
    lines = [
        f"# {release.release_id}: {'published' if release.is_new else 'nothing changed'}",
        "",
        f"Crawl `{crawl.crawl_id}` is **{crawl.verdict}** after {requests_of(crawl)} requests.",
        "",
        "| table | rows |",
        "|---|---:|",
        *(f"| {name} | {frame.height} |" for name, frame in tables.items()),
        "",
        "| finding | count |",
        "|---|---:|",
        *(f"| {kind} | {count} |" for kind, count in findings_by_kind(tables).items()),
        "",
        "| oracle | verdict | expected | observed |",
        "|---|---|---|---|",
        *(
            f"| {oracle['name']} | {oracle['verdict']} | {oracle['expected']} | {oracle['observed']} |"
            for oracle in crawl.record["certificate"]["oracles"]
        ),
    ]
    return "\n".join(lines) + "\n"


def show_status(home: Home) -> dict[str, Any]:
    """Print what raw/ and curated/ hold; return it as data."""
    crawls = [crawl for source in archived_sources(home) for crawl in finished_crawls(home, source)]
    folders = sorted(path.name for path in home.raw.glob("*") if path.is_dir())
    unfinished = [(path, page_count(path)) for source in folders for path in unfinished_crawls(home, source)]
    table = Table(title=f"home {home.path}", title_justify="left")
    for column in ("source", "crawl", "kind", "verdict"):
        table.add_column(column)
    for crawl in crawls:
        table.add_row(*map(Text, (crawl.source, crawl.crawl_id, crawl.kind.value, crawl.verdict.value)))
    for path, count in unfinished:
        table.add_row(*map(Text, (path.parent.name, path.name, "", f"unfinished, {count} pages")))
    _CONSOLE.print(table)
    latest = latest_release(home)
    _CONSOLE.print(Text(f"latest release: {latest or 'none yet'}"))
    return {
        "home": str(home.path),
        "latest": latest,
        "crawls": [
            {
                "crawl_id": crawl.crawl_id,
                "source": crawl.source,
                "kind": crawl.kind.value,
                "verdict": crawl.verdict.value,
            }
            for crawl in crawls
        ],
        "unfinished": [
            {"crawl_id": path.name, "source": path.parent.name, "pages": count} for path, count in unfinished
        ],
    }


def show_verified(verified: "Verified") -> dict[str, Any]:
    """Print what was read, and one line for each damage; return it as data."""
    facts = {
        "crawls": len(verified.crawls),
        "records": sum(crawl.record_count for crawl in verified.crawls),
        "bytes": sum(crawl.byte_count for crawl in verified.crawls),
        "damaged": len(verified.damages),
    }
    _CONSOLE.print(_table("raw", facts))
    for crawl in verified.crawls:
        if not crawl.is_finished:
            end = "cut short, " if crawl.is_cut_short else ""
            line = f"{crawl.folder}: unfinished: {end}{crawl.record_count} whole records"
            _CONSOLE.print(Text(line), soft_wrap=True)
    for damage in verified.damages:
        place = "" if damage.offset is None else f"byte {damage.offset}, record {damage.record}: "
        _CONSOLE.print(Text(f"{damage.path}: {place}{damage.problem}"), soft_wrap=True)
    return {
        "crawls": [
            {
                "crawl_id": crawl.folder.name,
                "source": crawl.folder.parent.name,
                "is_finished": crawl.is_finished,
                "is_cut_short": crawl.is_cut_short,
                "records": crawl.record_count,
                "bytes": crawl.byte_count,
            }
            for crawl in verified.crawls
        ],
        "damages": [
            {"file": str(damage.path), "offset": damage.offset, "record": damage.record, "problem": damage.problem}
            for damage in verified.damages
        ],
    }


def show_sources(sources: Sequence[Source]) -> dict[str, Any]:
    """Print the registered sources; return them as data."""
    table = Table()
    for column in ("name", "title", "listing", "languages"):
        table.add_column(column)
    for source in sources:
        table.add_row(*map(Text, (source.name, source.title, source.site.listing_url, " ".join(source.languages))))
    _CONSOLE.print(table)
    return {
        "sources": [{"name": source.name, "title": source.title, "url": source.site.listing_url} for source in sources]
    }


def _table(title: str, facts: Mapping[str, Any]) -> Table:
    table = Table(title=title, title_justify="left", show_header=False)
    table.add_column()
    table.add_column(overflow="fold")
    for name, value in facts.items():
        _row(table, name, value)
    return table


def _row(table: Table, name: str, value: object) -> None:
    # Text, not str: square brackets in a title or address are no markup.
    table.add_row(Text(name), Text("" if value is None else str(value)))
