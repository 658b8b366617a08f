"""Change the twin's pages in thousands of ways, and count how often the parser is right, loud, or silently wrong.

python benchmarks/mutate_pages.py [--count 10000] [--seed 1] [--show 5] [--only NAME]

Right: every record of the list is read as it stands on the changed page, field by field. Loud: a typed error, a page
kind that is no content, or a finding of severity warning or severe. Silently wrong: anything else; exit code 1 if there
is any. Texts are compared without regard to white space, invisible characters and where paragraphs end.
"""

import argparse
import os
import sys
import traceback
from collections import Counter
from dataclasses import dataclass, replace
from multiprocessing import get_context
from random import Random

from pages.finish import printed
from pages.frames import FRAME_MUTATIONS
from pages.records import RECORD_MUTATIONS
from pages.truth import PREFIXES, SAMPLE, Fields, TwinPage, seen, twin_page

from pipeline.errors import PracticesError
from pipeline.models import Block, Page, Record, Severity, digest_of
from pipeline.parse import parse_page
from pipeline.parse.memo import Memo
from pipeline.run.common import now, words_of
from pipeline.twin.theme import themes

MUTATIONS = {**RECORD_MUTATIONS, **FRAME_MUTATIONS}
UNCHANGED = "(unchanged)"
VERDICTS = ("right", "right, with a finding", "loud", "silently wrong")
AT = now()
# Half of the pages have one mutation, some two, few three.
HOW_MANY = (1, 1, 1, 2, 2, 3)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one page: number, theme, names of its mutations, verdict, and what it rests on."""

    number: int
    theme: str
    names: tuple[str, ...]
    verdict: str
    detail: str


def mutant(seed: int, number: int, only: str | None) -> tuple[TwinPage, str, tuple[str, ...]]:
    """Return the page of a number: the same one each time."""
    rng = Random(f"{seed}/{number}")
    name = list(themes())[number % len(themes())]
    language = rng.choice(("en", "en", *PREFIXES))
    page = twin_page(themes()[name], language, 1 + rng.randrange(2))
    wanted = [only] if only else rng.sample(list(MUTATIONS), rng.choice(HOW_MANY))
    # What changes bytes comes last, and rows go before their texts do.
    done = tuple(one for one in sorted(wanted, key=list(MUTATIONS).index) if page.texts() and MUTATIONS[one](page, rng))
    return page, name, done


def judge(page: TwinPage) -> tuple[str, str]:
    """Return the verdict on the parser for a page, and what it rests on."""
    body = printed(page)
    words = replace(words_of(SAMPLE), memo=Memo())
    try:
        parsed = parse_page(Page(page.url, body, page.content_type, AT, digest_of(body)), SAMPLE, words)
    except PracticesError as error:
        return "loud", f"{type(error).__name__}: {error.cause}"
    except Exception:  # noqa: BLE001 - any other error is the finding
        return "silently wrong", traceback.format_exc(limit=-3)
    findings = sorted({issue.kind for issue in parsed.issues if issue.severity is not Severity.INFO})
    wrong = differences(page.truth(), [as_fields(one) for one in parsed.records if one.block is Block.LIST])
    if not parsed.kind.is_content:
        findings.append(parsed.kind.value)
    if findings:
        return ("loud" if wrong else "right, with a finding"), ", ".join(findings)
    return ("silently wrong", "\n".join(wrong)) if wrong else ("right", "")


def as_fields(record: Record) -> Fields:
    """Return a parsed record as a reader compares it."""
    names = ("title", "implementation_year", "award_year", "institution", "country", "region", "summary")
    fields: Fields = {"source_key": record.source_key, **{name: seen(getattr(record, name)) for name in names}}
    return {**fields, "topics": [seen(topic) for topic in record.topics]}


def differences(truth: list[Fields], found: list[Fields]) -> list[str]:
    """Return a line for each field that differs; topics printed as one text may be kept as one text."""
    if len(truth) != len(found):
        keys = [str(row["source_key"]) for row in found]
        return [f"{len(truth)} records stand there, {len(found)} were read: {' '.join(keys)}"]
    return [
        f"record {number} {name}: {_difference(row[name], other[name])}"
        for number, (row, other) in enumerate(zip(truth, found, strict=True), start=1)
        for name in row
        if row[name] != other[name] and not (name == "topics" and _printed(row[name]) == _printed(other[name]))
    ]


def _difference(expected: object, found: object) -> str:
    """Return both, from a little before where they part."""
    one, other = repr(expected), repr(found)
    at = max(0, next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), len(one)) - 30)
    return f"{one[at : at + 150]} was read as {other[at : at + 150]}"


def _printed(topics: object) -> str:
    text = ", ".join(map(str, topics)) if isinstance(topics, list) else ""
    for glue in ("; ", " | ", " / ", " · "):
        text = text.replace(glue, ", ")
    return text


def outcome(job: tuple[int, int, str | None]) -> Outcome:
    """Make one page and judge it."""
    seed, number, only = job
    page, theme, names = mutant(seed, number, only)
    return Outcome(number, theme, names or (UNCHANGED,), *judge(page))


def main() -> None:
    """Print the tables and examples."""
    options = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    options.add_argument("--count", type=int, default=10_000)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--show", type=int, default=1, help="examples of each silently wrong mutation")
    options.add_argument("--only", choices=MUTATIONS, help="apply this mutation alone")
    options.add_argument("--number", type=int, help="print this page, and what became of it")
    chosen = options.parse_args()
    if chosen.number is not None:
        sys.stdout.write(printed(mutant(chosen.seed, chosen.number, chosen.only)[0]).decode(errors="replace"))
        print(outcome((chosen.seed, chosen.number, chosen.only)), file=sys.stderr)
        return
    jobs = [(chosen.seed, number, chosen.only) for number in range(chosen.count)]
    with get_context("spawn").Pool(os.cpu_count()) as pool:
        outcomes = list(pool.imap(outcome, jobs, chunksize=50))
    table("layout", outcomes, lambda one: (one.theme,))
    table("mutation", outcomes, lambda one: one.names)
    wrong = [one for one in outcomes if one.verdict == "silently wrong"]
    shown: Counter[str] = Counter()
    for one in sorted(wrong, key=lambda one: len(one.names)):
        if shown[one.names[0]] < chosen.show:
            print(f"\n--number {one.number} ({one.theme}: {' + '.join(one.names)})\n{one.detail[:600]}")
        shown.update(one.names)
    sys.exit(1 if wrong else 0)


def table(title: str, outcomes: list[Outcome], names_of: object) -> None:
    """Print a Markdown table of verdicts by name; a page with several mutations counts for each."""
    counts: dict[str, Counter[str]] = {}
    for one in outcomes:
        for name in names_of(one):  # type: ignore[operator]
            counts.setdefault(name, Counter())[one.verdict] += 1
    print(f"\n| {title} | pages | {' | '.join(VERDICTS)} |\n|---|---:|{'---:|' * len(VERDICTS)}")
    for name, found in sorted(counts.items()):
        print(f"| {name} | {found.total()} | {' | '.join(str(found[verdict]) for verdict in VERDICTS)} |")
    total = Counter(one.verdict for one in outcomes)
    print(f"| **all** | {total.total()} | {' | '.join(str(total[verdict]) for verdict in VERDICTS)} |")


if __name__ == "__main__":
    main()
