"""Choosing how to read a listing, and saying why."""

import pytest

from pipeline.errors import BudgetError, InvalidSourceError
from pipeline.fetch.plan import ListingCrawl, Plan, Strategy, unlike_a_map
from pipeline.models import Block, FacetItem, PageKind, ParsedPage, Record, Verdict
from pipeline.sources.registry import validate_source
from pipeline.twin.content import generate
from pipeline.twin.faults.plan import Fault, FaultPlan
from pipeline.twin.faults.site import FaultySite
from pipeline.twin.site import TwinSite

from .fakes import FakeSite, make_client, make_source, page
from .listings import Crawled, MadeListing, crawl

ROWS = {str(number): (f"Country {number % 10}", str(2010 + number % 7)) for number in range(250)}
FORBIDDEN = ["/*?f[*", "/*&f[*", "/*?f%5B*", "/*&f%5B*", "/*?*f%5b", "/databases/gp?*countries%3A"]


def faulty(name: str, arg: str | None = None, match: str | None = None) -> Crawled:
    """Crawl 130 practices of a twin that misbehaves."""
    return crawl(FaultySite(TwinSite(generate(130)), FaultPlan([Fault(name, arg, match)])))


def facet_addresses(done: Crawled) -> list[str]:
    """What was asked with a filter."""
    return [address for address in done.asked if "f%5B" in address]


def test_facets_are_chosen_where_they_save_requests() -> None:
    """And the plan says how many."""
    plan = MadeListing(ROWS).crawl().plan
    assert plan == Plan(Strategy.AUTO, Strategy.FACETS, "5 requests a language by facets, 26 page by page")


def test_pages_are_chosen_where_facets_would_save_little() -> None:
    """Facet pages are the slow ones of a site."""
    done = MadeListing(dict(list(ROWS.items())[:34])).crawl()
    expected = "facets would not save enough: 3 requests a language by facets, 5 page by page"
    assert (done.plan.strategy, done.plan.reason) == (Strategy.PAGES, expected)
    assert (done.certificate.verdict, len(done.keys)) == (Verdict.COMPLETE, 34)


def test_who_asks_for_facets_gets_them_even_so() -> None:
    """As long as they are possible and allowed."""
    done = MadeListing(dict(list(ROWS.items())[:34])).crawl(Strategy.FACETS)
    assert (done.plan.strategy, done.certificate.verdict) == (Strategy.FACETS, Verdict.COMPLETE)
    assert len(done.keys) == 34


def test_who_asks_for_pages_gets_nothing_else() -> None:
    """Not one address more than the walk itself."""
    done = MadeListing(ROWS).crawl(Strategy.PAGES)
    assert done.plan == Plan(Strategy.PAGES, Strategy.PAGES, "pages were asked for")
    assert facet_addresses(done) == []
    assert len(done.asked) == 26


@pytest.mark.parametrize("strategy", [Strategy.AUTO, Strategy.FACETS])
@pytest.mark.parametrize("rule", FORBIDDEN)
def test_robots_have_the_last_word(rule: str, strategy: Strategy) -> None:
    """In either spelling of the brackets, and whatever the user wants; the plan cites the rule."""
    done = MadeListing(ROWS, rules=f"User-agent: *\nDisallow: {rule}\n").crawl(strategy)
    assert facet_addresses(done) == []
    assert done.plan.strategy is Strategy.PAGES
    assert done.plan.reason.startswith("facets are not allowed: robots.txt forbids this address")
    assert (done.certificate.verdict, len(done.keys)) == (Verdict.COMPLETE, 250)


def test_robots_of_a_real_site_are_asked_before_anything_else() -> None:
    """Over real HTTP, with the rules that many sites use."""
    done = faulty("robots-forbids-facets")
    assert facet_addresses(done) == []
    assert len(done.asked) == 1 + 14
    assert done.plan.reason.startswith("facets are not allowed")
    assert done.certificate.verdict is Verdict.COMPLETE


def test_a_source_without_map_is_read_page_by_page() -> None:
    """A selection would have to be paged itself."""
    data = make_source().model_dump(mode="json")
    data["paging"]["map_size"] = 0
    source, listing = validate_source(data, "test"), MadeListing(ROWS)
    site = FakeSite({f"/databases/gp{query}": page() for query in ("", *(f"?page={n}" for n in range(1, 25)))})
    with make_client(site) as client:
        chosen = ListingCrawl(source, ("en",), client, listing.read)
        list(chosen)
    assert chosen.plan.reason == "the source has no map that would show a selection on one page"
    assert chosen.certificate.verdict is Verdict.COMPLETE


@pytest.mark.parametrize("fault", ["facet-ignored", "410-facets"])
def test_a_site_that_will_not_narrow_is_read_page_by_page(fault: str) -> None:
    """It shows everything under a filter's name, or refuses; the address is named, and nothing is missing."""
    done = faulty(fault)
    assert done.plan.strategy is Strategy.PAGES
    assert facet_addresses(done)[0] in done.plan.reason
    assert done.certificate.verdict is Verdict.COMPLETE
    assert done.keys == {str(practice.key) for practice in generate(130)}


@pytest.mark.parametrize("fault", ["record-inserted", "record-removed"])
@pytest.mark.parametrize("after", range(1, 6))
def test_a_listing_that_changes_meanwhile_is_never_complete_with_something_missing(fault: str, after: int) -> None:
    """Over real HTTP, at any moment of the crawl: pages settle what selections can not."""
    done = faulty(fault, str(after))
    assert done.certificate.verdict is Verdict.COMPLETE
    # The change came behind the last request, or the walk was done again and saw it.
    expected = 130 if len(done.asked) - 1 <= after else 131 if fault == "record-inserted" else 129
    assert len(done.keys) == expected


def test_a_practice_that_one_language_lacks_is_seen() -> None:
    """Both strategies end with the same verdict: something is missing in Spanish."""
    site = FaultySite(TwinSite(generate(130)), FaultPlan([Fault("fewer-in-language")]))
    done = crawl(site, ("en", "es"))
    assert "languages_agree: 3 missing in es" in done.plan.reason
    assert (done.plan.strategy, done.certificate.verdict) == (Strategy.PAGES, Verdict.INCOMPLETE)


def test_a_site_without_a_total_still_takes_few_requests() -> None:
    """Over real HTTP: the last page says how many practices there are."""
    done = faulty("no-total")
    assert (done.plan.strategy, done.certificate.verdict) == (Strategy.FACETS, Verdict.COMPLETE)
    assert len(done.keys) == 130
    assert len(done.asked) < 14


def test_a_language_with_untranslated_practices_can_be_read_alone() -> None:
    """Their countries are printed in English; the facets' names are French."""
    done = crawl(TwinSite(generate(130)), ("fr",))
    assert (done.plan.strategy, done.certificate.verdict) == (Strategy.FACETS, Verdict.COMPLETE)


def test_a_budget_that_is_used_up_ends_the_crawl() -> None:
    """Walking the pages would only ask more."""
    listing = MadeListing(ROWS)
    site = FakeSite({"/databases/gp": page()})
    with make_client(site, max_requests=2) as client, pytest.raises(BudgetError):
        list(ListingCrawl(make_source(), ("en",), client, listing.read))
    assert len(site.asked) == 2


def test_an_unknown_language_is_refused_before_anything_is_asked() -> None:
    """As with pages."""
    site = FakeSite({})
    with make_client(site) as client, pytest.raises(InvalidSourceError):
        list(ListingCrawl(make_source(), ("en", "it"), client, MadeListing(ROWS).read))
    assert site.asked == []


def test_progress_knows_the_number_of_pages() -> None:
    """As soon as the plan is made."""
    site = FakeSite({})
    site.answers = {address.partition("twin.test")[2]: page() for address in MadeListing(ROWS).crawl().asked}
    with make_client(site) as client:
        listing = ListingCrawl(make_source(), ("en",), client, MadeListing(ROWS).read)
        known = [listing.pages_known for _ in listing]
    assert known == [None, 5, 5, 5, 5]


def test_the_plan_is_written_into_the_receipt() -> None:
    """As plain text."""
    plan = Plan(Strategy.AUTO, Strategy.PAGES, "because")
    assert plan.as_dict() == {"asked": "auto", "used": "pages", "reason": "because"}


def head(mapped: list[Record], listed: list[Record], *, total: int | None = 3) -> ParsedPage:
    """A first page."""
    facets = {"countries": (FacetItem("1", "Togo", 3, is_active=False),)}
    return ParsedPage(PageKind.LISTING, "en", (*mapped, *listed), (), None, total, facets)


def records(block: Block, *keys: str | None, title: str = "A title") -> list[Record]:
    """Records of one block."""
    return [Record(block, position, "en", key, title) for position, key in enumerate(keys, start=1)]


def test_a_map_that_repeats_whole_records_can_stand_for_the_list() -> None:
    """All of them, or as many as fit."""
    assert unlike_a_map(head(records(Block.MAP, "1", "2", "3"), records(Block.LIST, "1", "2")), 100) is None
    assert unlike_a_map(head(records(Block.MAP, "1", "2"), records(Block.LIST, "1"), total=9), 2) is None


@pytest.mark.parametrize(
    ("page_0", "expected"),
    [
        (head([], records(Block.LIST, "1")), "the map of page 0 shows 0 practices"),
        (head(records(Block.MAP, "1", "2"), records(Block.LIST, "1")), "the map of page 0 shows 2 practices"),
        (head(records(Block.MAP, "1", None, "3"), records(Block.LIST, "1")), "records of page 0 have no link"),
        (
            head(records(Block.MAP, "1", "2", "3", title="A"), records(Block.LIST, "1")),
            "the map of page 0 does not repeat the records of its list",
        ),
        (
            head(records(Block.MAP, "1", "2", "3"), records(Block.LIST, "4")),
            "the map of page 0 does not repeat the records of its list",
        ),
        (ParsedPage(PageKind.EMPTY_LISTING, "en"), "page 0 shows no facets with counts (empty_listing)"),
    ],
)
def test_any_other_map_can_not(page_0: ParsedPage, expected: str) -> None:
    """Missing, short, without links, with other texts, of other records; or there are no facets."""
    assert unlike_a_map(page_0, 100) == expected
