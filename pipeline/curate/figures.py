"""A release in numbers: what is compared with the source file's floors and with earlier releases. Pure and columnar."""

from collections.abc import Mapping

import polars as pl

# Columns whose values are counted: how many different ones there are, and how many practices have one.
_ENTRIES = {"institutions": "institution_id", "countries": "country_code"}
_YEARS = ("implementation_year", "award_year")
_TEXTS = ("title", "summary")
_FILLED = (
    *_TEXTS,
    *_YEARS,
    "institution_id",
    "institution_name",
    "country_code",
    "country_name",
    "region",
    "topic_ids",
)
# What text looks like when an encoding was guessed wrong, or when tags, entities or bytes were left in it.
_GARBLED = r"\x{FFFD}|Ã[\x{80}-\x{BF}©¨]|â€|</?[a-zA-Z][a-zA-Z0-9]*[ />]|&#?[a-zA-Z0-9]{2,8};|[\x00-\x08\x0b-\x1f]"
_FIRST_YEAR = 1900

Tables = Mapping[str, pl.DataFrame]


def figures_of(tables: Tables, source: str) -> dict[str, float]:
    """Return the figures of one source's practices, those that are present, rounded to six digits.

    Args:
        tables: The tables of a release.
        source: Its name.

    Returns:
        `practices`, `editions:fr`, `institutions` and so on are counts; `fill:title` is the share of practices with a
        value; `distinct:title` the share of different ones among these; `length:title` the median of characters;
        `finding:unmapped_topic` warnings of a kind for each practice; `garbled_text` and `implausible_years` count
        practices.
    """
    practices = present(tables["practices"], source)
    editions = tables["editions"].join(practices, on="practice_id", how="semi")
    topics = tables["practice_topics"].join(practices, on="practice_id", how="semi")
    languages = editions["language"].value_counts().sort("language")
    figures: dict[str, float] = {"practices": practices.height, "editions": editions.height}
    figures |= {f"editions:{language}": count for language, count in languages.iter_rows()}
    figures |= {name: _distinct(practices[column]) for name, column in _ENTRIES.items()}
    figures |= {"topics": _distinct(topics["topic_id"])}
    figures |= {f"{column}s": _distinct(practices[column]) for column in _YEARS}
    figures |= {f"fill:{column}": _filled(practices[column]) / max(practices.height, 1) for column in _FILLED}
    for column in _TEXTS:
        values = practices[column].drop_nulls()
        figures[f"distinct:{column}"] = values.n_unique() / max(values.len(), 1)
        figures[f"length:{column}"] = float(values.str.len_chars().cast(pl.Float64).median() or 0)  # type: ignore[arg-type]
    figures |= _warnings(tables["findings"], practices)
    figures["garbled_text"] = practices.filter(pl.any_horizontal(pl.col(_TEXTS).str.contains(_GARBLED))).height
    figures["implausible_years"] = practices.filter(_implausible_years()).height
    return {name: round(value, 6) for name, value in figures.items()}


def present(practices: pl.DataFrame, source: str) -> pl.DataFrame:
    """Return the practices of a source that its newest crawl shows."""
    return practices.filter(pl.col("source") == source, pl.col("state") == "present")


def _distinct(values: pl.Series) -> int:
    return values.drop_nulls().n_unique()


def _filled(values: pl.Series) -> int:
    if isinstance(values.dtype, pl.List):
        return int((values.list.len() > 0).sum())
    return values.len() - values.null_count()


def _warnings(findings: pl.DataFrame, practices: pl.DataFrame) -> dict[str, float]:
    """Count the practices with a warning of a kind, as a share."""
    own = findings.filter(pl.col("severity") == "warning").join(practices, on="practice_id", how="semi")
    counts = own.group_by("kind").agg(pl.col("practice_id").n_unique()).sort("kind")
    return {f"finding:{kind}": count / practices.height for kind, count in counts.iter_rows()}


def _implausible_years() -> pl.Expr:
    """A year before any such programme, more than one after the practice was last seen, or an award before the work."""
    last = pl.col("last_seen_at").dt.year() + 1
    is_out_of_range = pl.any_horizontal((pl.col(year) < _FIRST_YEAR) | (pl.col(year) > last) for year in _YEARS)
    return is_out_of_range.fill_null(value=False) | (pl.col("award_year") < pl.col("implementation_year")).fill_null(
        value=False
    )
