"""Kill publishing with SIGKILL at random moments while others read, and look for damage.

    python benchmarks/kill_publish.py --kills 300
    python benchmarks/kill_publish.py --kills 50 --plain

A process publishes one release after the other, and prunes old ones, until it is killed; then another one begins. Two
readers, polars and DuckDB, never stop reading what curated/latest points to. With --plain the process writes the same
tables in place, the way a script does; that shows whether this harness can see damage at all.
"""

import json
import multiprocessing
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from multiprocessing.context import ForkServerContext, ForkServerProcess
from multiprocessing.synchronize import Event
from pathlib import Path

import click
import duckdb
import polars as pl

from pipeline.errors import ReleaseDamagedError
from pipeline.publish import latest_release, publish
from pipeline.publish.releases import prune, release_ids
from pipeline.publish.scrub import check_release, read_release
from pipeline.run.verify import verify
from pipeline.settings import Home
from pipeline.tables import TABLES, empty

_START = datetime(2026, 1, 1, tzinfo=UTC)
_KEPT = 40
_READ = ("practices", "editions")  # Written first and second; both carry the number of their release.
_FAULTS = (OSError, ValueError, pl.exceptions.PolarsError, pl.exceptions.PanicException, duckdb.Error)


def tables_of(number: int, rows: int) -> dict[str, pl.DataFrame]:
    """Return the tables of a numbered release: every title is its number."""
    key = pl.format("bench-{}", pl.col("row").cast(pl.String).str.zfill(6))
    tables = {name: empty(name) for name in TABLES}
    for name in _READ:
        given = {
            "practice_id": key,
            "title": pl.lit(str(number)),
            "summary": pl.format("{} of {}", key, pl.lit(number)),
        }
        tables[name] = pl.DataFrame({"row": range(rows)}).select(
            given.get(column, pl.lit("x" if dtype == pl.String else None)).cast(dtype).alias(column)
            for column, dtype in tables[name].schema.items()
        )
    return tables


def publish_for_ever(home: Home, start: int, rows: int, log: Path) -> None:
    """Publish numbered releases, and write each number down when it is published."""
    number = start
    while True:
        publish(home, tables_of(number, rows), _START + timedelta(seconds=number), {}, {"bench": "made up"})
        with log.open("a") as file:
            file.write(f"{number}\n")
        prune(home, _KEPT)
        number += 1


def overwrite_for_ever(home: Home, start: int, rows: int, log: Path) -> None:
    """Do what a script does: write the files where readers look for them."""
    number = start
    home.latest.mkdir(parents=True, exist_ok=True)
    while True:
        tables = tables_of(number, rows)
        for name, frame in tables.items():
            frame.write_parquet(home.latest / f"{name}.parquet")
        digests = {"release_id": "latest", "number": number}
        (home.latest / "release.json").write_text(json.dumps(digests))
        with log.open("a") as file:
            file.write(f"{number}\n")
        number += 1


def titles_by_polars(path: Path) -> set[str]:
    """Return the titles in a file, having read all of it."""
    return set(pl.read_parquet(path)["title"])


def titles_by_duckdb(path: Path) -> set[str]:
    """Return the titles in a file, having read all of it."""
    with duckdb.connect(config={"threads": 1}) as connection:
        rows = connection.execute("SELECT * FROM read_parquet(?)", [str(path)]).fetchall()
        columns = [column[0] for column in connection.description or ()]
    return {row[columns.index("title")] for row in rows}


READERS: dict[str, Callable[[Path], set[str]]] = {"polars": titles_by_polars, "duckdb": titles_by_duckdb}


def read_for_ever(home: Home, reader: str, stop: Event, log: Path) -> None:
    """Read what latest points to; count reads, and those that fail or mix two releases."""
    reads = bad = 0
    while not stop.is_set():
        if not home.latest.exists():  # Before the first release there is nothing to read.
            continue
        folder = home.latest.resolve()
        try:
            seen = set().union(*(READERS[reader](folder / f"{name}.parquet") for name in _READ))
            problem = f"two releases in one: {seen}" if len(seen) != 1 else ""
        except _FAULTS as error:
            problem = str(error)
        if problem:
            bad += 1
            click.echo(f"{reader}: {problem}", err=True)
        reads += 1
        log.write_text(f"{reads} {bad}")


@dataclass
class Outcome:
    """What was seen.

    Attributes:
        kills: Processes killed.
        published: Releases that a process said it has published.
        leftovers: Kills that left a half release aside.
        corrupt: Kills after which what latest points to was not whole.
        lost: Kills after which the last published release was not there, or latest was older.
        reads, bad_reads: Of both readers.
        damaged: Flaws that `practices verify` finds at the end.
        seconds: Time of all.
    """

    kills: int = 0
    published: int = 0
    leftovers: int = 0
    corrupt: int = 0
    lost: int = 0
    reads: int = 0
    bad_reads: int = 0
    damaged: int = 0
    seconds: float = 0.0

    def table(self, how: str) -> str:
        """Return it as a Markdown table."""
        return (
            "| written | kills | releases published | kills that left a half one aside | corrupt | lost | reads "
            "| bad reads | damages at the end | seconds |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n"
            f"| {how} | {self.kills} | {self.published} | {self.leftovers} | {self.corrupt} | {self.lost} "
            f"| {self.reads} | {self.bad_reads} | {self.damaged} | {self.seconds:.0f} |"
        )


def whole_number(home: Home, *, is_plain: bool) -> int | None:
    """Return the number of the release that latest points to, None when it is not whole."""
    folder = home.latest.resolve()
    try:
        numbers = {title for name in _READ for title in READERS["polars"](folder / f"{name}.parquet")}
        if not is_plain and check_release(folder).flaws:
            return None
        if is_plain:
            numbers.add(str(json.loads((folder / "release.json").read_text())["number"]))
        else:
            read_release(folder)
    except (*_FAULTS, ReleaseDamagedError):
        return None
    return int(numbers.pop()) if len(numbers) == 1 else None


def disturb(folder: Path, kills: int, rows: int, chance: random.Random, *, is_plain: bool) -> Outcome:
    """Return what many kills did."""
    home, log = Home(folder / "home"), folder / "published"
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([__name__, "pipeline.publish.release", "duckdb"])
    stop = context.Event()
    logs = {name: folder / f"reads-{name}" for name in READERS}
    log.touch()
    readers = [
        context.Process(target=read_for_ever, args=(home, name, stop, path), daemon=True) for name, path in logs.items()
    ]
    write = overwrite_for_ever if is_plain else publish_for_ever
    outcome = Outcome()
    began = time.monotonic()
    for reader in readers:
        reader.start()
    for last in killed(context, write, (home, rows, log), kills, chance):
        outcome.kills += 1
        outcome.leftovers += any(home.curated.glob(".staging-*"))
        number = whole_number(home, is_plain=is_plain)
        outcome.corrupt += number is None
        outcome.lost += number is not None and number < last
    stop.set()
    for reader in readers:
        reader.join()
    for path in logs.values():
        reads, bad = map(int, path.read_text().split())
        outcome.reads, outcome.bad_reads = outcome.reads + reads, outcome.bad_reads + bad
    outcome.published = len(log.read_text().split())
    outcome.damaged = 0 if is_plain else len(verify(home).flaws)
    outcome.seconds = time.monotonic() - began
    if not is_plain and latest_release(home) != release_ids(home)[-1]:
        raise click.ClickException("latest is not the newest release")
    return outcome


def killed(
    context: ForkServerContext,
    write: Callable[..., None],
    given: tuple[Home, int, Path],
    kills: int,
    chance: random.Random,
) -> Iterator[int]:
    """Start and kill a writer again and again; yield the last number that was published."""
    home, rows, log = given
    start, seconds = 1, 0.0
    for _ in range(kills):
        before = log.stat().st_size
        process: ForkServerProcess = context.Process(target=write, args=(home, start, rows, log), daemon=True)
        process.start()
        first = time.monotonic()
        while log.stat().st_size == before and process.is_alive():
            time.sleep(0.0005)
        seconds = seconds or time.monotonic() - first
        time.sleep(chance.uniform(0, seconds))
        process.kill()
        process.join()
        if process.exitcode != -signal.SIGKILL:
            raise click.ClickException("a writer ended by itself")
        last = int(log.read_text().split()[-1])
        start = last + 2  # The number after the last one may be published, but not written down.
        click.echo(f"killed at {last}", err=True)
        yield last


@click.command()
@click.option("--kills", default=300, show_default=True)
@click.option("--rows", default=2_000, show_default=True, help="Practices of a release.")
@click.option("--seed", default=1, show_default=True, help="Of the moments.")
@click.option("--plain", "is_plain", is_flag=True, help="Write in place instead of publishing.")
def main(kills: int, rows: int, seed: int, *, is_plain: bool) -> None:
    """Kill publishing, and print a Markdown table."""
    with tempfile.TemporaryDirectory() as folder:
        outcome = disturb(Path(folder), kills, rows, random.Random(seed), is_plain=is_plain)  # no secret
    click.echo(outcome.table("in place" if is_plain else "by publish"))
    if not is_plain and (outcome.corrupt or outcome.lost or outcome.bad_reads or outcome.damaged):
        sys.exit(1)


if __name__ == "__main__":
    main()
