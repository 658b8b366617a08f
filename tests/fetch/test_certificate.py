"""Every oracle of the certificate holds on a healthy listing, and breaks on the damage that it is there for."""

from collections.abc import Callable, Sequence
from dataclasses import replace

import pytest

from pipeline.fetch.certificate import certify
from pipeline.fetch.reader import PageSeen
from pipeline.models import (
    Block,
    Certificate,
    Exchange,
    FacetItem,
    Issue,
    PageKind,
    Pager,
    ParsedPage,
    Record,
    Severity,
    Verdict,
)
from pipeline.twin.content import generate
from pipeline.twin.messages import Request, Response
from pipeline.twin.server import Responder
from pipeline.twin.site import TwinSite

from .fakes import make_source

Seen = tuple[list[PageSeen], list[Exchange]]
Walk = Callable[[Responder, Sequence[str]], Seen]
SOURCE = make_source()
SIZE = SOURCE.paging.page_size
NAMES = (
    "page_chain",
    "last_page",
    "rows_per_page",
    "no_page_repeated",
    "rows_have_keys",
    "holds_still",
    "stated_total",
    "language",
    "text_is_whole",
    "map_within_list",
)
COUNTED = ("country", "region", "implementation_year", "award_year")


def listing(count: int, language: str = "en", *, total: bool = True) -> list[PageSeen]:
    """The pages of a healthy listing, made by hand: keys from 1, the first three on the map."""
    last = max(-(-count // SIZE) - 1, 0)
    keys = list(range(1, count + 1))
    return [
        seen(
            index,
            keys[index * SIZE : (index + 1) * SIZE],
            language,
            mapped=keys[:3],
            pager=Pager(index, last, index < last) if last else None,
            total=count if total else None,
            kind=PageKind.LISTING if count else PageKind.EMPTY_LISTING,
        )
        for index in range(last + 1)
    ]


def seen(
    index: int,
    keys: Sequence[int],
    language: str = "en",
    *,
    mapped: Sequence[int] = (),
    pager: Pager | None = None,
    total: int | None = None,
    kind: PageKind = PageKind.LISTING,
) -> PageSeen:
    """One page."""
    records = [
        Record(block, position, language, str(key), country="Peru" if key % 2 else "Kenya")
        for block, group in ((Block.MAP, mapped), (Block.LIST, keys))
        for position, key in enumerate(group, start=1)
    ]
    url = f"http://www.twin.test/{language}/gp?page={index}"
    return PageSeen(language, index, url, ParsedPage(kind, language, tuple(records), (), pager, total))


def broken(certificate: Certificate) -> list[str]:
    """The names of the oracles that did not hold, without language."""
    return [one.name.split(":")[0] for one in certificate.oracles if one.verdict is Verdict.INCOMPLETE]


def says(page: PageSeen, **changes: object) -> PageSeen:
    """The same page, saying something else."""
    return replace(page, parsed=replace(page.parsed, **changes))  # type: ignore[arg-type]


def test_a_healthy_twin_is_complete(healthy: Seen) -> None:
    """Every oracle is asked in every language, and every one of them knows the answer."""
    certificate = certify(SOURCE, healthy[0])
    assert broken(certificate) == []
    assert certificate.verdict is Verdict.COMPLETE
    by_language = [f"{name}:{language}" for language in ("en", "fr") for name in NAMES]
    expected = [*by_language, *(f"facet_counts:{name}" for name in COUNTED), "languages_agree"]
    assert [oracle.name for oracle in certificate.oracles] == expected
    assert {oracle.verdict for oracle in certificate.oracles} == {Verdict.COMPLETE}


@pytest.mark.parametrize("count", [0, 1, 9, 10, 11, 20, 25])
def test_a_healthy_listing_of_any_size_is_complete(count: int) -> None:
    """Full last pages, single pages and an empty collection too."""
    assert broken(certify(SOURCE, [*listing(count), *listing(count, "es")])) == []
    assert certify(SOURCE, [*listing(count), *listing(count, "es")]).verdict is Verdict.COMPLETE


def test_no_page_at_all_proves_nothing() -> None:
    """Unknown is not complete."""
    assert certify(SOURCE, []) == Certificate(Verdict.UNKNOWN)


def test_evidence_is_written_down() -> None:
    """Both sides of every question are text that a person can read."""
    oracles = {one.name: (one.expected, one.observed) for one in certify(SOURCE, listing(25)).oracles}
    assert oracles["last_page:en"] == ("page 2", "page 2")
    assert oracles["rows_per_page:en"] == ("10 rows on every page but the last", "3 pages, 25 rows")
    assert oracles["stated_total:en"] == ("25 practices", "25 practices")
    assert oracles["languages_agree"] == ("25 practices in each language", "the same in each")
    assert all(expected and observed for expected, observed in oracles.values())


def test_a_site_that_prints_no_total_and_no_facets_leaves_those_questions_open() -> None:
    """An oracle that knows nothing breaks nothing."""
    certificate = certify(SOURCE, listing(25, total=False))
    unknown = [one.name for one in certificate.oracles if one.verdict is Verdict.UNKNOWN]
    assert unknown == ["stated_total:en", *(f"facet_counts:{name}" for name in COUNTED)]
    assert certificate.verdict is Verdict.COMPLETE


@pytest.mark.parametrize(("missing", "oracle"), [(0, "page_chain"), (1, "page_chain"), (2, "last_page")])
def test_a_missing_page_is_noticed(missing: int, oracle: str) -> None:
    """The first, one in the middle, and the last that the pager named; the total notices each as well."""
    certificate = certify(SOURCE, [page for page in listing(25) if page.index != missing])
    assert certificate.verdict is Verdict.INCOMPLETE
    assert [name for name in (oracle, "stated_total") if name not in broken(certificate)] == []


def test_pages_out_of_order_or_twice_break_the_chain() -> None:
    """A crawl walks from first to last."""
    pages = listing(25)
    assert "page_chain" in broken(certify(SOURCE, [pages[1], pages[0], pages[2]]))
    assert broken(certify(SOURCE, [*pages[:2], *pages[1:]])) == ["page_chain", "no_page_repeated", "holds_still"]


def test_a_last_page_with_a_next_one_is_not_the_last() -> None:
    """So a crawl that stopped at its page cap is never complete."""
    pages = listing(20, total=False)
    pages[-1] = says(pages[-1], pager=Pager(1, None, has_next=True))
    assert broken(certify(SOURCE, pages)) == ["last_page"]


def test_a_pager_that_only_leads_on_leaves_the_question_of_the_last_page_open() -> None:
    """As "load more" does: its last page has no pager at all."""
    pages = listing(25)
    walk = [says(page, pager=Pager(page.index, None, has_next=True) if page.index < 2 else None) for page in pages]
    verdicts = {one.name: one.verdict for one in certify(SOURCE, walk).oracles}
    assert (verdicts["last_page:en"], certify(SOURCE, walk).verdict) == (Verdict.UNKNOWN, Verdict.COMPLETE)


def test_a_walk_that_ends_beyond_the_end_breaks_the_chain() -> None:
    """A last page without rows behind full ones says that something moved meanwhile."""
    beyond = seen(2, [], kind=PageKind.BEYOND_END, mapped=[1], pager=Pager(2, 2, has_next=False), total=20)
    pages = [says(page, pager=Pager(page.index, 2, has_next=True)) for page in listing(20)]
    assert broken(certify(SOURCE, [*pages, beyond])) == ["page_chain"]


def test_an_empty_page_of_a_site_that_states_a_total_breaks_the_chain() -> None:
    """An empty list is believed only where the site counts none either."""
    page = seen(0, [], kind=PageKind.EMPTY_LISTING, total=25)
    assert broken(certify(SOURCE, [page])) == ["page_chain", "stated_total"]


def test_a_last_page_that_any_pager_named_has_to_be_reached() -> None:
    """Also when later pagers name none."""
    pages = listing(25, total=False)
    pages[0] = says(pages[0], pager=Pager(0, 7, has_next=True))
    assert broken(certify(SOURCE, pages)) == ["last_page"]


@pytest.mark.parametrize("count", [0, 9, 11])
def test_a_page_in_the_middle_that_is_not_full_breaks_the_rows(count: int) -> None:
    """One row less is a record that was not recognized, one more is no record; the page is named."""
    pages = listing(35, total=False)
    pages[1] = seen(1, range(100, 100 + count), pager=Pager(1, 3, has_next=True), mapped=[1])
    certificate = certify(SOURCE, pages)
    assert broken(certificate) == ["rows_per_page"]
    assert pages[1].url in next(one for one in certificate.oracles if one.name == "rows_per_page:en").observed


def test_a_last_page_may_be_short_and_never_too_full() -> None:
    """One row is enough, eleven are one too many."""
    assert broken(certify(SOURCE, listing(21))) == []
    pages = [*listing(20, total=False)[:1], seen(1, range(100, 111), pager=Pager(1, 1, has_next=False))]
    assert broken(certify(SOURCE, pages)) == ["rows_per_page"]


def test_the_same_page_under_two_numbers_breaks_the_repetition() -> None:
    """A site that ignores `page` shows its first page again and again."""
    pages = listing(30, total=False)
    pages[2] = says(pages[2], records=pages[0].parsed.records)
    assert broken(certify(SOURCE, pages)) == ["no_page_repeated", "holds_still"]


def test_rows_without_any_link_are_not_complete() -> None:
    """Without keys nobody can say that two pages differ."""
    pages = [
        says(page, records=tuple(replace(one, source_key=None) for one in page.parsed.records))
        for page in listing(25, total=False)
    ]
    assert broken(certify(SOURCE, pages)) == ["rows_have_keys"]


@pytest.mark.parametrize("stated", [24, 26])
def test_a_total_that_was_not_found_breaks_the_total(stated: int) -> None:
    """More or fewer than the site says."""
    pages = [says(page, stated_total=stated) for page in listing(25)]
    assert broken(certify(SOURCE, pages)) == ["stated_total"]


def test_a_total_that_changed_on_the_way_breaks_the_total() -> None:
    """Something was added or removed while the crawl ran."""
    pages = listing(25)
    pages[2] = says(pages[2], stated_total=26)
    certificate = certify(SOURCE, pages)
    assert broken(certificate) == ["stated_total"]
    assert next(one for one in certificate.oracles if one.name == "stated_total:en").expected == "25 and 26 practices"


def test_a_record_seen_twice_hides_one_that_was_skipped() -> None:
    """Full pages, right number of rows, and still a practice is missing."""
    pages = listing(25)
    records = pages[1].parsed.records
    moved = tuple(replace(one, source_key="10") if one.source_key == "11" else one for one in records)
    pages[1] = says(pages[1], records=moved)
    assert broken(certify(SOURCE, pages)) == ["holds_still", "stated_total"]


def test_a_head_that_moved_breaks_the_stillness() -> None:
    """The first page, read once more at the end, lists something else."""
    check = replace(seen(0, range(90, 100)), is_check=True)
    assert broken(certify(SOURCE, [*listing(25), check])) == ["holds_still"]
    same = replace(listing(25)[0], is_check=True)
    assert broken(certify(SOURCE, [*listing(25), same])) == []


def test_two_walks_that_agree_are_believed() -> None:
    """What moved during the first walk was seen by the second, and only the last one counts."""
    moved = listing(25)
    moved[2] = says(moved[2], records=moved[0].parsed.records)
    second = [replace(page, sweep=2) for page in listing(25)]
    assert broken(certify(SOURCE, [*moved, *second])) == []
    third = [replace(page, sweep=3) for page in listing(25)]
    assert broken(certify(SOURCE, [*moved, *second, *third])) == []
    assert "holds_still" in broken(certify(SOURCE, [*second, *[replace(page, sweep=3) for page in moved]]))


def test_a_practice_only_on_the_map_breaks_the_map() -> None:
    """The list skipped it."""
    extra = Record(Block.MAP, 9, "en", "99")
    pages = [says(page, records=(*page.parsed.records, extra)) for page in listing(25)]
    assert broken(certify(SOURCE, pages)) == ["map_within_list"]


def test_a_page_in_another_language_breaks_the_language() -> None:
    """A site that falls back to English shows the same practices, and not what was asked for."""
    pages = [says(page, language="en") for page in listing(25, "es")]
    assert broken(certify(SOURCE, pages)) == ["language"]


def test_facet_counts_are_compared_with_what_is_printed() -> None:
    """Thirteen odd keys in Peru and twelve even ones in Kenya; another number is named with its value."""
    items = (FacetItem("1", "PERU", 13, False), FacetItem("2", "Kenya", 12, False))
    right = [says(page, facets={"countries": items}) for page in listing(25)]
    assert broken(certify(SOURCE, right)) == []
    wrong = [says(page, facets={"countries": (items[0], replace(items[1], count=14))}) for page in listing(25)]
    certificate = certify(SOURCE, wrong)
    assert broken(certificate) == ["facet_counts"]
    assert "Kenya: 12 not 14" in next(one for one in certificate.oracles if one.name == "facet_counts:country").observed


def test_rows_that_are_not_translated_may_print_other_names() -> None:
    """As many counts are missed as there are such rows; one more, or one too many, is no question of language."""
    items = (FacetItem("1", "PERU", 13, False), FacetItem("2", "Kenia", 12, False))
    pages = [says(page, language="es", facets={"countries": items}) for page in listing(25, "es")]

    def with_english(keys: str) -> list[PageSeen]:
        return [
            says(
                page,
                records=tuple(
                    replace(
                        one,
                        country="Kenya" if (one.source_key or "0")[-1] in "02468" else "Peru",
                        language="en" if (one.source_key or "0")[-1] in keys else "es",
                    )
                    for one in page.parsed.records
                ),
            )
            for page in pages
        ]

    assert broken(certify(SOURCE, with_english("02468"))) == []
    assert broken(certify(SOURCE, with_english("0246"))) == ["facet_counts"]
    assert broken(certify(SOURCE, with_english("1357902468"))) == []


def test_a_practice_missing_in_one_language_breaks_the_languages() -> None:
    """The evidence says how many are missing where."""
    certificate = certify(SOURCE, [*listing(25), *listing(23, "es")])
    assert broken(certificate) == ["languages_agree"]
    assert certificate.oracles[-1].observed == "2 missing in es"


def test_damage_in_one_language_is_that_languages_own() -> None:
    """The other one's oracles hold."""
    spanish = [page for page in listing(25, "es") if page.index != 1]
    certificate = certify(SOURCE, [*listing(25), *spanish])
    names = [one.name for one in certificate.oracles if one.verdict is Verdict.INCOMPLETE]
    assert names == ["page_chain:es", "stated_total:es", "languages_agree"]


def test_a_listing_that_grows_during_every_walk_is_not_complete(walk: Walk) -> None:
    """Over real HTTP: a practice is added to the top whenever the second page is asked for."""

    class Growing(TwinSite):
        count = 30

        def respond(self, request: Request) -> Response:
            if request.target.endswith("?page=1"):
                self.count += 1
            return TwinSite(generate(self.count)).respond(request)

    pages, _ = walk(Growing(generate(30)), ("en",))
    certificate = certify(SOURCE, pages)
    assert certificate.verdict is Verdict.INCOMPLETE
    assert "stated_total" in broken(certificate)


def test_a_listing_that_changed_once_is_walked_again_and_complete(walk: Walk) -> None:
    """Over real HTTP: the change came during the first walk only."""

    class Edited(TwinSite):
        site = TwinSite(generate(30))

        def respond(self, request: Request) -> Response:
            if request.target.endswith("?page=1"):
                self.site = TwinSite(generate(31))
            return self.site.respond(request)

    pages, _ = walk(Edited([]), ("en",))
    assert certify(SOURCE, pages).verdict is Verdict.COMPLETE
    assert max(page.sweep for page in pages) > 1
    last = [page for page in pages if page.sweep == pages[-1].sweep and not page.is_check]
    assert len({key for page in last for key in page.keys(Block.LIST)}) == 31


def test_a_site_that_ignores_page_numbers_is_not_complete(walk: Walk) -> None:
    """Over real HTTP: every page is the first one, and the crawl still ends."""

    class Stuck(TwinSite):
        def respond(self, request: Request) -> Response:
            return super().respond(replace(request, target=request.target.partition("?")[0]))

    pages, _ = walk(Stuck(generate(30)), ("en",))
    certificate = certify(SOURCE, pages)
    assert certificate.verdict is Verdict.INCOMPLETE
    assert "no_page_repeated" in broken(certificate)


def test_bytes_that_are_no_text_are_not_complete() -> None:
    """Letters that a wrong charset destroyed are as lost as rows."""
    issue = Issue(Severity.SEVERE, "undecodable_bytes", "3 bytes are no text.")
    pages = listing(25)
    assert broken(certify(SOURCE, [says(pages[0], issues=(issue,)), *pages[1:]])) == ["text_is_whole"]
