"""Everything that a person should look at, as rows."""

import hashlib
from collections.abc import Mapping

import polars as pl

from pipeline.curate.finding import finding
from pipeline.curate.inputs import Merged
from pipeline.curate.year_findings import year_findings
from pipeline.models import Severity
from pipeline.sources.spec import Source
from pipeline.tables import VocabularyTables, empty

_VOCABULARY = "practices review lists it with names that are like it"


def findings_table(
    practices: pl.DataFrame,
    sightings: pl.DataFrame,
    merged: Merged,
    names: VocabularyTables,
    sources: Mapping[str, Source],
) -> pl.DataFrame:
    """Return all findings, each with an id of its content.

    Args:
        practices: Merged practices with registered names.
        sightings: Identified sightings, to tell the practice of a page's finding.
        merged: Findings of the stages before.
        names: The vocabularies.
        sources: The sites by name.
    """
    of_pages = merged.page_findings.join(
        sightings.select("sighting_id", "practice_id"), on="sighting_id", how="left", maintain_order="left"
    )
    found = [
        *_unmapped(practices, names, merged.decided),
        *_missing(practices),
        *year_findings(practices, sources, names.countries),
        _region_differs(practices, names.countries),
        _contradictions(merged.contradictions.join(practices, on="practice_id", how="semi")),
        _ambiguous(merged.ambiguous, sightings),
        *_similar(merged.similar.join(practices, on="practice_id", how="semi", maintain_order="left")),
        _unused(merged.decided),
    ]
    columns = [name for name in empty("findings").columns if name != "finding_id"]
    rows = pl.concat([of_pages.select(columns), *(_completed(frame, columns) for frame in found)])
    return _with_ids(rows)


def _completed(frame: pl.DataFrame, columns: list[str]) -> pl.DataFrame:
    missing = [pl.lit(None, pl.String).alias(name) for name in columns if name not in frame.columns]
    return frame.with_columns(missing).select(columns)


def _with_ids(rows: pl.DataFrame) -> pl.DataFrame:
    """Give every different finding an id of its content; the same finding twice is one."""
    text = rows.select(pl.concat_str(pl.all().fill_null(""), separator="\x1f").alias("text"))["text"]
    ids = pl.Series("finding_id", [hashlib.sha256(value.encode()).hexdigest()[:16] for value in text], pl.String)
    return rows.with_columns(ids).unique("finding_id", keep="first", maintain_order=True)


_PRINTED = {
    "institution": "institution_id",
    "country": "country_code",
    "region": "region_code",
}


def _unmapped(practices: pl.DataFrame, names: VocabularyTables, decided: pl.DataFrame) -> list[pl.DataFrame]:
    """A printed name that no vocabulary knows, or that a person rejected."""
    registered = names.institutions["institution_id"].implode()
    found = []
    for kind, value in _PRINTED.items():
        known = pl.col(value).is_in(registered) if kind == "institution" else pl.col(value).is_not_null()
        rows = practices.filter(pl.col(kind).is_not_null() & ~known.fill_null(value=False))
        country = pl.col("country_code").fill_null("") if kind == "institution" else pl.lit("")
        rows = rows.select("practice_id", pl.col(kind).alias("printed"), country.alias("country_code"))
        found += _unknown(kind, rows, "region" if kind == "region" else value, decided)
    topics = practices.select("practice_id", "topics", "topic_ids").explode("topics", "topic_ids")
    unknown = topics.filter(pl.col("topics").is_not_null() & pl.col("topic_ids").is_null())
    rows = unknown.select("practice_id", pl.col("topics").alias("printed"), pl.lit("").alias("country_code"))
    return found + _unknown("topic", rows, "topic_ids", decided)


def _unknown(kind: str, rows: pl.DataFrame, field: str, decided: pl.DataFrame) -> list[pl.DataFrame]:
    rejected = decided.filter((pl.col("kind") == kind) & pl.col("is_used")).select("printed", "country_code")
    on = ["printed", "country_code"]
    return [
        finding(
            rows.join(rejected, on=on, how="anti", maintain_order="left"),
            f"unmapped_{kind}",
            Severity.WARNING,
            field,
            pl.format(f"No vocabulary knows the {kind} {{}}.", "printed"),
            raw_value=pl.col("printed"),
            suggestion=pl.lit(_VOCABULARY),
        ),
        finding(
            rows.join(rejected, on=on, how="semi", maintain_order="left"),
            f"rejected_{kind}",
            Severity.INFO,
            field,
            pl.format(f"A person decided that {{}} names no {kind}.", "printed"),
            raw_value=pl.col("printed"),
        ),
    ]


def _missing(practices: pl.DataFrame) -> list[pl.DataFrame]:
    """A field that no sighting of the practice prints."""
    columns = {"title": "title", "summary": "summary", "institution": "institution_id", "country": "country_code"}
    columns |= {"region": "region", "implementation_year": "implementation_year", "award_year": "award_year"}
    return [
        finding(
            practices.filter(pl.col(printed).is_null()).select("practice_id"),
            f"missing_{printed}",
            Severity.INFO,
            column,
            pl.lit(f"No sighting {_scope(printed)} prints the {printed.replace('_', ' ')}."),
        )
        for printed, column in columns.items()
    ]


def _scope(printed: str) -> str:
    """Say which sightings could have given a field: title and summary are of one language, the rest of any."""
    return "in the language of the row" if printed in ("title", "summary") else "of the practice"


def _region_differs(practices: pl.DataFrame, countries: pl.DataFrame) -> pl.DataFrame:
    """A printed region that is not the one in which the ISSA was seen to put the country."""
    seen = countries.filter(pl.col("region_status") == "seen").select(
        "country_code", pl.col("region").alias("seen_region")
    )
    rows = practices.join(seen, on="country_code", how="inner", maintain_order="left")
    return finding(
        rows.filter(pl.col("region_code") != pl.col("seen_region")),
        "region_differs",
        Severity.WARNING,
        "region",
        pl.format("{} is printed with region {}, but belongs to {}.", "country_name", "region", "seen_region"),
        raw_value=pl.col("region"),
        suggestion=pl.col("seen_region"),
    )


def _contradictions(rows: pl.DataFrame) -> pl.DataFrame:
    message = pl.format(
        "Sightings print different values of {} in language {}; the best block's is used.", "field", "language"
    )
    return rows.with_columns(
        pl.lit(Severity.WARNING.value).alias("severity"),
        pl.lit("contradiction").alias("kind"),
        message.alias("message"),
    )


def _ambiguous(rows: pl.DataFrame, sightings: pl.DataFrame) -> pl.DataFrame:
    pages = sightings.select("sighting_id", "crawl_id", "page_url")
    return finding(
        rows.join(pages, on="sighting_id", how="inner", maintain_order="left"),
        "ambiguous_identity",
        Severity.WARNING,
        "practice_id",
        pl.format("The record has no link, and its print is that of several practices: {}.", "candidates"),
        raw_value=pl.col("candidates"),
    )


def _similar(rows: pl.DataFrame) -> list[pl.DataFrame]:
    """Practices that may be one; a person decides with `practices review same` or `different`."""
    duplicates = rows.filter(pl.col("kind") == "duplicate_in_source")
    near = rows.filter(pl.col("kind") == "near_duplicate")
    return [
        finding(
            duplicates,
            "duplicate_in_source",
            Severity.WARNING,
            "practice_id",
            pl.format("It agrees with {} in institution, years, title and summary.", "other_id"),
            raw_value=pl.col("other_id"),
            suggestion=_decide_on("practice_id", "other_id"),
        ),
        finding(
            near,
            "near_duplicate",
            Severity.INFO,
            "practice_id",
            pl.format(
                "Its summary agrees with that of {} to {} % ({}): {}", "other_id", "score", "language", "differing"
            ),
            raw_value=pl.col("other_id"),
            suggestion=_decide_on("practice_id", "other_id"),
        ),
    ]


def _decide_on(one: str, other: str) -> pl.Expr:
    return pl.format("practices review same {} {} --reason '...', or practices review different", other, one)


def _unused(decided: pl.DataFrame) -> pl.DataFrame:
    rows = decided.filter(~pl.col("is_used"))
    return finding(
        rows,
        "unused_decision",
        Severity.INFO,
        "decisions",
        pl.format("No page prints what a decision on the {} {} is about.", "kind", "printed"),
        raw_value=pl.col("printed"),
        suggestion=pl.lit("keep the line of vocab/decisions.csv if it may come back, or delete it"),
    )
