"""One kind of finding about many rows."""

import polars as pl

from pipeline.models import Severity


def finding(
    frame: pl.DataFrame, kind: str, severity: Severity, field: str, message: pl.Expr, **more: pl.Expr
) -> pl.DataFrame:
    """Return the frame with the columns of `tables.Findings` that the kind decides.

    Args:
        frame: One row per finding; practice_id, crawl_id and page_url are taken from it where it has them.
        kind: Name of the rule.
        severity: How much it matters.
        field: Column that it is about.
        message: One sentence.
        more: raw_value and suggestion.
    """
    return frame.with_columns(
        pl.lit(severity.value).alias("severity"),
        pl.lit(kind).alias("kind"),
        pl.lit(field).alias("field"),
        message.alias("message"),
        **more,
    )
