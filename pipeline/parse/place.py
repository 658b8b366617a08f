"""Find the place of a record: institution, country and region, on one line or on several."""

from collections.abc import Sequence

from pipeline.parse.labels import folded
from pipeline.parse.line import Line
from pipeline.parse.words import Words

# Printed between institution, country and region; the blank before the comma tells it from commas inside names.
SEPARATOR = " , "
# Listing teasers are at least 115 characters long where they were seen; a shorter first line is an institution alone.
_SHORTEST_SUMMARY = 100
_LONGEST_NAME = 250

Place = tuple[slice, tuple[str, ...]]


def find_place(lines: Sequence[Line], words: Words) -> Place | None:
    """Return where the place stands and its parts, when a region or country that we know shows it; else None.

    Args:
        lines: Lines without a label.
        words: Words of the source that carry structure.
    """
    for index, line in enumerate(lines):
        parts = _parts(line)
        known = words.regions | words.countries if len(parts) == 2 else words.regions
        if len(parts) > 1 and folded(parts[-1]) in known and _are_names(parts):
            return slice(index, index + 1), parts
        if len(parts) == 1 and (used := _lines_up_to_region(lines[index : index + 3], words)) > 1:
            return slice(index, index + used), tuple(other.text for other in lines[index : index + used])
    return None


def guess_place(lines: Sequence[Line]) -> Place | None:
    """Return the place when no name in it is known: the first line, if it is cut like a place or is short.

    Args:
        lines: Lines that nothing has claimed, without title.
    """
    if not lines or not any(map(str.isalpha, lines[0].text)):
        return None
    parts = _parts(lines[0])
    if not _are_names(parts):
        return None
    if len(parts) > 1:
        return slice(0, 1), parts
    is_short = len(lines) > 1 and len(lines[0].text) < _SHORTEST_SUMMARY and lines[1].follows_gap
    return (slice(0, 1), parts) if is_short and not lines[0].text.endswith(":") else None


def _parts(line: Line) -> tuple[str, ...]:
    """Cut a place line at its separators, from the right, into at most three parts."""
    inline = [part.strip() for part in line.parts]
    if inline.count(",") == len(inline) // 2 and len(inline) in (3, 5) and inline[1::2] == [","] * (len(inline) // 2):
        return tuple(inline[0::2])
    parts = line.text.rsplit(SEPARATOR, 2)
    # The site before the last one printed `institution | country`.
    return tuple(part.strip() for part in (parts if len(parts) > 1 else line.text.split(" | ", 2)))


def _are_names(parts: tuple[str, ...]) -> bool:
    """Whether parts are short enough for names; a sentence may well end with a region."""
    return all(len(part) <= _LONGEST_NAME for part in parts)


def _lines_up_to_region(lines: Sequence[Line], words: Words) -> int:
    """Return how many of at most three lines make a place: up to a known region, or else to a known country."""
    if any(line.is_prose and len(line.text) >= _SHORTEST_SUMMARY for line in lines[:1]):
        return 1
    for index, line in enumerate(lines):
        if folded(line.text) in words.regions:
            return index + 1
    if len(lines) > 1 and folded(lines[1].text) in words.countries:
        return 2
    return 1


def names_of(parts: tuple[str, ...], words: Words) -> tuple[str, ...]:
    """Return which fields two or three parts are; the second of two may be a country or a region."""
    if len(parts) == 3:
        return ("institution", "country", "region")
    if len(parts) == 1:
        return ("institution",)
    if folded(parts[1]) not in words.regions:
        return ("institution", "country")
    return ("country", "region") if folded(parts[0]) in words.countries else ("institution", "region")


def doubt(parts: tuple[str, ...], words: Words, *, is_one_line: bool) -> str | None:
    """Return why three parts may not be what their order says, None when nothing speaks against it.

    Args:
        parts: As printed.
        words: Words of the source that carry structure.
        is_one_line: Whether commas separate them; lines of their own may as well be something else.
    """
    institution, country, region = map(folded, parts)
    if SEPARATOR in parts[0]:
        return "it has more than three parts"
    if region not in words.regions:
        return "the last part is no region that we know"
    if institution in words.countries or institution in words.regions:
        return "the first part is a country or a region"
    if country in words.regions:
        return "the second part is a region"
    if not is_one_line and country not in words.countries:
        return "the second line is no country that we know"
    return None
