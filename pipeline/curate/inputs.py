"""What curating is given."""

from dataclasses import dataclass

import polars as pl


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
    """

    sightings: pl.DataFrame
    practices: pl.DataFrame
    editions: pl.DataFrame
    rejects: pl.DataFrame
    page_findings: pl.DataFrame
    contradictions: pl.DataFrame
    ambiguous: pl.DataFrame
