"""Which sightings are one practice, why, and what they agree on. Pure and columnar."""

from pipeline.dedupe.contradictions import find_contradictions
from pipeline.dedupe.identity import Identified, identify
from pipeline.dedupe.merge import merge_editions, merge_practices
from pipeline.dedupe.redirects import redirects
from pipeline.dedupe.similar import find_similar

__all__ = [
    "Identified",
    "find_contradictions",
    "find_similar",
    "identify",
    "merge_editions",
    "merge_practices",
    "redirects",
]
