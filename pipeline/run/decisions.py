"""The file of a home's decisions: `vocab/decisions.csv`."""

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

import polars as pl
from filelock import FileLock

from pipeline.errors import NotWritableError, VocabularyError
from pipeline.normalize import Vocabulary, load_vocabulary
from pipeline.normalize.decided import printed_names, unused_decisions, with_decisions
from pipeline.normalize.decisions import Decision, check_together, in_order, read_decisions, write_decisions
from pipeline.settings import Home

PLACE = "vocab/decisions.csv"


def load_decisions(home: Home) -> tuple[Decision, ...]:
    """Return a home's decisions, none when nobody decided anything.

    Raises:
        VocabularyError: The file is wrong, contradicts itself or the vocabulary; it names the line.
    """
    path = decisions_path(home)
    if not path.exists():
        return ()
    decisions = read_decisions(_text(path), str(path))
    decided_vocabulary(decisions, str(path))
    return decisions


def decisions_path(home: Home) -> Path:
    """Return where a home's decisions are."""
    return home.path / PLACE


@lru_cache(8)
def decided_vocabulary(
    decisions: tuple[Decision, ...], place: str = PLACE, vocabulary: Vocabulary | None = None
) -> Vocabulary:
    """Return a vocabulary with decisions on top; by default the one that ships with the package.

    Raises:
        VocabularyError: A decision points to no entry, or contradicts the vocabulary.
    """
    return with_decisions(vocabulary or load_vocabulary(), decisions, place)


def add_decisions(home: Home, added: Sequence[Decision]) -> tuple[Decision, ...]:
    """Write decisions into the file, all or none; return those that it did not have.

    Raises:
        VocabularyError: One contradicts the file, the vocabulary or another one.
        NotWritableError: The file can not be written.
    """
    with _writer(home):
        before = load_decisions(home)
        new = without_known(before, added)
        if new:
            combined = combine(before, new, str(decisions_path(home)))
            _replace(decisions_path(home), write_decisions(combined))
    return new


def without_known(before: Iterable[Decision], added: Iterable[Decision]) -> tuple[Decision, ...]:
    """Return the decisions that say something new: another verdict or target, or about another name."""
    known = {(decision.key, decision.verdict, decision.target_id) for decision in before}
    return tuple(item for item in added if (item.key, item.verdict, item.target_id) not in known)


def combine(before: Iterable[Decision], new: Iterable[Decision], place: str) -> tuple[Decision, ...]:
    """Return old and new decisions in the order of the file, checked together.

    Raises:
        VocabularyError: They contradict each other or the vocabulary.
    """
    combined = in_order((*before, *new))
    check_together((*before, *new), place)
    decided_vocabulary(combined, place)
    return combined


def identity_decisions(decisions: Iterable[Decision]) -> pl.DataFrame:
    """Return practice_id, other_id and verdict (same or different) of the decisions about practices."""
    rows = [(item.printed, item.target_id, item.verdict) for item in decisions if item.kind == "identity"]
    return pl.DataFrame(
        rows, schema={"practice_id": pl.String, "other_id": pl.String, "verdict": pl.String}, orient="row"
    )


def usage(sightings: pl.DataFrame, practice_ids: Iterable[str], decisions: tuple[Decision, ...]) -> pl.DataFrame:
    """Return what a release says about decisions: names that are rejected, and decisions that were not needed.

    Args:
        sightings: Normalized sightings.
        practice_ids: Every practice_id, and those that lead to another one now.
        decisions: Those of the home.

    Returns:
        kind, printed (as on the pages, or as in the file), country_code (empty where it plays no part), is_used.
    """
    schema = {"kind": pl.String, "printed": pl.String, "country_code": pl.String, "is_used": pl.Boolean}
    if not decisions:
        return pl.DataFrame(schema=schema)
    names = printed_names(sightings, decided_vocabulary(decisions))
    rejected = names.filter(pl.col("is_decided") & pl.col("id").is_null())
    unused = unused_decisions(decisions, names, set(practice_ids))
    rows = [(item.kind, item.printed, item.country_code, False) for item in unused]
    rows += [(*row, True) for row in rejected.select("kind", "printed", "country_code").iter_rows()]
    return pl.DataFrame(rows, schema=schema, orient="row")


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise VocabularyError(str(path), f"the file can not be read: {error}", "repair the file") from error


@contextmanager
def _writer(home: Home) -> Iterator[None]:
    """Let one process at a time write decisions, so that nobody's are lost."""
    folder = decisions_path(home).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with FileLock(folder / ".lock"):
            yield
    except OSError as error:
        cause = f"decisions can not be written: {error.strerror}"
        raise NotWritableError(str(folder), cause, "mend its rights", stage="normalize") from error


def _replace(path: Path, text: str) -> None:
    aside = path.with_suffix(".csv.new")
    with aside.open("w", encoding="utf-8", newline="") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    aside.replace(path)
