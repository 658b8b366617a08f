"""Read the rows of a page, and remember how."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from pipeline.models import Accounting, Block, Issue, Record
from pipeline.parse.grammar import read_record
from pipeline.parse.lines import lines_of
from pipeline.parse.links import DetailLinks
from pipeline.parse.listing import Row
from pipeline.parse.privacy import without_emails
from pipeline.parse.reading import Known, Reading
from pipeline.parse.tree import Element, Tree
from pipeline.parse.words import Words

LANGUAGE_TAG = re.compile(r"^[A-Za-z]{2}(?=$|[-_])")


def read_rows(rows: Iterable[Row], tree: Tree, words: Words, links: DetailLinks) -> list[Known]:
    """Return what rows say, in their order, and remember those that are new.

    Args:
        rows: Of the page.
        tree: The page.
        words: Words of the source that carry structure, with their memory.
        links: Recognizes links to practices.
    """
    known: list[Known] = []
    new: dict[tuple[Element | None, str, str], dict[str, Known]] = {}
    for row in rows:
        element = row.element
        if element.known is not None:
            known.append(element.known)
            continue
        reading = _read(row, words, links)
        known.append(reading)
        if element.node is not None:
            siblings = new.setdefault((element.parent, element.tag, element.class_attribute), {})
            siblings[element.node.html or ""] = reading
    for siblings in new.values():
        for markup in tree.markup:
            words.memo.learn(markup, links.folder, siblings)
    return known


def _read(row: Row, words: Words, links: DetailLinks) -> Known:
    lines, ignored = lines_of(row.element, links)
    reading = without_emails(read_record(lines, words, row.block, 1, "", row.key))
    return Known(row.labels, row.key, _language(row.element, links), tuple(lines), reading, ignored)


def _language(element: Element, links: DetailLinks) -> str | None:
    """Return the language that the link to the practice declares: an untranslated row is shown in another one."""
    for anchor in element.elements():
        if anchor.known is not None and anchor.known.language is not None:
            return anchor.known.language
        if links.record_key(anchor) is not None:
            match = LANGUAGE_TAG.match(anchor.get("hreflang"))
            if match:
                return match[0].lower()
    return None


def placed(known: Known, block: Block, position: int, language: str) -> tuple[Record, tuple[Issue, ...]]:
    """Return the record and the issues of a row at its place on a page."""
    reading = known.reading
    record = replace(
        reading.record,
        block=block,
        position=position,
        language=known.language or language,
        layout="; ".join(f"{name}: {place}" for name, place in sorted(reading.fields.items())),
    )
    return record, tuple(replace(issue, record=(block, position)) for issue in reading.issues)


def account(readings: Sequence[tuple[Reading, Mapping[str, int]]]) -> Accounting:
    """Return what became of the text of several records.

    Args:
        readings: What was read, and the characters that were left out by rule.
    """
    ignored: Counter[str] = Counter()
    for _, left_out in readings:
        ignored.update(left_out)
    claimed = sum(_characters(reading.record) for reading, _ in readings)
    return Accounting(claimed, sum(reading.unclaimed for reading, _ in readings), dict(ignored))


def _characters(record: Record) -> int:
    texts = (record.title, record.summary, record.implementation_year, record.award_year)
    place = (record.institution, record.country, record.region)
    return sum(len(text) for text in (*texts, *place, *record.topics) if text)
