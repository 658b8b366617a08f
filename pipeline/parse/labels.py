"""Recognize printed labels such as `Implementation year:` in any of a source's languages."""

import re
import unicodedata
from enum import StrEnum

_SPACES = re.compile(r"\s+")
_COLON_AT_END = re.compile(r"\s*[:：]\s*$")


class Label(StrEnum):
    """The fields that a listing prints with a label; the values are names of Record's attributes."""

    IMPLEMENTATION_YEAR = "implementation_year"
    AWARD_YEAR = "award_year"
    TOPICS = "topics"


def folded(text: str) -> str:
    """Return text for comparison only: NFKC, case folded, white space collapsed, without a colon at the end."""
    return _COLON_AT_END.sub("", _SPACES.sub(" ", unicodedata.normalize("NFKC", text)).strip()).casefold()
