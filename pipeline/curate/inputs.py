"""What curating is given."""

from dataclasses import dataclass, field

import polars as pl

_TEXT = pl.String()
SIMILAR: dict[str, pl.DataType] = {
    **dict.fromkeys(("practice_id", "other_id", "kind", "language"), _TEXT),
    "score": pl.Float64(),
    "differing": _TEXT,
}
DECIDED: dict[str, pl.DataType] = {**dict.fromkeys(("kind", "printed", "country_code"), _TEXT), "is_used": pl.Boolean()}


@dataclass(frozen=True, slots=True)
class Merged:
    """What the stages before have found.

    Attributes:
        sightings: Normalized and identified.
        practices, editions: Merged from them.
        rejects: Columns of `tables.Rejects`.
        page_findings: Columns of `tables.Findings` without practice_id, and sighting_id.
        contradictions: practice_id, language, crawl_id, page_url, field, raw_value.
        ambiguous: practice_id, sighting_id, candidates.
        similar: practice_id, other_id, kind (duplicate_in_source or near_duplicate), language, score, differing.
        decided: kind, printed, country_code (may be empty) and is_used of rejected names and unused decisions.
    """

    sightings: pl.DataFrame
    practices: pl.DataFrame
    editions: pl.DataFrame
    rejects: pl.DataFrame
    page_findings: pl.DataFrame
    contradictions: pl.DataFrame
    ambiguous: pl.DataFrame
    similar: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=SIMILAR))
    decided: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=DECIDED))
