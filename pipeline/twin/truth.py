"""Crawls of an edited twin as records, and the truth beside them: which practice each record really is."""

import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from math import comb

from pipeline.twin.content import TwinPractice, generate
from pipeline.twin.records import record

LANGUAGES = {"en": "", "fr": "/fr", "es": "/es", "de": "/de"}
PLACES = ("http://www.twin.test/databases/gp", "https://ww1.twin.test/cfe/gp", "http://twin.test/gp?utm_source=mail")


@dataclass(frozen=True, slots=True)
class Score:
    """How well records were joined, counted over pairs of records.

    Attributes:
        precision: Share of joined pairs that are one practice.
        recall: Share of pairs of one practice that were joined.
        records: Records compared.
        practices: Practices that were found.
    """

    precision: float
    recall: float
    records: int
    practices: int


def score(told: Iterable[tuple[str, int]]) -> Score:
    """Return the score of pairs of practice_id and true practice."""
    pairs = list(told)
    sizes: dict[str, dict[object, int]] = {"told": defaultdict(int), "true": defaultdict(int), "both": defaultdict(int)}
    for practice_id, truth in pairs:
        sizes["told"][practice_id] += 1
        sizes["true"][truth] += 1
        sizes["both"][practice_id, truth] += 1
    count = {name: sum(comb(size, 2) for size in groups.values()) for name, groups in sizes.items()}
    return Score(
        count["both"] / count["told"] if count["told"] else 1.0,
        count["both"] / count["true"] if count["true"] else 1.0,
        len(pairs),
        len(sizes["told"]),
    )


def crawls(count: int, seed: int = 1) -> tuple[list[dict[str, object]], dict[str, int]]:
    """Return what three crawls with edits in between see, and text copies; and the true practice by sighting_id.

    Every practice stands in the list of every language and in the map, under one of several addresses. Between crawls,
    summaries, titles, topics and years are edited. Text copies, which have no link, are of the first and last crawl.
    """
    rows: list[dict[str, object]] = []
    truth: dict[str, int] = {}
    practices = generate(count, seed)
    rng = random.Random(seed)
    for number in range(3):
        for practice in practices:
            for language, block, has_link in _appearances(number):
                row = _row(practice, language, number, block, has_link=has_link)
                rows.append(row)
                truth[str(row["sighting_id"])] = practice.key
        practices = [edited(practice, rng) for practice in practices]
    return rows, truth


def _appearances(number: int) -> Sequence[tuple[str, str, bool]]:
    listed = [(language, "list", True) for language in LANGUAGES]
    copied = [(language, "text", False) for language in LANGUAGES] if number != 1 else []
    return [*listed, ("en", "map", True), *copied]


def edited(practice: TwinPractice, rng: random.Random) -> TwinPractice:
    """Return a practice as an editor left it: most unchanged, some with another text, topic list or year."""
    kind = rng.randrange(8)
    if kind == 0:
        summaries = {
            language: (paragraphs[0].replace(" ", "  ", 1) + " (2nd phase)", *paragraphs[1:])
            for language, paragraphs in practice.summaries.items()
        }
        return replace(practice, summaries=summaries)
    if kind == 1:
        return replace(
            practice, titles={language: f"{title}: an update" for language, title in practice.titles.items()}
        )
    if kind == 2:
        return replace(practice, topic_ids=practice.topic_ids[1:])
    if kind == 3 and practice.implementation_year is not None:
        return replace(practice, implementation_year=practice.implementation_year - 1)
    return practice


def _row(practice: TwinPractice, language: str, crawl: int, block: str, *, has_link: bool) -> dict[str, object]:
    printed = record(practice, language, LANGUAGES)
    start = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(days=30 * crawl)
    return {
        "source": "sample",
        "crawl_kind": "crawl" if has_link else "import",
        "sighting_id": f"{crawl}-{language}-{block}-{practice.key}",
        "crawl_id": f"{start:%Y%m%dT%H%M%SZ}-sample",
        "page_url": PLACES[(practice.key + crawl) % len(PLACES)],
        "page_digest": f"sha256:{'0' * 64}",
        "captured_at": start,
        "language": printed.language,
        "block": block,
        "position": 1,
        "source_key": str(practice.key) if has_link else None,
        "title": printed.title if has_link else None,
        "summary": "\n\n".join(printed.paragraphs),
        "implementation_year": _text(printed.implementation_year),
        "award_year": _text(printed.award_year),
        "institution": printed.institution,
        "country": printed.country,
        "region": printed.region,
        "topics": list(printed.topics),
        "raw_digest": f"sha256:{'1' * 64}",
    }


def _text(year: int | None) -> str | None:
    return None if year is None else str(year)
