"""Read one record from its lines, whatever markup or text they came from, and account for every one of them.

The grammar is free of order where the sources differ (a detail page prints the place before the title, a listing after
the years) and strict where they agree: years and topics follow their labels, the place has commas of its own. A line is
claimed by a field, or by a rule that has a name; what is left is reported.
"""

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from pipeline.models import Block, Issue, Record
from pipeline.parse.draft import Draft
from pipeline.parse.groups import container_of, prefixes_of
from pipeline.parse.labels import YEARS, Label, folded
from pipeline.parse.line import Line, Step
from pipeline.parse.place import Place, doubt, find_place, guess_place, names_of
from pipeline.parse.reading import Reading
from pipeline.parse.rest import take_text
from pipeline.parse.topics import split_topics
from pipeline.parse.words import Words

# A label's value on the same line is a year or a name; whatever is longer, in a paragraph, is a sentence.
_LONGEST_VALUE = 60
_COLON = re.compile("[:\uff1a]")


def read_record(
    lines: Sequence[Line],
    words: Words,
    block: Block,
    position: int,
    language: str,
    source_key: str | None,
    bare_topics: Sequence[str] = (),
) -> Reading:
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
    lines = _cut_at_labels(lines, words)
    draft = Draft(lines, [False] * len(lines), topics=list(bare_topics))
    labels = [labelled(line, words) for line in lines]
    _take_ignored(draft, words)
    _take_title(draft, labels)
    _take_known_place(draft, labels, words)
    _take_labelled(draft, labels, words, block)
    _take_place(draft, words)
    take_text(draft, words)
    if source_key is not None and "title" not in draft.values:
        draft.warn("no_title", "title", None, "The record links to its page, but no line is its title.")
    record = Record(
        block=block,
        position=position,
        language=language,
        source_key=source_key,
        title=draft.values.get("title"),
        summary=draft.values.get("summary"),
        implementation_year=draft.values.get(Label.IMPLEMENTATION_YEAR),
        award_year=draft.values.get(Label.AWARD_YEAR),
        institution=draft.values.get(Label.INSTITUTION),
        country=draft.values.get(Label.COUNTRY),
        region=draft.values.get(Label.REGION),
        topics=tuple(draft.topics),
    )
    issues = tuple(
        Issue(severity, kind, message, (block, position), name, raw)
        for severity, kind, name, raw, message in draft.issues
    )
    fields = {name: ">".join(step[1] for step in path) for name, path in draft.paths.items()}
    return Reading(record, issues, fields, draft.unclaimed)


def _cut_at_labels(lines: Sequence[Line], words: Words) -> list[Line]:
    """Return lines of which none has a label in its middle: markup may print several fields on one."""
    cut: list[Line] = []
    for line in lines:
        starts = [0, *(at for at in range(1, len(line.parts)) if _is_label(line.parts[at], words))]
        if len(starts) == 1:
            cut.append(line)
            continue
        for start, end in pairwise((*starts, len(line.parts))):
            parts = line.parts[start:end]
            cut.append(replace(line, text=" ".join(parts), parts=parts, follows_gap=line.follows_gap and start == 0))
    return cut


def _is_label(part: str, words: Words) -> bool:
    found = words.label_at_start(part)
    return found is not None and not found[1] and (found[0] in YEARS or part[-1] in ":\uff1a")


def labelled(line: Line, words: Words) -> tuple[Label, tuple[str, ...]] | None:
    """Return the label that a line begins with, and its value in parts; None when it begins with none.

    Args:
        line: Any line.
        words: Words of the source that carry structure.
    """
    if line.label is not None:
        return Label(line.label), ()
    found = words.label_at_start(line.parts[0] if line.parts else line.text)
    if found is not None:
        values = tuple(part for part in (found[1], *line.parts[1:]) if part not in ("", ":", "\uff1a"))
    elif len(line.parts) > 1 and (found := words.label_at_start(line.text)) is not None:
        values = (found[1],) if found[1] else ()  # markup stands inside the label
    else:
        return None
    label, value = found
    if values and line.is_title:
        return None
    # Topics may be many, and a paragraph begins with the word as well, but not with an element of its own for it.
    is_sentence = label is not Label.TOPICS or (line.is_prose and bool(value))
    if is_sentence and len(" ".join(values)) > _LONGEST_VALUE:
        return None
    return label, values


Labelled = tuple[Label, tuple[str, ...]] | None


def _take_ignored(draft: Draft, words: Words) -> None:
    """Take the furniture that the source file names, and what has neither letter nor digit."""
    for number, line in enumerate(draft.lines):
        is_named = bool(words.ignored) and folded(line.text) in words.ignored
        if line.label is None and (is_named or not any(map(str.isalnum, line.text))):
            draft.claimed[number] = True


def _take_title(draft: Draft, labels: Sequence[Labelled]) -> None:
    """Take the text of the first link to the record's own page, or else its first heading, and all that repeat it."""
    free = [number for number in draft.rest() if labels[number] is None]
    titles = [number for number in free if draft.lines[number].is_link]
    titles = titles or [number for number in free if draft.lines[number].is_heading]
    if not titles:
        return
    title = draft.lines[titles[0]]
    draft.values["title"] = title.text
    draft.paths["title"] = title.path
    for number in free:
        line = draft.lines[number]
        draft.claimed[number] = draft.claimed[number] or (line.is_title and line.text == title.text)


def _take_known_place(draft: Draft, labels: Sequence[Labelled], words: Words) -> None:
    """Take the place where a region or country that we know shows it."""
    free = [number for number in draft.rest() if labels[number] is None and not draft.lines[number].is_title]
    found = find_place([draft.lines[number] for number in free], words)
    if found is not None:
        _put_place(draft, free, found, words)


def _take_labelled(draft: Draft, labels: Sequence[Labelled], words: Words, block: Block) -> None:
    """Take years, topics and other labelled values with their labels."""
    for number, found in enumerate(labels):
        if found is None or draft.claimed[number]:
            continue
        label, values = found
        draft.claimed[number] = True
        if label is Label.TOPICS:
            _take_topics(draft, labels, number, values, words)
            continue
        if values:
            # What markup cuts without a blank is one value: `20<b>24</b>`.
            values = (_rest_of(draft.lines[number].text) or " ".join(values),)
        if not values and (after := _value_after(draft, labels, number, label)) is not None:
            draft.claimed[after] = True
            values = (draft.lines[after].text,)
            if not _are_together(draft, labels, number, after) and label is not Label.IGNORED:
                message = "The value stands in another element than its label, and may belong to another one."
                draft.warn("value_elsewhere", label, values[0], message)
        if values:
            _put(draft, label, values[0], draft.lines[number].path)
        elif _wants_value(draft, label, number) and block is not Block.TEXT:
            # Text copies drop short texts, years among them, but not their labels.
            draft.warn("label_without_value", label, None, f"The label of {label} stands without a value.")


def _rest_of(text: str) -> str:
    """Return what stands behind the first colon."""
    return _COLON.split(text, 1)[-1].strip() if _COLON.search(text) else ""


def _wants_value(draft: Draft, label: Label, number: int) -> bool:
    """Whether a label without a value is worth a word: a table's head stands over empty cells as well."""
    if label is Label.IGNORED or label in draft.values:
        return False
    after = draft.lines[number + 1 : number + 2]
    is_empty_cell = draft.lines[number].label is not None and not (after and after[0].path == draft.lines[number].path)
    return not is_empty_cell


def _are_together(draft: Draft, labels: Sequence[Labelled], number: int, after: int) -> bool:
    """Whether a label and the value behind it stand in one field, or are neighbours in the same element."""
    own, other = draft.lines[number].path, draft.lines[after].path
    if other[:-1] == own[:-1]:
        return True
    others = prefixes_of(line for at, line in enumerate(draft.lines) if at != number and labels[at] is not None)
    shared = container_of(draft.lines[number], others)
    return shared is not None and other[: len(shared)] == shared


def _value_after(draft: Draft, labels: Sequence[Labelled], number: int, label: Label) -> int | None:
    """Return the line with the value of a label that stands alone: the next one, if it looks like it."""
    after = number + 1
    if after >= len(labels) or labels[after] is not None or draft.claimed[after]:
        return None
    line = draft.lines[after]
    if label in YEARS:
        return after if _looks_like_year(line.text) else None
    return after if len(line.text) <= _LONGEST_VALUE and not line.is_title else None


def _looks_like_year(text: str) -> bool:
    """Whether a text behind a year label is its value: short, and with a digit in it, right or wrong."""
    return len(text) <= 20 and any(character.isdigit() for character in text)


def _take_topics(draft: Draft, labels: Sequence[Labelled], number: int, values: Sequence[str], words: Words) -> None:
    """Take the topics behind their label: those on its line, and the lines that stand in the same field."""
    if Label.TOPICS in draft.paths:
        draft.warn("label_twice", Label.TOPICS, " | ".join(values) or None, "The label of topics stands twice.")
    draft.topics.extend(split_topics(values, draft.lines[number].text, words))
    draft.paths.setdefault(Label.TOPICS, draft.lines[number].path)
    taken = prefixes_of(
        line for at, line in enumerate(draft.lines) if at != number and (draft.claimed[at] or labels[at] is not None)
    )
    own = container_of(draft.lines[number], taken)
    first: tuple[Step, ...] | None = None
    for after in range(number + 1, len(labels)):
        line = draft.lines[after]
        if draft.claimed[after] or labels[after] is not None or line.is_title:
            return
        if own is None or line.path[: len(own)] != own:
            # Not in the label's own element: its first value and that value's like, nothing further away.
            if after == number + 1:
                if values or (line.is_prose and len(line.text) > _LONGEST_VALUE):
                    return
                first = line.path
            elif first is None or line.path[:-1] != first[:-1] or _shapes(line.path) != _shapes(first):
                return
        draft.claimed[after] = True
        draft.topics.extend(split_topics(line.parts or (line.text,), line.text, words))


def _shapes(path: tuple[Step, ...]) -> tuple[str, ...]:
    return tuple(step[1] for step in path)


def _put(draft: Draft, label: Label, value: str, path: tuple[Step, ...]) -> None:
    if label is Label.IGNORED:
        return
    if label in draft.values and draft.values[label] != value:
        draft.warn("label_twice", label, value, f"The label of {label} stands twice; the first value is kept.")
        return
    draft.values[label] = value
    draft.paths[label] = path


def _take_place(draft: Draft, words: Words) -> None:
    """Take the place where nothing known shows it, and say so; or say that there is none."""
    if "institution" in draft.values or "country" in draft.values:
        return
    free = [number for number in draft.rest() if not draft.lines[number].is_title]
    found = guess_place([draft.lines[number] for number in free])
    if found is not None:
        _put_place(draft, free, found, words)
    elif draft.lines:
        draft.warn("no_place", "institution", None, "No line says whose practice this is.")


def _put_place(draft: Draft, numbers: Sequence[int], place: Place, words: Words) -> None:
    where, parts = place
    names = names_of(parts, words)
    raw = " , ".join(parts)
    if len(parts) < 3:
        read_as = " and ".join(names)
        message = f"The place has {len(parts)} of three parts; read as {read_as}."
        draft.warn("short_place", names[0], raw, message)
    elif (why := doubt(parts, words, is_one_line=where.stop - where.start == 1)) is not None:
        draft.warn("doubtful_place", "institution", raw, f"The place may be cut or ordered otherwise: {why}.")
    for number in numbers[where]:
        draft.claimed[number] = True
    for name, part in zip(names, parts, strict=True):
        if part:
            _put(draft, Label(name), part, draft.lines[numbers[where][0]].path)
