"""The changes table of a release: which release it follows, what differs, and why.

Why is decided by a counterfactual build: the crawls of the release before are built again with the code, vocabulary and
decisions of today. What differs between that and the release before is the pipeline's doing; what differs between that
and the new release is the source's.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.curate.causes import decided_differently, from_other_crawls, reread, with_causes
from pipeline.curate.changes import Tables, check_law, differences
from pipeline.errors import PublishError
from pipeline.models import digest_of
from pipeline.normalize import Vocabulary, load_vocabulary
from pipeline.normalize.text import comparison_key
from pipeline.normalize.vocabulary import SCHEMAS, vocabulary_digest
from pipeline.publish import latest_release
from pipeline.settings import Home
from pipeline.tables import empty

_COMPARED = ("practices", "editions", "sightings")


@dataclass(frozen=True, slots=True)
class Basis:
    """What a release was made from.

    Attributes:
        sources: Names of its sources.
        crawl_ids: Its crawls.
        vocabulary: Digest of its vocabulary.
        decisions: What reviewers decided about names.
    """

    sources: frozenset[str]
    crawl_ids: frozenset[str]
    vocabulary: str
    decisions: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class Published:
    """A release as it lies in curated/releases/.

    Attributes:
        release_id: Its name.
        folder: Where it lies.
        record: Its release.json.
    """

    release_id: str
    folder: Path
    record: Mapping[str, Any]

    @property
    def basis(self) -> Basis:
        """What it was made from."""
        crawls = self.record["crawls"]
        return Basis(
            frozenset(crawl["source"] for crawl in crawls),
            frozenset(crawl["crawl_id"] for crawl in crawls),
            self.record["vocabulary_digest"],
            self.record.get("decisions", []),
        )

    @property
    def newest_crawl_at(self) -> datetime:
        """When its newest crawl began."""
        return max(datetime.fromisoformat(crawl["started_at"]) for crawl in self.record["crawls"])

    @property
    def is_rebuilt(self) -> bool:
        """Whether it was built for a day in the past, and so was never what readers were pointed to."""
        return self.record.get("as_of") is not None

    def tables(self, names: Iterable[str] = _COMPARED) -> dict[str, pl.DataFrame]:
        """Read tables.

        Raises:
            PublishError: One can not be read.
        """
        try:
            return {name: pl.read_parquet(self.folder / f"{name}.parquet") for name in names}
        except (OSError, pl.exceptions.PolarsError) as error:
            raise _unreadable(self.folder, error) from error


def published_releases(home: Home) -> list[Published]:
    """Return all releases, by the time of their newest crawl: ids tell seconds only.

    Raises:
        PublishError: One can not be read.
    """
    releases = [read_release(path.parent) for path in home.releases.glob("*/release.json")]
    return sorted(releases, key=lambda release: (release.newest_crawl_at, release.release_id))


def read_release(folder: Path) -> Published:
    """Return the release in a folder.

    Raises:
        PublishError: It can not be read.
    """
    try:
        return Published(folder.name, folder, json.loads((folder / "release.json").read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise _unreadable(folder, error) from error


def _unreadable(folder: Path, error: Exception) -> PublishError:
    cause = f"this release can not be read: {error}"
    return PublishError(str(folder), cause, "move the folder away, then `practices build` again")


def previous_release(home: Home, sources: Iterable[str], before: datetime | None = None) -> Published | None:
    """Return the release that the next one of some sources follows, None when it is the first.

    That is the one which latest points to, or, when that one is of other sources, the newest of the same sources.

    Args:
        home: The home.
        sources: Names of the sources.
        before: Only releases of crawls before this moment; latest does not count then.

    Raises:
        PublishError: A release can not be read.
    """
    mine = frozenset(sources)
    same = [release for release in published_releases(home) if release.basis.sources == mine]
    if before is not None:
        earlier = [release for release in same if release.newest_crawl_at < before]
        return earlier[-1] if earlier else None
    latest = latest_release(home)
    in_force = [release for release in same if release.release_id == latest]
    published = [release for release in same if not release.is_rebuilt]
    return next(iter([*in_force, *reversed(published), *reversed(same)]), None)


def changes_since(
    previous: Published | None, tables: Tables, basis: Basis, rebuild: Callable[[frozenset[str]], Tables]
) -> pl.DataFrame:
    """Return the changes table of a release.

    Args:
        previous: The release before, None without one: then there are no changes.
        tables: The tables of the release.
        basis: What they were made from.
        rebuild: Makes tables from some of the crawls, with the code, vocabulary and decisions of today.

    Raises:
        ContractError: The release before and the changes do not give this release.
    """
    if previous is None:
        return empty("changes")
    before = previous.tables()
    found = differences(before, tables)
    check_law(before, found, tables)
    shared = previous.basis.crawl_ids & basis.crawl_ids
    if shared == basis.crawl_ids or not found.height:
        replayed = tables
    else:
        replayed = rebuild(shared) if shared else {name: empty(name) for name in _COMPARED}
    is_lost = ~pl.col("crawl_id").is_in(list(shared))
    # What a crawl that is no longer read has shown can not be built again: a matter of the pages, not of the code.
    lost = found.join(before["sightings"].filter(is_lost), on="practice_id", how="semi")
    from_source = pl.concat([differences(replayed, tables), lost])
    return _told(previous, found, from_source, before["sightings"], replayed["sightings"], basis)


def changes_between(before: Published, after: Published) -> pl.DataFrame:
    """Return what differs between any two releases, as a changes table.

    When the second one followed the first, that is its changes table. Else causes are told from the sightings,
    vocabularies and decisions of the two; nothing is built again.

    Args:
        before: The one release.
        after: The other.

    Raises:
        PublishError: One can not be read.
    """
    if after.record.get("previous_release_id") == before.release_id:
        return after.tables(["changes"])["changes"]
    old, new = before.tables(), after.tables()
    found = differences(old, new)
    mine, others = after.basis, before.basis
    shared = sorted(mine.crawl_ids & others.crawl_ids)
    from_source = found.clear()
    if mine.crawl_ids != others.crawl_ids:
        from_source = from_other_crawls(found, old["sightings"], new["sightings"], shared)
    return _told(before, found, from_source, old["sightings"], new["sightings"], mine)


def digest_of_vocabulary(vocabulary: Vocabulary) -> str:
    """Return `sha256:` and the hex digest of a vocabulary."""
    if vocabulary is load_vocabulary():
        return vocabulary_digest()
    return digest_of("".join(getattr(vocabulary, table).write_json() for table in SCHEMAS).encode())


def _told(
    before: Published,
    found: pl.DataFrame,
    from_source: pl.DataFrame,
    old: pl.DataFrame,
    new: pl.DataFrame,
    basis: Basis,
) -> pl.DataFrame:
    """Return differences as a changes table, with causes; old and new are the sightings of the two releases."""
    theirs = before.basis
    is_shared = pl.col("crawl_id").is_in(list(theirs.crawl_ids & basis.crawl_ids))
    if basis.vocabulary != theirs.vocabulary:
        names = "vocabulary"
    else:
        names = "parser" if list(basis.decisions) == list(theirs.decisions) else "decision"
    told = with_causes(
        found,
        from_source.select("practice_id", "field"),
        reread(old.filter(is_shared), new.filter(is_shared)),
        decided_differently(new, theirs.decisions, basis.decisions, comparison_key),
        names,
    )
    changes = told.with_columns(pl.lit(before.release_id).alias("previous_release_id"))
    return changes.select(empty("changes").columns)
