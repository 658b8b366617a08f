"""Covering the listing by facet selections."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.fetch.packing import in_order
from pipeline.fetch.plan import Strategy
from pipeline.fetch.selections import selection_url
from pipeline.models import Verdict
from pipeline.sources.registry import load_source
from pipeline.twin.content import TwinPractice, generate
from pipeline.twin.query import facet_query, read_query
from pipeline.twin.records import record
from pipeline.twin.site import TwinSite

from .listings import SOURCE, Crawled, MadeListing, Rows, crawl

FOUR = ("en", "fr", "es", "de")
PAIRS = st.lists(st.tuples(st.sampled_from(["countries", "topics"]), st.text(min_size=1, max_size=8)), max_size=6)


@pytest.fixture(scope="module")
def four() -> Crawled:
    """330 practices in four languages, by facets."""
    return crawl(TwinSite(generate(330)), FOUR)


@pytest.fixture(scope="module")
def many() -> Crawled:
    """1,500 practices in four languages, by facets."""
    return crawl(TwinSite(generate(1_500)), FOUR)


def test_a_selection_has_drupals_own_address() -> None:
    """One of the addresses that search engines keep."""
    assert (
        selection_url(load_source("issa"), "es", ("countries:Korea, Republic of", "topics:19726"))
        == "https://www.issa.int/es/databases/gp?f%5B0%5D=countries%3AKorea%2C%20Republic%20of&f%5B1%5D=topics%3A19726"
    )


@given(PAIRS)
def test_an_address_is_spelled_as_the_sites_own_links_and_says_what_was_meant(pairs: list[tuple[str, str]]) -> None:
    """For any value: a different spelling would miss the site's cache, a different meaning its filter."""
    selection = in_order(f"{alias}:{value}" for alias, value in dict.fromkeys(pairs))
    query = selection_url(SOURCE, "en", selection).removeprefix(SOURCE.site.listing_url)
    assert query == facet_query(dict.fromkeys(pairs))
    assert set(read_query(query[1:]).filters) == set(pairs)


@pytest.mark.parametrize("languages", [("en",), FOUR])
def test_facets_and_pages_see_the_same(languages: tuple[str, ...]) -> None:
    """Every practice, in every language, with the same text in every field."""
    by_facets, by_pages = (
        crawl(TwinSite(generate(330)), languages, strategy) for strategy in (Strategy.FACETS, Strategy.PAGES)
    )
    assert by_facets.records == by_pages.records
    assert len(by_facets.records) == 330 * len(languages)
    assert {by_facets.certificate.verdict, by_pages.certificate.verdict} == {Verdict.COMPLETE}
    assert (len(by_facets.asked), len(by_pages.asked)) == (1 + 6 * len(languages), 1 + 34 * len(languages))


def test_fifteen_hundred_practices_in_four_languages_take_a_few_dozen_requests(many: Crawled) -> None:
    """Instead of 604, and not one practice or field is missing."""
    assert len(many.asked) == 1 + 4 * 19
    assert many.certificate.verdict is Verdict.COMPLETE
    assert {
        (language, one.source_key, one.title, one.implementation_year, one.award_year, one.country, one.topics)
        for language, one in many.records
    } == {printed(practice, language) for practice in generate(1_500) for language in FOUR}


def printed(practice: TwinPractice, language: str) -> tuple[object, ...]:
    """What the twin prints of a practice."""
    prefixes = {code: spec.prefix for code, spec in SOURCE.languages.items()}
    row = record(practice, language, prefixes)
    years = (str(year) if year else None for year in (row.implementation_year, row.award_year))
    return (language, str(row.key), row.title, *years, row.country, row.topics)


def test_a_value_with_too_many_practices_is_narrowed_by_a_second_facet(many: Crawled) -> None:
    """109 practices are from one country: it is read once to see the years, then by years."""
    split = [page for page in many.pages if page.selection and page.is_check and page.language == "en"]
    assert [page.parsed.stated_total for page in split] == [109]
    country = split[0].selection
    narrower = [page for page in many.pages if page.language == "en" and set(page.selection) > set(country)]
    assert sum(page.parsed.stated_total or 0 for page in narrower) == 109
    assert {len({pair.partition(":")[0] for pair in page.selection}) for page in narrower} == {2}


def test_every_language_is_read_in_the_same_way(four: Crawled) -> None:
    """Page 0, the selections, and page 0 again; nothing else, and no selection twice."""
    for language in FOUR:
        mine = [page for page in four.pages if page.language == language]
        assert [bool(page.selection) for page in mine] == [False, True, True, True, True, False]
        assert mine[0].url == mine[-1].url
    assert len({page.url for page in four.pages if page.selection}) == 4 * 4
    assert [address for address in four.asked if "page=" in address] == []


def test_no_address_is_long_and_no_selection_has_many_values(many: Crawled) -> None:
    """Servers and caches have limits of their own."""
    assert max(len(page.url) for page in many.pages) < 600
    assert max(len(page.selection) for page in many.pages) <= 20


def test_a_site_that_prints_no_total_is_counted_by_its_last_page() -> None:
    """One request more, and the certificate knows the number."""
    listing = MadeListing(rows(250), prints_total=False)
    done = listing.crawl()
    assert (done.plan.strategy, done.certificate.verdict) == (Strategy.FACETS, Verdict.COMPLETE)
    assert len(done.keys) == 250
    assert [address for address in done.asked if "page=" in address] == ["http://www.twin.test/databases/gp?page=24"]


def test_a_practice_without_a_country_is_reached_by_its_year() -> None:
    """The countries' counts do not add up, the years' do."""
    listing = MadeListing(rows(250) | {"1": (None, "2020")})
    done = listing.crawl()
    assert (done.plan.strategy, done.certificate.verdict) == (Strategy.FACETS, Verdict.COMPLETE)
    assert "1" in done.keys
    assert {pair.partition(":")[0] for page in done.pages for pair in page.selection} == {"implementation_year"}


def rows(count: int) -> Rows:
    """Practices of ten countries and seven years."""
    return {str(number): (f"Country {number % 10}", str(2010 + number % 7)) for number in range(count)}


ODD: dict[str, Callable[[], MadeListing]] = {
    "a practice with neither country nor year": lambda: MadeListing(rows(250) | {"1": (None, None)}),
    "a map that leaves out one practice": lambda: MadeListing(rows(250), off_map=frozenset({"203"})),
    "a map that leaves out many": lambda: MadeListing(rows(250), off_map=frozenset(map(str, range(40, 250, 3)))),
    "filters that narrow nothing": lambda: MadeListing(rows(250), narrows=False),
    "filters that the settings do not repeat": lambda: MadeListing(rows(250), admits=False),
    "one country with too many practices and no year": lambda: MadeListing(
        {str(number): ("Belgium", None) for number in range(250)}
    ),
}


@pytest.mark.parametrize("make", ODD.values(), ids=ODD.keys())
def test_what_selections_can_not_show_is_read_page_by_page(make: Callable[[], MadeListing]) -> None:
    """In the same crawl, with the reason, and nothing is missing."""
    done = make().crawl()
    assert done.plan.strategy is Strategy.PAGES
    assert done.plan.reason
    assert len(done.keys) == 250
    assert "page=24" in done.asked[-2]


@settings(deadline=None, max_examples=60)
@given(
    count=st.integers(60, 260),
    without_country=st.sampled_from([0, 0, 1, 5]),
    without_year=st.sampled_from([0, 0, 1, 5]),
    off_map=st.frozensets(st.integers(0, 259).map(str), max_size=2),
    prints_total=st.booleans(),
    moment=st.integers(1, 40),
)
def test_a_complete_crawl_misses_nothing(
    count: int, without_country: int, without_year: int, off_map: frozenset[str], prints_total: bool, moment: int
) -> None:
    """Whatever a collection looks like, and whenever a practice is added to it."""
    before = {
        key: (None if number < without_country else country, None if number >= count - without_year else year)
        for number, (key, (country, year)) in enumerate(rows(count).items())
    }

    def change(number: int, now: Rows) -> Rows:
        return {"999": ("Country 1", "2012")} | now if number == moment else now

    done = MadeListing(before, off_map, prints_total=prints_total, change=change).crawl()
    if done.certificate.verdict is Verdict.COMPLETE:
        assert set(before) <= done.keys
        # What is added behind the last look at the listing, nobody can know.
        assert "999" in done.keys or len(done.asked) <= moment
