import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.twin.content import TwinPractice, generate
from pipeline.twin.listing import FACETS, Listing
from pipeline.twin.vocabulary import vocabulary

PRACTICES = generate(300)
LISTING = Listing(PRACTICES)
Filters = list[tuple[str, str]]


def values(facet: str, practice: TwinPractice) -> set[str]:
    """What a facet says about a practice, the long way round."""
    found = {
        "topic": practice.topic_ids,
        "country": (practice.country_code,),
        "region": (practice.region,),
        "implementation_year": (practice.implementation_year,),
        "award_year": (practice.award_year,),
    }[facet]
    return {str(value) for value in found if value is not None}


def matching(filters: Filters, *, but: str = "") -> list[TwinPractice]:
    """The practices that a scan finds, one facet left aside."""
    asked = {facet: {value for name, value in filters if name == facet} for facet, _ in filters if facet != but}
    return [
        practice
        for practice in LISTING.practices
        if all(values(facet, practice) & wanted for facet, wanted in asked.items())
    ]


known = st.sampled_from(sorted({(facet, value) for p in PRACTICES for facet in FACETS for value in values(facet, p)}))


@given(filters=st.lists(known | st.tuples(st.sampled_from(FACETS), st.just("nobody-knows")), max_size=4))
def test_selections_and_counts_equal_a_scan(filters: Filters) -> None:
    """Any value inside a facet, all facets together; counts leave aside what was asked of the facet itself."""
    selection = LISTING.select(LISTING.asked(filters))
    assert [LISTING.practices[place] for place in selection.places] == matching(filters)
    for facet in FACETS:
        counts: dict[str, int] = {}
        for practice in matching(filters, but=facet):
            for value in values(facet, practice):
                counts[value] = counts.get(value, 0) + 1
        assert selection.counts[facet] == counts


def test_newest_practices_come_first() -> None:
    """Implementation year, then award year, then key, all descending."""
    ranks = [(p.implementation_year or 0, p.award_year or 0, p.key) for p in LISTING.practices]
    assert ranks == sorted(ranks, reverse=True)


@pytest.mark.parametrize(
    ("facet", "value", "key"),
    [
        ("country", "787", "DZA"),
        ("country", "Algeria", "DZA"),
        ("region", "1015", "africa"),
        ("region", "Africa", "africa"),
        ("topic", "19761", "service-quality"),
        ("topic", "Service quality", "Service quality"),
        ("award_year", "2020", "2020"),
    ],
)
def test_countries_and_regions_have_numbers_and_names(facet: str, value: str, key: str) -> None:
    """Both generations of addresses work; topics have numbers only."""
    assert LISTING.value_id(facet, value) == key


def test_the_order_of_the_question_does_not_matter() -> None:
    """Two spellings of one selection are one selection."""
    one = LISTING.asked([("region", "Africa"), ("country", "787")])
    other = LISTING.asked([("country", "Algeria"), ("region", "1015"), ("country", "787")])
    assert one == other


def test_years_that_are_not_printed_have_no_facet_value() -> None:
    """A practice without award year is in no award year's count."""
    counts = LISTING.select(()).counts["award_year"]
    assert sum(counts.values()) == sum(practice.award_year is not None for practice in PRACTICES) < len(PRACTICES)
    assert set(LISTING.select(()).counts["topic"]) == set(vocabulary().topics)
