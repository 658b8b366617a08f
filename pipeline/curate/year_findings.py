"""Years that can hardly be: findings, never corrections. The printed text and its number stay as they are."""

from collections.abc import Mapping

import polars as pl

from pipeline.curate.finding import finding
from pipeline.models import Severity
from pipeline.sources.spec import Source

# The ISSA was founded in 1927, and its awards began in 2008; what is printed from before is a slip.
_EARLIEST = {"implementation_year": 1927, "award_year": 2000}
# A page can announce what is to come, but not by more.
_MOST_AHEAD = 1


def year_findings(
    practices: pl.DataFrame, sources: Mapping[str, Source], countries: pl.DataFrame
) -> list[pl.DataFrame]:
    """Return a frame for each rule about years.

    Args:
        practices: Merged practices with both years as printed and as numbers.
        sources: The sites by name, for their award cycles.
        countries: The vocabulary's countries with their ISSA region.
    """
    return [
        *_unreadable_years(practices),
        *_implausible_years(practices),
        _award_before_implementation(practices),
        _outside_cycle(practices, sources, countries),
    ]


def _unreadable_years(practices: pl.DataFrame) -> list[pl.DataFrame]:
    """A year's printed value that is no year."""
    return [
        finding(
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


def _implausible_years(practices: pl.DataFrame) -> list[pl.DataFrame]:
    """A year before there was such a thing, or well after the page was read."""
    latest = pl.col("last_seen_at").dt.year() + _MOST_AHEAD
    return [
        finding(
            practices.with_columns(latest.alias("latest")).filter(
                (pl.col(f"{name}_value") < earliest) | (pl.col(f"{name}_value") > pl.col("latest"))
            ),
            "implausible_year",
            Severity.WARNING,
            name,
            pl.format(f"The printed {name.replace('_', ' ')} {{}} is not between {earliest} and {{}}.", name, "latest"),
            raw_value=pl.col(name),
        )
        for name, earliest in _EARLIEST.items()
    ]


def _award_before_implementation(practices: pl.DataFrame) -> pl.DataFrame:
    """An award for what was not yet there; of 98 practices seen in print, none."""
    return finding(
        practices.filter(pl.col("award_year_value") < pl.col("implementation_year_value")),
        "award_before_implementation",
        Severity.WARNING,
        "award_year",
        pl.format("The award year {} is before the implementation year {}.", "award_year", "implementation_year"),
        raw_value=pl.col("award_year"),
    )


def _outside_cycle(practices: pl.DataFrame, sources: Mapping[str, Source], countries: pl.DataFrame) -> pl.DataFrame:
    """A year in which the region had no competition, as far as the source file knows.

    Where the printed region is not that of the country, which is a finding of its own, the country's counts.
    """
    rows = [
        (name, region, list(years)) for name, source in sources.items() for region, years in source.award_years.items()
    ]
    cycles = pl.DataFrame(
        rows, schema={"source": pl.String, "region_code": pl.String, "cycle": pl.List(pl.Int32)}, orient="row"
    )
    seen = countries.filter(pl.col("region_status") == "seen").select("country_code", seen_region="region")
    placed = practices.join(seen, on="country_code", how="left", maintain_order="left").with_columns(
        pl.coalesce("seen_region", "region_code").alias("region_code")
    )
    known = placed.join(cycles, on=["source", "region_code"], how="inner", maintain_order="left")
    return finding(
        known.filter(~pl.col("award_year_value").is_in(pl.col("cycle"))),
        "award_year_outside_cycle",
        Severity.WARNING,
        "award_year",
        pl.format("No award of {} in {} is known to the source file.", "region_code", "award_year"),
        raw_value=pl.col("award_year"),
        suggestion=pl.format("known: {}", pl.col("cycle").cast(pl.List(pl.String)).list.join(", ")),
    )
