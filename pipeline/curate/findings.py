"""Everything that a person should look at, as rows."""

import hashlib

import polars as pl

from pipeline.curate.inputs import Merged
from pipeline.models import Severity
from pipeline.tables import empty

_VOCABULARY = "add it to the vocabulary, or an alias of a known entry"


def findings_table(
    practices: pl.DataFrame, sightings: pl.DataFrame, merged: Merged, countries: pl.DataFrame
) -> pl.DataFrame:
    """Return all findings, each with an id of its content.

    Args:
        practices: Merged practices with registered names.
        sightings: Identified sightings, to tell the practice of a page's finding.
        merged: Findings of the stages before.
        countries: The vocabulary's countries with their ISSA region.
    """
    of_pages = merged.page_findings.join(
        sightings.select("sighting_id", "practice_id"), on="sighting_id", how="left", maintain_order="left"
    )
    found = [
        *_unmapped(practices),
        *_missing(practices),
        *_unreadable_years(practices),
        _region_differs(practices, countries),
        _contradictions(merged.contradictions.join(practices, on="practice_id", how="semi")),
        _ambiguous(merged.ambiguous, sightings),
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


def _finding(
    frame: pl.DataFrame, kind: str, severity: Severity, field: str, message: pl.Expr, **more: pl.Expr
) -> pl.DataFrame:
    return frame.with_columns(
        pl.lit(severity.value).alias("severity"),
        pl.lit(kind).alias("kind"),
        pl.lit(field).alias("field"),
        message.alias("message"),
        **more,
    )


def _unmapped(practices: pl.DataFrame) -> list[pl.DataFrame]:
    """A printed name that no vocabulary knows."""
    found = []
    for printed, value in (("institution", "institution_id"), ("country", "country_code"), ("region", "region_code")):
        rows = practices.filter(pl.col(printed).is_not_null() & pl.col(value).is_null())
        message = pl.format(f"No vocabulary knows the {printed} {{}}.", printed)
        found.append(
            _finding(
                rows.select("practice_id", pl.col(printed)),
                f"unmapped_{printed}",
                Severity.WARNING,
                "region" if printed == "region" else value,
                message,
                raw_value=pl.col(printed),
                suggestion=pl.lit(_VOCABULARY),
            )
        )
    topics = practices.select("practice_id", "topics", "topic_ids").explode("topics", "topic_ids")
    unknown = topics.filter(pl.col("topics").is_not_null() & pl.col("topic_ids").is_null())
    message = pl.format("No vocabulary knows the topic {}.", "topics")
    found.append(
        _finding(
            unknown,
            "unmapped_topic",
            Severity.WARNING,
            "topic_ids",
            message,
            raw_value=pl.col("topics"),
            suggestion=pl.lit(_VOCABULARY),
        )
    )
    return found


def _missing(practices: pl.DataFrame) -> list[pl.DataFrame]:
    """A field that no sighting of the practice prints."""
    columns = {"title": "title", "summary": "summary", "institution": "institution_id", "country": "country_code"}
    columns |= {"region": "region", "implementation_year": "implementation_year", "award_year": "award_year"}
    return [
        _finding(
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


def _unreadable_years(practices: pl.DataFrame) -> list[pl.DataFrame]:
    """A year's printed value that is no year."""
    return [
        _finding(
            practices.filter(pl.col(name).is_not_null() & pl.col(f"{name}_value").is_null()).select(
                "practice_id", name
            ),
            "unreadable_year",
            Severity.WARNING,
            name,
            pl.format(f"The printed {name.replace('_', ' ')} {{}} is no year.", name),
            raw_value=pl.col(name),
        )
        for name in ("implementation_year", "award_year")
    ]


def _region_differs(practices: pl.DataFrame, countries: pl.DataFrame) -> pl.DataFrame:
    """A printed region that is not the one in which the ISSA was seen to put the country."""
    seen = countries.filter(pl.col("region_status") == "seen").select(
        "country_code", pl.col("region").alias("seen_region")
    )
    rows = practices.join(seen, on="country_code", how="inner", maintain_order="left")
    return _finding(
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
    return _finding(
        rows.join(pages, on="sighting_id", how="inner", maintain_order="left"),
        "ambiguous_identity",
        Severity.WARNING,
        "practice_id",
        pl.format("The record has no link, and its print is that of several practices: {}.", "candidates"),
        raw_value=pl.col("candidates"),
    )
