"""Every oracle of a reading by selections holds on a healthy one, and breaks on the damage that it is there for."""

from collections.abc import Callable
from dataclasses import replace

import pytest

from pipeline.fetch.reader import PageSeen
from pipeline.fetch.selection_certificate import certify_selections
from pipeline.models import Block, Certificate, Echo, Verdict

from .listings import SOURCE, MadeListing

# A country with 109 practices is divided by years; nobody else has a year.
HEALTHY = MadeListing(
    {
        str(number): ("Togo", str(2010 + number % 7)) if number < 109 else (f"Country {number % 5}", None)
        for number in range(250)
    }
).crawl()
PAGES = HEALTHY.pages
PARTS = [page for page in PAGES if page.selection and not page.is_check]


def broken(pages: list[PageSeen]) -> list[str]:
    """The names of the oracles that did not hold, without language."""
    return [
        one.name.split(":")[0] for one in certify_selections(SOURCE, pages).oracles if one.verdict is Verdict.INCOMPLETE
    ]


def changed(page: PageSeen, **changes: object) -> list[PageSeen]:
    """All pages, one of which says something else."""
    other = replace(page, parsed=replace(page.parsed, **changes))  # type: ignore[arg-type]
    return [other if one is page else one for one in PAGES]


def test_a_healthy_reading_is_complete() -> None:
    """Every question is asked, and the evidence is text that a person can read."""
    certificate = certify_selections(SOURCE, PAGES)
    assert certificate == HEALTHY.certificate
    assert certificate.verdict is Verdict.COMPLETE
    evidence = {one.name: (one.expected, one.observed) for one in certificate.oracles}
    assert (
        evidence.items()
        >= {
            "selections_whole:en": ("4 selections, each shown whole", "4 selections"),
            "selections_cover:en": ("250 practices, each in one selection", "250 practices, 0 of them again"),
            "filters_read_back:en": ("7 pages as asked", "7 pages"),
            "records_have_keys:en": ("0 records without a key", "0 without a key"),
            "map_within_selections:en": ("0 only unfiltered", "0 only unfiltered"),
            "holds_still:en": ("nothing moved", "nothing moved"),
            "language:en": ("7 pages in en", "7 pages in en"),
            "languages_agree": ("250 practices in each language", "the same in each"),
        }.items()
    )


def test_no_page_at_all_proves_nothing() -> None:
    """Unknown is not complete."""
    assert certify_selections(SOURCE, []) == Certificate(Verdict.UNKNOWN)


@pytest.mark.parametrize("missing", PARTS, ids=lambda page: " ".join(page.selection))
def test_a_selection_that_was_not_read_breaks_the_cover(missing: PageSeen) -> None:
    """Whichever it is."""
    assert "selections_cover" in broken([page for page in PAGES if page is not missing])


def test_a_selection_that_was_read_twice_breaks_the_cover() -> None:
    """What is in two selections is counted, not hidden."""
    assert broken([*PAGES[:3], PARTS[0], *PAGES[3:]])[0] == "selections_cover"


DAMAGE: dict[str, Callable[[PageSeen], dict[str, object]]] = {
    "selections_whole": lambda page: {"stated_total": (page.parsed.stated_total or 0) + 1},
    "filters_read_back": lambda _: {"echo": Echo("en", None, frozenset())},
    "records_have_keys": lambda page: {
        "records": (*page.parsed.records, replace(page.parsed.records[0], source_key=None))
    },
    "language": lambda _: {"language": "fr"},
}


@pytest.mark.parametrize(("name", "damage"), DAMAGE.items(), ids=DAMAGE.keys())
def test_damage_on_one_page_breaks_its_oracle(name: str, damage: Callable[[PageSeen], dict[str, object]]) -> None:
    """And no other one."""
    assert broken(changed(PARTS[1], **damage(PARTS[1]))) == [name]


def test_a_practice_that_fell_out_of_a_selection_breaks_nearly_everything() -> None:
    """Size, cover, and the site's own counts."""
    lost = PARTS[0].keys(Block.MAP)[-1]
    records = tuple(record for record in PARTS[0].parsed.records if record.source_key != lost)
    found = broken(changed(PARTS[0], records=records))
    assert {"selections_whole", "selections_cover", "facet_counts"} <= set(found)


def test_a_facet_that_is_not_marked_active_breaks_the_filters() -> None:
    """The settings alone only repeat what was asked."""
    facets = {
        alias: tuple(replace(item, is_active=False) for item in items)
        for alias, items in PARTS[0].parsed.facets.items()
    }
    assert broken(changed(PARTS[0], facets=facets)) == ["filters_read_back"]


def test_a_first_page_that_moved_breaks_the_stillness() -> None:
    """Its total, its rows, or a count behind a facet value."""
    last = PAGES[-1]
    items = {
        alias: (replace(item[0], count=item[0].count + 1), *item[1:]) for alias, item in last.parsed.facets.items()
    }
    assert broken(changed(last, stated_total=251)) == ["holds_still"]
    assert broken(changed(last, records=last.parsed.records[::-1])) == ["holds_still"]
    assert broken(changed(last, facets=items)) == ["holds_still"]


def test_a_first_page_that_was_not_read_again_breaks_the_stillness() -> None:
    """Nobody knows what happened meanwhile."""
    assert broken(PAGES[:-1]) == ["holds_still"]


def test_a_practice_that_only_the_unfiltered_map_shows_is_missing() -> None:
    """The selections did not reach it."""
    more = replace(PAGES[0].parsed.records[0], source_key="999")
    assert broken(changed(PAGES[0], records=(*PAGES[0].parsed.records, more)))[0] == "map_within_selections"


def test_a_practice_missing_in_one_language_breaks_the_languages() -> None:
    """The evidence says how many are missing where."""
    certificate = certify_selections(SOURCE, [*PAGES, *(replace(page, language="es") for page in PAGES[:-2])])
    assert certificate.oracles[-1].name == "languages_agree"
    assert certificate.oracles[-1].observed.endswith("missing in es")
