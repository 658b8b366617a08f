"""The queue of names that no vocabulary knows, and the decisions that empty it."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from io import StringIO
from pathlib import Path
from typing import Any

import polars as pl

from pipeline.dataset import open_dataset
from pipeline.errors import UsageError, VocabularyError
from pipeline.normalize import Vocabulary, normalize
from pipeline.normalize.decided import accepted_id
from pipeline.normalize.decisions import COLUMNS, Decision, check_decision
from pipeline.normalize.suggest import Suggestion, suggest
from pipeline.normalize.text import clean_text, comparison_key
from pipeline.run.common import now
from pipeline.run.decisions import PLACE, decided_vocabulary, load_decisions
from pipeline.settings import Home

_KINDS = ("country", "institution", "region", "topic")
_EXAMPLES = 3
# Beside the columns of a decision, what helps a person who fills in a file.
_HELP = ("practices", "suggestions")


@dataclass(frozen=True, slots=True)
class Unmapped:
    """A printed name that no vocabulary knows.

    Attributes:
        kind: country, institution, region or topic.
        printed: The first of its spellings.
        country_code: Of an institution, where its country is known; else empty.
        country: As printed with an institution whose country is unknown; else empty.
        practice_count: Practices that print it.
        sources: Sites that print it.
        examples: Up to three practice ids.
        pages: Up to three addresses where it stands.
        suggestions: Entries that it may mean, best first.
    """

    kind: str
    printed: str
    country_code: str
    country: str
    practice_count: int
    sources: tuple[str, ...]
    examples: tuple[str, ...]
    pages: tuple[str, ...]
    suggestions: tuple[Suggestion, ...] = ()

    @property
    def key(self) -> tuple[str, str, str]:
        """What a decision on it is keyed by."""
        return self.kind, comparison_key(self.printed), self.country_code

    def as_dict(self) -> dict[str, Any]:
        """Return everything for `--json`."""
        return asdict(self)


def queue(home: Home) -> list[Unmapped]:
    """Return the unmapped names of the latest release that nobody has decided on since, most frequent first.

    Raises:
        UsageError: Nothing was published yet.
        VocabularyError: The file of decisions is wrong.
    """
    decisions = load_decisions(home)
    vocabulary = decided_vocabulary(decisions)
    decided = {decision.key for decision in decisions}
    waiting = [item for item in _unmapped(home) if item.key not in decided]
    editions = _known_editions(home, vocabulary) if any(item.kind == "institution" for item in waiting) else []
    return [replace(item, suggestions=_suggestions(item, editions, vocabulary)) for item in waiting]


def _suggestions(item: Unmapped, editions: Sequence[dict[str, str]], vocabulary: Vocabulary) -> tuple[Suggestion, ...]:
    """Return what a name may mean: first what other editions of its practices print, then what is like it."""
    printed = [
        Suggestion(row["institution_id"], row["institution"], 100.0, f"printed by the {row['language']} edition")
        for row in editions
        if item.kind == "institution" and row["practice_id"] in item.examples
        if item.country_code in ("", row["country_code"])
    ]
    alike = suggest(item.kind, item.printed, item.country_code, vocabulary)
    best: dict[str, Suggestion] = {}
    for one in (*printed, *alike):
        best.setdefault(one.target_id, one)
    return tuple(best.values())[:_EXAMPLES]


def _known_editions(home: Home, vocabulary: Vocabulary) -> list[dict[str, str]]:
    """Return the editions of the latest release that print an institution that is registered."""
    editions = open_dataset(home.path).scan("editions").collect()
    labels = editions.select(
        "practice_id",
        "language",
        pl.lit(None, pl.String).alias("implementation_year"),
        pl.lit(None, pl.String).alias("award_year"),
        pl.col("institution_label").alias("institution"),
        pl.col("country_label").alias("country"),
        pl.col("region_label").alias("region"),
        pl.lit([], pl.List(pl.String)).alias("topics"),
    )
    is_registered = pl.col("institution_id").is_in(vocabulary.institutions["institution_id"].implode())
    known = normalize(labels, vocabulary).filter(is_registered & pl.col("country_code").is_not_null())
    return known.select("practice_id", "language", "institution", "institution_id", "country_code").to_dicts()


def _unmapped(home: Home) -> Iterator[Unmapped]:
    dataset = open_dataset(home.path)
    findings = dataset.scan("findings").filter(pl.col("kind").is_in([f"unmapped_{kind}" for kind in _KINDS])).collect()
    practices = dataset.practices.select("practice_id", "source", "country_code", "country_name", "url")
    rows = findings.select("practice_id", "raw_value", pl.col("kind").str.strip_prefix("unmapped_")).join(
        practices, on="practice_id"
    )
    # Distinct names are few; their keys are no expression of polars.
    spellings = rows.select(pl.col("raw_value").unique())["raw_value"]
    keys = pl.Series("key", [comparison_key(name) for name in spellings], dtype=pl.String)
    is_institution = pl.col("kind") == "institution"
    unknown_country = is_institution & pl.col("country_code").is_null()
    grouped = (
        rows.join(pl.DataFrame([spellings, keys]), on="raw_value")
        .with_columns(
            pl.when(is_institution).then("country_code").fill_null("").alias("scope"),
            pl.when(unknown_country).then("country_name").fill_null("").alias("country"),
        )
        .with_columns(pl.col("scope", "country").fill_null(""))
        .sort("practice_id")
        .group_by("kind", "key", "scope", "country")
        .agg(
            pl.col("raw_value").min(),
            pl.col("practice_id").n_unique().alias("count"),
            pl.col("source").unique().sort(),
            pl.col("practice_id").unique(maintain_order=True).head(_EXAMPLES),
            pl.col("url").unique(maintain_order=True).head(_EXAMPLES),
        )
        .sort(["count", "kind", "raw_value", "scope", "country"], descending=[True, False, False, False, False])
    )
    for row in grouped.iter_rows(named=True):
        yield Unmapped(
            row["kind"],
            row["raw_value"],
            row["scope"],
            row["country"],
            row["count"],
            tuple(row["source"]),
            tuple(row["practice_id"]),
            tuple(row["url"]),
        )


def decision(home: Home, kind: str, printed: str, verdict: str, reason: str, **more: str) -> Decision:
    """Return a decision of today, complete and checked by itself.

    Args:
        home: The home.
        kind: What the name names; `identity` for two practices.
        printed: Name as printed, or practice_id.
        verdict: What is decided.
        reason: Why.
        more: country_code, target_id and decided_at, each may be empty or missing. An institution whose name waits in
            one country only needs no country_code.

    Raises:
        UsageError: Something is missing or can not be meant.
    """
    country_code = more.get("country_code", "")
    if kind == "institution" and not country_code:
        country_code = _only_country(home, printed, more.get("target_id", ""))
    day = more.get("decided_at") or now().date().isoformat()
    cells = (kind, printed, country_code, verdict, more.get("target_id", ""), reason, day)
    decided = Decision(*map(clean_text, cells))
    check_decision(decided, lambda cause: UsageError(printed, cause, "practices review --help"))
    if verdict == "accept" and not decided.target_id:
        vocabulary = decided_vocabulary(load_decisions(home))
        decided = replace(decided, target_id=accepted_id(decided, vocabulary))
    return decided


def _only_country(home: Home, printed: str, target_id: str) -> str:
    """Return the one country in which an institution's name waits, or was decided on; else that of the target."""
    decisions, key = load_decisions(home), comparison_key(printed)
    waiting = [item.key for item in _unmapped(home)] if home.latest.exists() else []
    keys = {*waiting, *(made.key for made in decisions)}
    countries = sorted(code for kind, name, code in keys if (kind, name) == ("institution", key))
    if len(countries) > 1:
        cause = f"it is printed in several countries: {', '.join(code or 'an unknown one' for code in countries)}"
        raise UsageError(printed, cause, "say which with --country CODE")
    if countries:
        return countries[0]
    institutions = decided_vocabulary(decisions).institutions
    return next(iter(institutions.filter(pl.col("institution_id") == target_id)["country_code"]), "")


def read_work(home: Home, path: Path) -> list[Decision]:
    """Return the decisions of a filled-in file; lines without a verdict are left for another day.

    Args:
        home: The home.
        path: A CSV file with at least kind, printed, verdict and reason; see `work_file`.

    Raises:
        UsageError: The file can not be read, or a line is wrong; the message names the line.
    """
    try:
        reader = csv.DictReader(StringIO(path.read_text(encoding="utf-8-sig")), strict=True)
        names, rows = reader.fieldnames or [], list(reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UsageError(str(path), f"the file can not be read: {error}", "practices review work --to FILE") from error
    if not {"kind", "printed", "verdict", "reason"} <= set(names) <= {*COLUMNS, *_HELP}:
        cause = f"the columns are {','.join(names) or 'missing'}; known are {','.join((*COLUMNS, *_HELP))}"
        raise UsageError(str(path), cause, "practices review work --to FILE writes such a file")
    return [_line(home, path, row, cells) for row, cells in enumerate(rows, start=2) if cells["verdict"]]


def _line(home: Home, path: Path, row: int, cells: Mapping[str | None, str | None]) -> Decision:
    if None in cells:
        raise UsageError(f"{path}, line {row}", "there are more cells than columns", "quote cells that hold commas")
    given = {str(name): value or "" for name, value in cells.items() if name in COLUMNS}
    if given["verdict"] in ("accept", "reject"):
        # A suggestion that was not taken.
        given["target_id"] = ""
    try:
        return decision(home, **given)
    except UsageError as error:
        raise UsageError(f"{path}, line {row}", error.cause, error.next_command) from error


def work_file(waiting: Sequence[Unmapped]) -> str:
    """Return the queue as a CSV file to fill in: write a verdict, correct target_id and reason, leave the rest."""
    text = StringIO()
    writer = csv.DictWriter(text, (*COLUMNS, *_HELP), lineterminator="\n")
    writer.writeheader()
    for item in waiting:
        best = item.suggestions[0] if item.suggestions else None
        writer.writerow(
            {
                "kind": item.kind,
                "printed": item.printed,
                "country_code": item.country_code,
                "target_id": best.target_id if best else "",
                "reason": best.reason if best else "",
                "practices": item.practice_count,
                "suggestions": "; ".join(f"{one.target_id} ({one.reason})" for one in item.suggestions),
            }
        )
    return text.getvalue()


def as_usage(error: VocabularyError) -> UsageError:
    """Return the error of a decision that a person just made: nothing is wrong with the home, but with the command."""
    return UsageError(error.place, error.cause, f"see {PLACE}, or practices review")
