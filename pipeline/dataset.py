"""Load a release: `open_dataset().practices`. Needs polars and the files, nothing else: no network, no Prefect."""

import json
import os
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from pipeline.errors import UsageError
from pipeline.settings import Home
from pipeline.tables import TABLES

if TYPE_CHECKING:
    from pipeline.run.explain import Explanation

_NEXT = "practices status shows what there is; practices build makes a release"


@dataclass(frozen=True, slots=True)
class Dataset:
    """One release.

    Attributes:
        home: Where it was found.
        release_id: Which one it is.
    """

    home: Home
    release_id: str

    def scan(self, table: str) -> pl.LazyFrame:
        """Return a table lazily.

        Args:
            table: practices, editions, institutions, topics, practice_topics, countries, sightings, merges, findings,
                rejects or changes.

        Raises:
            UsageError: There is no table of that name.
        """
        if table not in TABLES:
            raise UsageError(table, "a release has no table of that name", f"choose among {', '.join(TABLES)}")
        return pl.scan_parquet(self.home.releases / self.release_id / f"{table}.parquet")

    @property
    def practices(self) -> pl.DataFrame:
        """One row per practice; see `tables.Practices`."""
        return self.scan("practices").collect()

    def changes(self) -> pl.DataFrame:
        """Return what differs from the release before; see `tables.Changes`."""
        return self.scan("changes").collect()

    def resolve(self, practice_id: str) -> str:
        """Return the id that a practice has in this release: the given one, or the one that it leads to.

        A practice that was known by its text alone, or that a person decided to be another one, has another id now.

        Raises:
            UsageError: This release knows no practice of that id.
        """
        if self.scan("practices").filter(pl.col("practice_id") == practice_id).collect().height:
            return practice_id
        record = json.loads((self.home.releases / self.release_id / "release.json").read_text(encoding="utf-8"))
        redirects: dict[str, str] = record.get("redirects", {})
        if practice_id not in redirects:
            cause = f"release {self.release_id} has no practice of that id"
            raise UsageError(practice_id, cause, "an older release may have it: see as_of")
        return redirects[practice_id]

    def explain(self, identity: str, column: str) -> "Explanation":
        """Return the way from a value back to the bytes that it came from; needs raw/.

        Args:
            identity: A practice_id, the key of another table, or `TABLE:KEY`.
            column: Of that table.

        Raises:
            UsageError: There is no such row or column.
            ArchiveCorruptError: raw/ is damaged.
        """
        # Only here, so that loading a table needs polars and nothing else.
        from pipeline.run.changes import read_release
        from pipeline.run.explain import Explainer

        explainer = Explainer(self.home, read_release(self.home.releases / self.release_id))
        return explainer.explain(*explainer.find(identity), column)

    def as_of(self, day: str | date) -> "Dataset":
        """Return what was published then: the newest release whose newest crawl is not later than a day's end (UTC).

        Releases that were built for a past day (`practices build --as-of`) count only where nothing was published.

        Args:
            day: A date, or its ISO form such as `2026-11-01`.

        Raises:
            UsageError: It is no date, or there is no such release.
        """
        try:
            end = datetime.combine(date.fromisoformat(day) if isinstance(day, str) else day, time.max, UTC)
        except ValueError as error:
            raise UsageError(str(day), "this is no date", "write it like 2026-11-01") from error
        earlier = [name for name in _release_ids(self.home) if name.split("-")[0] <= f"{end.year:04}{end:%m%dT%H%M%SZ}"]
        if not earlier:
            raise UsageError(str(day), "there is no release that old", _NEXT)
        published = [name for name in earlier if not _is_rebuilt(self.home, name)] or earlier
        stamp = published[-1].split("-")[0]
        # Of several releases of one crawl, made by different parsers or vocabularies, the one in force counts.
        in_force = self.home.latest.resolve().name
        return Dataset(self.home, in_force if in_force.split("-")[0] == stamp else published[-1])


def open_dataset(home: str | Path | None = None, release_id: str | None = None) -> Dataset:
    """Return a release.

    Args:
        home: Folder of curated/; by default PRACTICES_HOME, or else the current folder.
        release_id: Which one; by default the one that curated/latest points to.

    Raises:
        UsageError: It was not published there.
    """
    place = Home(Path(home or os.environ.get("PRACTICES_HOME") or "."))
    if not place.latest.exists():
        raise UsageError(str(place.latest), "nothing was published here", _NEXT)
    if release_id is not None and not (place.releases / release_id / "release.json").exists():
        raise UsageError(release_id, "there is no such release", _NEXT)
    return Dataset(place, release_id or place.latest.resolve().name)


def _is_rebuilt(home: Home, release_id: str) -> bool:
    record = json.loads((home.releases / release_id / "release.json").read_text(encoding="utf-8"))
    return record.get("as_of") is not None


def _release_ids(home: Home) -> list[str]:
    return sorted(folder.name for folder in home.releases.iterdir() if (folder / "release.json").exists())
