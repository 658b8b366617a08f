"""What holds for every page: hypothesis makes the practices, the twin or a small renderer prints them."""

from collections.abc import Sequence
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.models import Block, PageKind, Record
from pipeline.run.common import words_of
from pipeline.twin.content import TwinPractice, generate
from pipeline.twin.messages import Request
from pipeline.twin.records import record as printed
from pipeline.twin.site import TwinSite
from pipeline.twin.vocabulary import vocabulary

from .reading import minified, parse, source_and_words

# No deadline: on a busy machine, time says nothing about a law.
LAW = settings(max_examples=12, deadline=None)
# `a: b` may be a sentence or a label, `a , b` one name or two; the parser says that it can not tell.
UNSURE = {"unknown_label", "doubtful_place", "doubtful_summary"}
TEXT_LAW = settings(max_examples=50, deadline=None)
SAMPLE, _ = source_and_words("sample")
PREFIXES = {code: language.prefix for code, language in SAMPLE.languages.items()}

word = st.text(
    st.sampled_from("abcdefghijklmnopqrstuvwxyzÉœßłñ한제,:“”‘’'\"&<>–\u2011()/.;!?#%1234567890"), min_size=1, max_size=9
)
phrase = st.lists(word, min_size=2, max_size=9).map(" ".join).filter(lambda text: any(c.isalpha() for c in text))
year = st.integers(1990, 2026)


@st.composite
def practices(draw: st.DrawFn) -> list[TwinPractice]:
    """Practices of real institutions with any texts; each prints at least one label."""
    terms = vocabulary()
    institutions = list(terms.institutions.values())
    keys = draw(st.lists(st.integers(1, 999_999), min_size=1, max_size=14, unique=True))
    made = []
    for key in keys:
        institution = draw(st.sampled_from(institutions))
        languages = ("en", *draw(st.lists(st.sampled_from(["fr", "es", "de"]), unique=True, max_size=3)))
        made.append(
            TwinPractice(
                key=key,
                implementation_year=draw(year),
                award_year=draw(st.none() | year),
                institution_id=institution.key,
                country_code=institution.group,
                region=terms.countries[institution.group].group,
                topic_ids=tuple(draw(st.lists(st.sampled_from(sorted(terms.topics)), max_size=5, unique=True))),
                titles={language: draw(phrase) for language in languages},
                summaries={language: tuple(draw(st.lists(phrase, min_size=1, max_size=3))) for language in languages},
            )
        )
    return made


def body(site: TwinSite, target: str) -> bytes:
    """The page at a target."""
    return site.respond(Request("GET", target)).body


def expected(site: TwinSite, language: str) -> list[Record]:
    """The records of a first page, map before list, as the twin meant them."""
    everything = [printed(practice, language, PREFIXES) for practice in site.listing.practices]
    return [
        Record(
            block=block,
            position=position,
            language=row.language,
            source_key=str(row.key),
            title=row.title,
            summary="\n\n".join(row.paragraphs),
            implementation_year=str(row.implementation_year) if row.implementation_year else None,
            award_year=str(row.award_year) if row.award_year else None,
            institution=row.institution,
            country=row.country,
            region=row.region,
            topics=row.topics,
        )
        for block, rows in ((Block.MAP, everything[:100]), (Block.LIST, everything[:10]))
        for position, row in enumerate(rows, start=1)
    ]


@LAW
@given(made=practices(), language=st.sampled_from(sorted(PREFIXES)))
def test_a_listing_page_parses_to_exactly_the_practices_it_was_made_from(
    made: list[TwinPractice], language: str
) -> None:
    """Every field of every record of both blocks, in order, and nothing to look at."""
    site = TwinSite(made)
    page = parse(body(site, f"{PREFIXES[language]}/gp"), source="sample")
    assert list(page.records) == expected(site, language)
    assert (page.kind, page.language) == (PageKind.LISTING, language)
    assert {issue.kind for issue in page.issues} <= UNSURE
    assert page.stated_total == len(made)
    assert (page.pager is not None) == (len(made) > 10)


@LAW
@given(made=practices(), language=st.sampled_from(sorted(PREFIXES)))
def test_white_space_between_tags_means_nothing(made: list[TwinPractice], language: str) -> None:
    """A minified page says what the indented one says."""
    html = body(TwinSite(made), f"{PREFIXES[language]}/gp").decode()
    assert parse(minified(html), source="sample") == parse(html, source="sample")


@LAW
@given(made=practices())
def test_parsing_twice_is_the_same(made: list[TwinPractice]) -> None:
    """With words that have read thousands of rows, with the same once more, and with fresh ones."""
    html = body(TwinSite(made), "/gp")
    fresh = words_of(SAMPLE)
    at_once = parse(html, source="sample")
    assert parse(html, source="sample", words=fresh) == at_once
    assert parse(html, source="sample", words=fresh) == at_once
    assert parse(html, source="sample") == at_once


def test_rows_are_read_by_the_page_that_they_stand_on() -> None:
    """The same bytes mean another key at another address, and another language on another page."""
    row = (
        '<div class="r"><a href="gp/7">Title</a><div>Implementation year: 2020</div><p>Fund , Peru , Americas</p></div>'
    )
    fresh = words_of(SAMPLE)
    for _ in range(3):
        for lang, folder, key in (("en", "", "7"), ("fr", "/databases", None), ("fr", "", "7")):
            html = f'<html lang="{lang}"><main><div>{row * 2}</div></main></html>'
            page = parse(html, f"http://www.twin.test{folder}/listing", source="sample", words=fresh)
            assert [(one.language, one.source_key) for one in page.records] == [(lang, key)] * 2


def test_every_page_of_a_long_listing_is_read_whole() -> None:
    """First, middle and last page in each language: a hundred on the map, ten in the list, one pager."""
    site = TwinSite(generate(200))
    for language, prefix in PREFIXES.items():
        for number in (0, 9, 19):
            url = f"http://www.twin.test{prefix}/databases/gp?page={number}"
            page = parse(body(site, f"{prefix}/databases/gp?page={number}"), url, source="sample")
            rows = [printed(practice, language, PREFIXES) for practice in site.listing.practices]
            listed = [record.source_key for record in page.records if record.block is Block.LIST]
            mapped = [record.source_key for record in page.records if record.block is Block.MAP]
            assert listed == [str(row.key) for row in rows[number * 10 : number * 10 + 10]]
            assert mapped == [str(row.key) for row in rows[:100]]
            assert page.pager is not None
            assert (page.pager.current, page.pager.last, page.pager.has_next) == (number, 19, number < 19)
            assert (page.stated_total, page.issues) == (200, ())


def test_every_detail_page_is_read_whole() -> None:
    """In every language that a practice has; a detail page prints no award year, and one paragraph more."""
    site = TwinSite(generate(12))
    for practice in site.listing.practices:
        for language in practice.titles:
            row = printed(practice, language, PREFIXES)
            page = parse(body(site, row.path), f"http://www.twin.test{row.path}", source="sample")
            list_row = next(one for one in expected(TwinSite([practice]), language) if one.block is Block.LIST)
            summary = "\n\n".join((*row.paragraphs, row.further))
            assert page.kind is PageKind.DETAIL
            assert list(page.records) == [replace(list_row, block=Block.DETAIL, award_year=None, summary=summary)]


def form_a(records: Sequence[Record]) -> str:
    """The records as a text rendition of form A prints them."""
    lines = ["Database", "", "Good Practices in Social Security", ""]
    for record in records:
        lines += ["Implementation year:", record.implementation_year or ""]
        if record.award_year:
            lines += ["Award Year:", record.award_year]
        lines += [record.institution or "", ",", record.country or "", ",", record.region or "", ""]
        lines += [line for paragraph in (record.summary or "").split("\n\n") for line in (paragraph, "")]
        if record.topics:
            lines += ["Topic:", *record.topics]
    return "\n".join(lines) + "\n"


name = st.lists(phrase, min_size=1, max_size=3).flatmap(
    lambda parts: st.sampled_from([", ", " - "]).map(lambda glue: glue.join(parts))
)
text_records = st.lists(
    st.builds(
        Record,
        block=st.just(Block.TEXT),
        position=st.just(0),
        language=st.just("en"),
        summary=st.lists(phrase, min_size=1, max_size=3).map("\n\n".join),
        implementation_year=year.map(str),
        award_year=st.none() | year.map(str),
        institution=name,
        country=st.sampled_from(["Korea, Republic of", "Peru", "Türkiye", "Iran, Islamic Republic of"]),
        region=st.sampled_from(["Africa", "Americas", "Asia and Pacific", "Europe"]),
        topics=st.lists(
            st.sampled_from(["Health", "Error, evasion and fraud", "Social policies & programmes"]), max_size=4
        ).map(tuple),
    ),
    min_size=1,
    max_size=8,
).map(lambda records: [replace(record, position=at) for at, record in enumerate(records, start=1)])


@TEXT_LAW
@given(text_records)
def test_a_text_rendition_parses_to_exactly_the_records_it_was_made_from(records: list[Record]) -> None:
    """With and without topics and award year, any number of paragraphs, commas and hyphens in names."""
    page = parse(form_a(records), "file:///copy.txt", "text/plain")
    assert list(page.records) == records
    assert {issue.kind for issue in page.issues} <= UNSURE


@TEXT_LAW
@given(text_records)
def test_line_ends_do_not_matter(records: list[Record]) -> None:
    """Windows' line ends are the same text."""
    text = form_a(records).replace("\n", "\r\n")
    assert list(parse(text, "file:///copy.txt", "text/plain").records) == records
