"""What the newest crawl of a site shows otherwise than the one before: a layout that changed, a field that ran dry.

A figure of the whole crawl notices what no single page does: a renamed label empties a field everywhere at once.
"""

from collections.abc import Sequence

import polars as pl

from pipeline.models import Severity

_FIELDS = ("title", "summary", "implementation_year", "award_year", "institution", "country", "region", "topics")
# Of fewer records a rate says little.
_FEWEST = 20
_SEVERE, _NOTABLE = 0.10, 0.02


def find_drift(sightings: pl.DataFrame, crawl_ids: Sequence[str]) -> pl.DataFrame:
    """Return what differs between the last two crawls of one source.

    Args:
        sightings: Of the source, as parsed, with `layout`.
        crawl_ids: Its complete crawls, oldest first.

    Returns:
        severity, kind, crawl_id, field, raw_value, message; empty unless there are two crawls.
    """
    if len(crawl_ids) < 2:
        return pl.DataFrame(schema=dict.fromkeys(_COLUMNS, pl.String))
    before, now = (sightings.filter(crawl_id=crawl_id) for crawl_id in crawl_ids[-2:])
    found = pl.concat([_run_dry(before, now), _moved(before, now)])
    return found.with_columns(pl.lit(crawl_ids[-1]).alias("crawl_id")).select(_COLUMNS)


_COLUMNS = ("severity", "kind", "crawl_id", "field", "raw_value", "message")


def _run_dry(before: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
    """Return the fields that fewer records of a block have than before."""
    rates = _rates(before).join(_rates(now), on=["block", "field"], suffix="_now")
    fell = rates.filter(
        pl.col("rate") - pl.col("rate_now") > _NOTABLE,
        pl.col("records") >= _FEWEST,
        pl.col("records_now") >= _FEWEST,
    )
    is_severe = pl.col("rate") - pl.col("rate_now") > _SEVERE
    shown = [(pl.col(name) * 100).round(1) for name in ("rate", "rate_now")]
    return fell.select(
        pl.when(is_severe).then(pl.lit(Severity.SEVERE)).otherwise(pl.lit(Severity.WARNING)).alias("severity"),
        pl.lit("fill_rate_fell").alias("kind"),
        "field",
        pl.format("{}: {} -> {}", "block", "rate", "rate_now").alias("raw_value"),
        pl.format("{} of the records in the block {} had it in the crawl before, now {}.", *_percent(shown)).alias(
            "message"
        ),
    )


def _percent(shown: Sequence[pl.Expr]) -> tuple[pl.Expr, pl.Expr, pl.Expr]:
    return pl.format("{} %", shown[0]), pl.col("block"), pl.format("{} %", shown[1])


def _rates(sightings: pl.DataFrame) -> pl.DataFrame:
    """Return block, field, records, and the share of them that has the field."""
    has = [
        (pl.col(name).list.len() > 0 if name == "topics" else pl.col(name).is_not_null()).mean().alias(name)
        for name in _FIELDS
    ]
    rates = sightings.group_by("block").agg(pl.len().alias("records"), *has).sort("block")
    return rates.unpivot(_FIELDS, index=["block", "records"], variable_name="field", value_name="rate")


def _moved(before: pl.DataFrame, now: pl.DataFrame) -> pl.DataFrame:
    """Return the fields that stand in other elements than before, in most records of a block."""
    moved = (
        _places(before)
        .join(_places(now), on=["block", "field"], suffix="_now")
        .filter(pl.col("place") != pl.col("place_now"))
    )
    return moved.select(
        pl.lit(Severity.WARNING).alias("severity"),
        pl.lit("layout_changed").alias("kind"),
        "field",
        pl.format("{}: {} -> {}", "block", "place", "place_now").alias("raw_value"),
        pl.format("The field stands elsewhere in the block {} than in the crawl before.", "block").alias("message"),
    )


def _places(sightings: pl.DataFrame) -> pl.DataFrame:
    """Return where most records of a block have each field: block, field, place."""
    return (
        sightings.select("block", pl.col("layout").str.split("; "))
        .explode("layout")
        .filter(pl.col("layout") != "")
        .select("block", pl.col("layout").str.split_exact(": ", 1).struct.rename_fields(["field", "place"]))
        .unnest("layout")
        .group_by("block", "field", "place")
        .len()
        .sort("block", "field", "len", "place", descending=[False, False, True, False])
        .unique(["block", "field"], keep="first", maintain_order=True)
        .drop("len")
    )
