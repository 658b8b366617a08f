"""Read one record from its lines, whatever markup or text they came from.

The grammar is free of order where the sources differ (a detail page prints the place before the title, a listing after
the years) and strict where they agree: years and topics follow their labels, the place has commas of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.models import Block, Issue, Record, Severity
from pipeline.parse.labels import Label, folded
from pipeline.parse.line import Line
from pipeline.parse.words import Words

# Printed between institution, country and region; the blank before the comma tells it from commas inside names.
_SEPARATOR = " , "


@dataclass(slots=True)
class _Draft:
    """A record while its lines are read."""

    values: dict[str, str] = field(default_factory=dict)
    topics: list[str] = field(default_factory=list)
    paragraphs: list[str] = field(default_factory=list)
    issues: list[tuple[Severity, str, str | None, str | None, str]] = field(default_factory=list)


def read_record(
    lines: Sequence[Line],
    words: Words,
    block: Block,
    position: int,
    language: str,
    source_key: str | None,
    bare_topics: Sequence[str] = (),
) -> tuple[Record, list[Issue]]:
    """Return the record that the lines print, and what a person should look at.

    Args:
        lines: Lines of exactly one record, in order.
        words: Words of the source that carry structure.
        block: Copied into the record, as are position, language and source_key.
        position: See there.
        language: See there.
        source_key: See there.
        bare_topics: Topics that stand without a label, already told apart.
    """
    draft = _Draft(topics=list(bare_topics))
    rest = _take_labelled(lines, words, draft)
    rest = _take_title(rest, draft)
    rest = _take_place(rest, words, draft)
    draft.paragraphs = _paragraphs(rest, words)
    record = Record(
        block=block,
        position=position,
        language=language,
        source_key=source_key,
        title=draft.values.get("title"),
        summary="\n\n".join(draft.paragraphs) or None,
        implementation_year=draft.values.get(Label.IMPLEMENTATION_YEAR),
        award_year=draft.values.get(Label.AWARD_YEAR),
        institution=draft.values.get("institution"),
        country=draft.values.get("country"),
        region=draft.values.get("region"),
        topics=tuple(draft.topics),
    )
    issues = [
        Issue(severity, kind, message, (block, position), name, raw)
        for severity, kind, name, raw, message in draft.issues
    ]
    return record, issues


def _take_labelled(lines: Sequence[Line], words: Words, draft: _Draft) -> list[Line]:
    """Take years and topics with their labels; return the other lines."""
    rest: list[Line] = []
    waiting: Label | None = None
    for line in lines:
        found = labelled(line, words)
        if found is not None:
            waiting, values = found
            if waiting is Label.TOPICS:
                draft.topics.extend(_topics(values))
            elif values:
                _put(draft, waiting, " ".join(values))
                waiting = None
        elif waiting is Label.TOPICS:
            draft.topics.extend(_topics(line.parts or (line.text,)))
        elif waiting is not None and _looks_like_year(line.text):
            _put(draft, waiting, line.text)
            waiting = None
        else:
            waiting = None
            rest.append(line)
    return rest


# A label's value on the same line is a year or a name; whatever is longer, in a paragraph, is a sentence.
_LONGEST_VALUE = 60


def labelled(line: Line, words: Words) -> tuple[Label, tuple[str, ...]] | None:
    """Return the label that a line begins with, and its value in parts; None when it begins with none.

    Args:
        line: Any line.
        words: Words of the source that carry structure.
    """
    if line.label is not None:
        return Label(line.label), ()
    found = words.label_at_start(line.parts[0] if line.parts else line.text)
    if found is None:
        return None
    label, value = found
    values = tuple(part for part in (value, *line.parts[1:]) if part not in ("", ":", "\uff1a"))
    if values and line.is_title:
        return None
    is_sentence = label is not Label.TOPICS or line.is_prose
    if is_sentence and len(" ".join(values)) > _LONGEST_VALUE:
        return None
    return label, values


def _put(draft: _Draft, label: Label, value: str) -> None:
    if label in draft.values and draft.values[label] != value:
        message = f"The label of {label} stands twice in one record; the first value is kept."
        draft.issues.append((Severity.WARNING, "label_twice", label, value, message))
        return
    draft.values[label] = value


def _looks_like_year(text: str) -> bool:
    """Whether a text behind a year label is its value: short, and with a digit in it, right or wrong."""
    return len(text) <= 20 and any(character.isdigit() for character in text)


def _topics(parts: Sequence[str]) -> list[str]:
    """Return the topics of one line: one a part, where parts that are only a separator count as none."""
    return [topic for part in parts if (topic := part.strip(" ,;\t\n")) and topic != ":"]


def _take_title(lines: list[Line], draft: _Draft) -> list[Line]:
    titles = [line for line in lines if line.is_title]
    if not titles:
        return lines
    draft.values["title"] = titles[0].text
    return [line for line in lines if not (line.is_title and line.text == titles[0].text)]


def _take_place(lines: list[Line], words: Words, draft: _Draft) -> list[Line]:
    """Take institution, country and region: the first line, or the first lines up to a known region."""
    if not lines:
        return lines
    parts = _place_parts(lines[0])
    used = 1
    if len(parts) == 1:
        used = _lines_up_to_region(lines, words)
        parts = tuple(line.text for line in lines[:used])
    if len(parts) > 1:
        _put_place(parts, words, draft)
        return lines[used:]
    if used == 1 and len(lines) > 1 and len(lines[0].text) < _SHORTEST_SUMMARY and lines[1].follows_gap:
        draft.values["institution"] = parts[0]
        message = "The place has one part; it was read as institution."
        draft.issues.append((Severity.WARNING, "short_place", "institution", parts[0], message))
        return lines[1:]
    return lines


# Listing teasers are at least 115 characters long where they were seen; a shorter first line is an institution alone.
_SHORTEST_SUMMARY = 100


def _place_parts(line: Line) -> tuple[str, ...]:
    """Cut a place line at its separators, from the right, into at most three parts."""
    inline = [part.strip() for part in line.parts]
    if inline.count(",") == len(inline) // 2 and len(inline) in (3, 5) and inline[1::2] == [","] * (len(inline) // 2):
        return tuple(inline[0::2])
    return tuple(part.strip() for part in line.text.rsplit(_SEPARATOR, 2))


def _lines_up_to_region(lines: list[Line], words: Words) -> int:
    """Return how many of the first three lines make a place: up to a known region, or else to a known country."""
    for index, line in enumerate(lines[:3]):
        if folded(line.text) in words.regions:
            return index + 1
    if len(lines) > 1 and folded(lines[1].text) in words.countries:
        return 2
    return 1


def _put_place(parts: tuple[str, ...], words: Words, draft: _Draft) -> None:
    names: list[str] = ["institution", "country", "region"]
    if len(parts) == 2:
        last_is_region = folded(parts[1]) in words.regions
        first_is_country = folded(parts[0]) in words.countries
        names = (
            (["country", "region"] if first_is_country else ["institution", "region"]) if last_is_region else names[:2]
        )
        message = f"The place has two parts; they were read as {names[0]} and {names[1]}."
        draft.issues.append((Severity.WARNING, "short_place", names[0], _SEPARATOR.join(parts), message))
    draft.values.update({name: part for name, part in zip(names, parts, strict=True) if part})


def _paragraphs(lines: list[Line], words: Words) -> list[str]:
    """Join lines into paragraphs: a new one begins behind a gap."""
    paragraphs: list[str] = []
    for line in lines:
        if folded(line.text) in words.ignored:
            continue
        if line.follows_gap or not paragraphs:
            paragraphs.append(line.text)
        else:
            paragraphs[-1] += f"\n{line.text}"
    return paragraphs
