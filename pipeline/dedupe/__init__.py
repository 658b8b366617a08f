"""Which sightings are one practice, why, and what they agree on. Pure and columnar."""

from pipeline.dedupe.contradictions import find_contradictions
from pipeline.dedupe.identity import Identified, identify
from pipeline.dedupe.merge import merge_editions, merge_practices

__all__ = ["Identified", "find_contradictions", "identify", "merge_editions", "merge_practices"]
