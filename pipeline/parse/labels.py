"""Recognize printed labels such as `Implementation year:` in any of a source's languages."""

import re
import unicodedata
from enum import StrEnum
from functools import lru_cache

_SPACES = re.compile(r"\s+")
# Soft hyphens and characters without width: no reader sees them.
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_COLON_AT_END = re.compile(r"\s*[:：]\s*$")


class Label(StrEnum):
    """What is printed behind a label; the values are names of Record's attributes, but for what is left out."""

    IMPLEMENTATION_YEAR = "implementation_year"
    AWARD_YEAR = "award_year"
    TOPICS = "topics"
    INSTITUTION = "institution"
    COUNTRY = "country"
    REGION = "region"
    IGNORED = "ignored"


YEARS = (Label.IMPLEMENTATION_YEAR, Label.AWARD_YEAR)


# Pages print the same short texts again and again.
@lru_cache(8192)
def folded(text: str) -> str:
    """Return text for comparison only: NFKC, case folded, single blanks, nothing unseen, without a colon at the end."""
    return _COLON_AT_END.sub(
        "", _SPACES.sub(" ", unicodedata.normalize("NFKC", _INVISIBLE.sub("", text))).strip()
    ).casefold()
