"""The one whole page of the real listing that is known, as text: 29 practices on the map, the first ten once more."""

from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.models import Block, PageKind, ParsedPage, Record

from .reading import parse

SEED = Path(__file__).parents[3] / "shared" / "seed" / "issa-korea.txt"
URL = "https://ww1.issa.int/gp?f%5B0%5D=countries%3AKorea%2C%20Republic%20of"


@pytest.fixture(scope="module")
def page() -> ParsedPage:
    """The page as the parser reads it."""
    if not SEED.exists():
        pytest.skip("the seed page is not part of the project")
    return parse(SEED.read_bytes(), URL, "text/plain")


@pytest.fixture(scope="module")
def practices(page: ParsedPage) -> tuple[Record, ...]:
    """The 29 different ones."""
    return page.records[:29]


def test_nothing_is_wrong_with_the_page(page: ParsedPage) -> None:
    """A listing in English, and nothing that a person should look at."""
    assert (page.kind, page.language, page.issues) == (PageKind.LISTING, "en", ())
    assert (page.pager, page.stated_total) == (None, None)


def test_all_records_are_found(page: ParsedPage) -> None:
    """39, in order, each as text and without a key."""
    assert [record.position for record in page.records] == list(range(1, 40))
    assert {(record.block, record.language, record.source_key, record.title) for record in page.records} == {
        (Block.TEXT, "en", None, None)
    }


def test_the_last_ten_repeat_the_first_ten(page: ParsedPage) -> None:
    """29 are different."""
    assert [replace(record, position=record.position - 29) for record in page.records[29:]] == list(page.records[:10])
    assert len({record.summary for record in page.records}) == 29


def test_every_record_has_every_field_but_topics(practices: tuple[Record, ...]) -> None:
    """Six of them have no topic."""
    fields = ("summary", "implementation_year", "award_year", "institution", "country", "region")
    assert [(record.position, name) for record in practices for name in fields if not getattr(record, name)] == []
    assert [record.position for record in practices if not record.topics] == [10, 13, 16, 21, 26, 29]


def test_a_country_with_a_comma_is_one_country(practices: tuple[Record, ...]) -> None:
    """The place is never shifted."""
    assert {(record.country, record.region) for record in practices} == {("Korea, Republic of", "Asia and Pacific")}
    assert Counter(record.institution for record in practices) == {
        "National Pension Service": 14,
        "National Health Insurance Service": 7,
        "Korea Workers' Compensation & Welfare Service": 6,
        "Korea Occupational Safety and Health Agency": 2,
    }


def test_topics_are_those_of_the_page(practices: tuple[Record, ...]) -> None:
    """17 different ones, and no summary or label among them."""
    assert sorted({topic for record in practices for topic in record.topics}) == [
        "Bilateral agreements",
        "Communication",
        "Contribution collection and compliance",
        "Data management",
        "Demographic change",
        "E-services",
        "Extension of coverage",
        "Governance and administration",
        "Health",
        "Information and communication technology",
        "Migration",
        "Occupational accidents and diseases",
        "Old-age pensions",
        "Return to work",
        "Service quality",
        "Social policies & programmes",
        "Workplace health promotion",
    ]


def test_years_are_those_of_the_page(practices: tuple[Record, ...]) -> None:
    """Three competitions; the oldest practice is from 1998."""
    assert Counter(record.award_year for record in practices) == {"2021": 15, "2018": 8, "2012": 6}
    years = [int(record.implementation_year or 0) for record in practices]
    assert (years, min(years), max(years)) == (sorted(years, reverse=True), 1998, 2020)


@pytest.mark.parametrize(
    ("position", "years", "institution", "start", "end", "topics"),
    [
        (
            1,
            ("2020", "2021"),
            "National Pension Service",
            "The National Pension Service (NPS) of the Republic of Korea developed a credit rating model",
            "on loans to honest national pension payers.",
            ("Information and communication technology",),
        ),
        (
            3,
            ("2020", "2021"),
            "National Health Insurance Service",
            "“Untact” (meaning “contactless”) is one of the high-trending new terms",
            "have come to be known as the “new normal”.",
            ("Health", "Information and communication technology"),
        ),
        (
            6,
            ("2020", "2021"),
            "National Pension Service",
            "COVID-19 caused a crisis with economic and employment shocks",
            "by temporarily waiving premium payments and payments of arrears.",
            ("Social policies & programmes",),
        ),
        (
            10,
            ("2018", "2018"),
            "National Pension Service",
            "Following the social trend of greater use of smart phones",
            "effectively introduce and promote the national pension scheme:",
            (),
        ),
        (
            27,
            ("2007", "2012"),
            "National Pension Service",
            "In an effort to protect these workers' benefit eligibility",
            "without the need for notarization or attestation.",
            (
                "Old-age pensions",
                "Governance and administration",
                "Extension of coverage",
                "Migration",
                "Bilateral agreements",
            ),
        ),
    ],
)
def test_a_record_reads_as_it_is_printed(
    practices: tuple[Record, ...],
    position: int,
    years: tuple[str, str],
    institution: str,
    start: str,
    end: str,
    topics: tuple[str, ...],
) -> None:
    """Years, institution, both ends of the summary, topics in printed order."""
    record = practices[position - 1]
    summary = record.summary or ""
    assert (record.implementation_year, record.award_year) == years
    assert (record.institution, record.topics) == (institution, topics)
    assert (summary[: len(start)], summary[len(summary) - len(end) :]) == (start, end)


def test_paragraphs_are_kept(practices: tuple[Record, ...]) -> None:
    """The sixth record has two, with a blank line between."""
    paragraphs = (practices[5].summary or "").split("\n\n")
    assert [paragraph.split()[0] for paragraph in paragraphs] == ["COVID-19", "The"]


def test_no_summary_swallowed_a_label_or_a_place(practices: tuple[Record, ...]) -> None:
    """Summaries are prose: none begins with an institution's line, none holds a label."""
    summaries = "\n".join(record.summary or "" for record in practices)
    assert [word for word in ("Topic:", "Implementation year:", "Award Year:", "\n,\n") if word in summaries] == []


def test_a_page_without_its_last_lines_loses_only_them() -> None:
    """Without the repeated records the first 29 are the same."""
    if not SEED.exists():
        pytest.skip("the seed page is not part of the project")
    text = SEED.read_text(encoding="utf-8")
    whole = parse(text, URL, "text/plain").records
    marks = [at for at in range(len(text)) if text.startswith("Implementation year:", at)]
    assert parse(text[: marks[29]], URL, "text/plain").records == whole[:29]
