"""Text renditions: a listing page as an extractor or a browser's "save as text" leaves it.

Three forms are known. A prints every piece on a line of its own, commas included; B prints the place on one line; C is
B without short texts: years have labels but no values, and topics stand bare, glued to the next record's first label.
"""

from pipeline.models import Block, Issue, Severity
from pipeline.parse.grammar import read_record
from pipeline.parse.labels import YEARS, Label, folded
from pipeline.parse.line import Line
from pipeline.parse.reading import Reading
from pipeline.parse.words import Words


def read_rendition(text: str, words: Words, language: str) -> tuple[list[Reading], list[Issue]]:
    """Return what the records of a text rendition say in order, and what of the page a person should look at.

    Args:
        text: The whole rendition.
        words: Words of the source that carry structure.
        language: BCP 47 primary tag of the page.
    """
    readings: list[Reading] = []
    issues: list[Issue] = []
    is_form_c = False
    lines, cut = _without_cut_label(_lines(text), words)
    chunks = _chunks(_with_place_lines_joined(lines), words)
    for position, chunk in enumerate(chunks, start=1):
        lines, left_over = _end_topics_at_gap(chunk, words)
        is_last = position == len(chunks)
        is_glued = not is_last and not chunks[position][0].follows_gap
        bare_topics = _bare_topics(lines, words) if is_glued or (is_last and is_form_c) else ()
        if is_last and not is_glued and not all(map(_looks_like_name, bare_topics)):
            bare_topics = ()
        is_form_c = is_form_c or bool(bare_topics)
        body = lines[: len(lines) - len(bare_topics)]
        reading = read_record(body, words, Block.TEXT, position, language, None, bare_topics)
        if is_last and reading.record.institution is None:
            message = "The text stops inside this record, before its place; it is left out."
            raw = "\n".join(line.text for line in chunk)
            issues.append(Issue(Severity.WARNING, "cut_record", message, raw_value=raw))
            break
        readings.append(reading)
        if bare_topics:
            message = "Topics stand without their label, glued to the next record; they were read as topics."
            issues.append(_issue(Severity.INFO, "topics_without_label", message, position, " | ".join(bare_topics)))
        if left_over:
            message = "Text behind the last topic belongs to no field of the record."
            issues.append(_issue(Severity.INFO, "unclaimed_text", message, position, "\n".join(left_over)))
    if cut is not None:
        message = "The text stops inside a label; what it would have opened is missing."
        issues.append(Issue(Severity.WARNING, "cut_record", message, raw_value=cut))
    return readings, issues


def _without_cut_label(lines: list[Line], words: Words) -> tuple[list[Line], str | None]:
    """Leave out a last line that is the beginning of a label, and return it."""
    last = folded(lines[-1].text) if lines else ""
    is_cut = (
        bool(last)
        and last not in words.topics
        and any(label.startswith(last) and label != last for label in words.labels)
    )
    return (lines[:-1], lines[-1].text) if is_cut else (lines, None)


def _looks_like_name(text: str) -> bool:
    """Whether a line may be a topic: short, and no sentence."""
    return len(text) <= 60 and not text.endswith((".", "!", "?", ":", "\u2026"))


def _issue(severity: Severity, kind: str, message: str, position: int, raw: str) -> Issue:
    return Issue(severity, kind, message, (Block.TEXT, position), None, raw)


def _lines(text: str) -> list[Line]:
    lines: list[Line] = []
    gap = True
    for raw in text.splitlines():
        stripped = raw.strip()
        if stripped:
            lines.append(Line(stripped, (stripped,), follows_gap=gap))
        gap = not stripped
    return lines


def _with_place_lines_joined(lines: list[Line]) -> list[Line]:
    """Make form A's place (`institution`, `,`, `country`, `,`, `region`) one line with five parts."""
    joined: list[Line] = []
    glue = False
    for line in lines:
        if joined and (glue or line.text == ","):
            last = joined[-1]
            joined[-1] = Line(f"{last.text} {line.text}", (*last.parts, line.text), follows_gap=last.follows_gap)
        else:
            joined.append(line)
        glue = line.text == ","
    return joined


def _chunks(lines: list[Line], words: Words) -> list[list[Line]]:
    """Cut the lines into records: a year label opens one, unless only year labels and values came before it."""
    chunks: list[list[Line]] = []
    opened: set[Label] = set()
    for line in lines:
        found = words.label_at_start(line.text)
        label = found[0] if found else None
        if label in YEARS and (not chunks or label in opened or _has_body(chunks[-1], words)):
            chunks.append([])
            opened = set()
        if label is not None:
            opened.add(label)
        if chunks:
            chunks[-1].append(line)
    return chunks


def _has_body(chunk: list[Line], words: Words) -> bool:
    """Whether a place line has come, so that the next year label opens another record."""
    return any(len(line.text) > 20 and words.label_at_start(line.text) is None for line in chunk)


def _end_topics_at_gap(chunk: list[Line], words: Words) -> tuple[list[Line], list[str]]:
    """Cut a record behind its topics: a blank line there means that the page's furniture begins."""
    in_topics = False
    for index, line in enumerate(chunk):
        found = words.label_at_start(line.text)
        if found is not None:
            in_topics = found[0] is Label.TOPICS
        elif in_topics and line.follows_gap and index and words.label_at_start(chunk[index - 1].text) is None:
            return chunk[:index], [line.text for line in chunk[index:]]
    return chunk, []


def _bare_topics(lines: list[Line], words: Words) -> tuple[str, ...]:
    """Return the topics of form C: the last block, glued to the next record, behind a place and a summary."""
    if any((found := words.label_at_start(line.text)) and found[0] is Label.TOPICS for line in lines):
        return ()
    blocks: list[list[str]] = []
    for line in lines:
        if line.follows_gap or not blocks:
            blocks.append([])
        blocks[-1].append(line.text)
    return tuple(blocks[-1]) if len(blocks) > 2 else ()
