"""Which two releases a person means, and what differs between them, most important first."""

from dataclasses import dataclass

import polars as pl

from pipeline.dataset import Dataset
from pipeline.errors import UsageError
from pipeline.publish import latest_release
from pipeline.run.changes import Published, changes_between, read_release
from pipeline.settings import Home
from pipeline.tables import Practices

_NEXT = "practices status shows the latest; releases lie in curated/releases/"
_KINDS = ("removed", "missing", "added", "returned", "changed")
_FIELDS = ("*", *Practices.column_names())


@dataclass(frozen=True, slots=True)
class Diff:
    """What differs between two releases.

    Attributes:
        before, after: Their ids.
        changes: Columns of `tables.Changes`, and title and url of the practice; most important first.
    """

    before: str
    after: str
    changes: pl.DataFrame

    @property
    def counts(self) -> pl.DataFrame:
        """How many changes there are by kind, field and cause, in the order of changes."""
        return self.changes.group_by("kind", "field", "cause", maintain_order=True).len("count")


def find_release(home: Home, name: str) -> Published:
    """Return the release that a person means.

    Args:
        home: The home.
        name: A release id, `latest`, `previous` (the one that the latest follows), or a date: what was in force then.

    Raises:
        UsageError: There is none.
        PublishError: It can not be read.
    """
    wanted: str | None = name
    if name in ("latest", "previous"):
        wanted = latest_release(home)
        if wanted is not None and name == "previous":
            wanted = read_release(home.releases / wanted).record.get("previous_release_id")
    elif not (home.releases / name / "release.json").is_file():
        wanted = Dataset(home, "").as_of(name).release_id if home.releases.is_dir() else None
    if wanted is None:
        cause = "the latest release is the first" if name == "previous" and latest_release(home) else "there is none"
        raise UsageError(name, cause, _NEXT)
    return read_release(home.releases / wanted)


def diff(home: Home, before: str, after: str) -> Diff:
    """Return what differs between two releases.

    Args:
        home: The home.
        before: Names the older one; see find_release.
        after: Names the newer one.

    Raises:
        UsageError: There is no such release.
        PublishError: One can not be read.
    """
    old, new = find_release(home, before), find_release(home, after)
    changes = changes_between(old, new)
    named = pl.concat(release.tables(["practices"])["practices"] for release in (new, old))
    names = named.select("practice_id", "title", "url").unique("practice_id", keep="first", maintain_order=True)
    column = pl.col("field").str.split("/").list.last()
    ordered = changes.join(names, on="practice_id", how="left").sort(
        pl.col("kind").replace_strict({kind: rank for rank, kind in enumerate(_KINDS)}),
        pl.col("field").str.contains("/", literal=True),
        column.replace_strict({name: rank for rank, name in enumerate(_FIELDS)}, default=len(_FIELDS)),
        "field",
        "practice_id",
    )
    return Diff(old.release_id, new.release_id, ordered)
