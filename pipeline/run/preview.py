"""What decisions would change, before they are written."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import polars as pl

from pipeline.curate import assemble
from pipeline.normalize.decisions import Decision
from pipeline.run.build import dedupe, normalize_names
from pipeline.run.decisions import combine, decided_vocabulary, decisions_path, without_known
from pipeline.run.parsing import Parsed, parse
from pipeline.settings import Home

_COLUMNS = ("institution_id", "institution_name", "country_code", "country_name", "region", "topic_ids", "topic_labels")
_COUNTED = {"institutions": "institution_id", "countries": "country_code", "topics": "topic_id"}


def preview(home: Home, decisions: Sequence[Decision]) -> dict[str, Any]:
    """Return what a build with more decisions would change; nothing is written.

    Args:
        home: The home; its raw/ is read.
        decisions: What is about to be decided.

    Returns:
        decisions (rows that are new), practices (practice_id, column, old, new), gone (ids that would lead to another
        practice), counts (table, id, old, new) and findings (kind, old, new).

    Raises:
        VocabularyError: The decisions contradict each other, the file or the vocabulary.
        PracticesError: raw/ can not be read.
    """
    # Gates are for publishing; a preview is shown for an incomplete crawl as well.
    parsed = parse(home, accept="preview")
    new = without_known(parsed.decisions, decisions)
    combined = combine(parsed.decisions, new, str(decisions_path(home)))
    with_new = replace(parsed, decisions=combined, vocabulary=decided_vocabulary(combined))
    before, after = _tables(parsed), _tables(with_new)
    ids = (set(tables["practices"]["practice_id"]) for tables in (before, after))
    return {
        "decisions": [decision.as_dict() for decision in new],
        "practices": _changed(before["practices"], after["practices"]),
        "gone": sorted(next(ids) - next(ids)),
        "counts": [
            row
            for table, key in _COUNTED.items()
            for row in _counts(table, key, *(tables[table].select(key, "practice_count") for tables in (before, after)))
        ],
        "findings": _counts(
            "findings", "kind", *(tables["findings"]["kind"].value_counts() for tables in (before, after))
        ),
    }


def _tables(parsed: Parsed) -> Mapping[str, pl.DataFrame]:
    named = normalize_names(parsed)
    return assemble(dedupe(named), parsed.vocabulary, parsed.sources)


def _changed(before: pl.DataFrame, after: pl.DataFrame) -> list[dict[str, Any]]:
    both = before.join(after, on="practice_id", suffix="_after")
    return [
        {"practice_id": row["practice_id"], "column": column, "old": row[column], "new": row[f"{column}_after"]}
        for column in _COLUMNS
        for row in both.filter(pl.col(column).ne_missing(pl.col(f"{column}_after"))).iter_rows(named=True)
    ]


def _counts(table: str, key: str, before: pl.DataFrame, after: pl.DataFrame) -> list[dict[str, Any]]:
    both = before.rename({before.columns[1]: "old"}).join(
        after.rename({after.columns[1]: "new"}), on=key, how="full", coalesce=True
    )
    moved = both.with_columns(pl.col("old", "new").fill_null(0)).filter(pl.col("old") != pl.col("new")).sort(key)
    return [
        {"table": table, "id": row[0], "old": row[1], "new": row[2]} for row in moved.select(key, "old", "new").rows()
    ]
