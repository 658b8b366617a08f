"""Dividing a collection into selections that fit on one page."""

from hypothesis import given
from hypothesis import strategies as st

from pipeline.fetch.packing import Part, divide, in_order, pack, requests_for
from pipeline.models import FacetItem

COUNTS = st.dictionaries(st.text(max_size=3), st.integers(1, 250), max_size=60)
CAPS = st.integers(1, 120)
MOST = st.integers(1, 25)


def facet(**counts: int) -> tuple[FacetItem, ...]:
    """A facet with these values."""
    return tuple(FacetItem(value, value.title(), count, is_active=False) for value, count in counts.items())


@given(COUNTS, CAPS, MOST)
def test_every_value_is_in_exactly_one_group(counts: dict[str, int], cap: int, most: int) -> None:
    """Nothing is lost, and nothing is asked for twice."""
    assert sorted(value for group in pack(counts, cap, most) for value in group) == sorted(counts)


@given(COUNTS, CAPS, MOST)
def test_no_group_is_above_the_cap_unless_it_is_a_single_value(counts: dict[str, int], cap: int, most: int) -> None:
    """Nor does it have more values than an address may carry."""
    for group in pack(counts, cap, most):
        assert len(group) == 1 or sum(counts[value] for value in group) <= cap
        assert len(group) <= most


@given(COUNTS, CAPS, MOST)
def test_no_value_would_have_fitted_into_an_earlier_group(counts: dict[str, int], cap: int, most: int) -> None:
    """So no request can be saved by moving one value."""
    groups = pack(counts, cap, most)
    for place, earlier in enumerate(groups):
        load = sum(counts[value] for value in earlier)
        for later in groups[place + 1 :]:
            assert all(load + counts[value] > cap or len(earlier) == most for value in later)


@given(COUNTS, CAPS)
def test_the_same_counts_give_the_same_groups(counts: dict[str, int], cap: int) -> None:
    """Whatever the order of the facet: an interrupted crawl must ask for the same addresses again."""
    turned = dict(reversed(counts.items()))
    assert pack(counts, cap, 20) == pack(turned, cap, 20)


@given(COUNTS.filter(lambda counts: len(counts) > 1), CAPS)
def test_the_parts_of_a_division_add_up(counts: dict[str, int], cap: int) -> None:
    """To what was divided, and each to its own values."""
    whole = Part(("region:1",), sum(counts.values()))
    items = tuple(FacetItem(value, "", count, is_active=False) for value, count in counts.items())
    parts = divide(whole, {"country": items}, ("country",), cap)
    assert parts is not None
    assert sum(part.count for part in parts) == whole.count
    for part in parts:
        values = [pair.removeprefix("country:") for pair in part.selection if pair != "region:1"]
        assert "region:1" in part.selection
        assert part.count == sum(counts[value] for value in values)


def test_only_a_facet_that_counts_every_practice_once_divides() -> None:
    """With a practice without country, or with two, the counts do not add up."""
    whole = Part((), 10)
    facets = {"country": facet(a=5, b=4), "topic": facet(c=9, d=9), "year": facet(e=3, f=7)}
    parts = divide(whole, facets, ("country", "topic", "year"), 8)
    assert parts == (Part(("year:f",), 7), Part(("year:e",), 3))
    assert divide(whole, facets, ("country", "topic"), 8) is None


def test_the_facet_with_the_fewest_requests_divides() -> None:
    """The first one on a tie."""
    facets = {"country": facet(a=5, b=5), "year": facet(c=2, d=8), "region": facet(e=10)}
    assert divide(Part((), 10), facets, ("country", "year"), 8) == (Part(("country:a",), 5), Part(("country:b",), 5))
    assert divide(Part((), 10), facets, ("year", "country"), 8) == (Part(("year:d",), 8), Part(("year:c",), 2))
    assert divide(Part((), 10), facets, ("country", "year", "region"), 10) == (Part(("country:a", "country:b"), 10),)


def test_a_facet_that_is_used_or_has_one_value_divides_nothing_further() -> None:
    """All of Belgium is in Europe."""
    facets = {"country": facet(be=150, fr=90), "region": facet(europe=150)}
    assert divide(Part(("country:be",), 150), facets, ("country", "region"), 100) is None


def test_a_facet_that_is_printed_twice_is_counted_once() -> None:
    """For narrow and for wide screens."""
    twice = (*facet(a=5, b=5), *facet(a=5, b=5))
    assert divide(Part((), 10), {"country": twice}, ("country",), 100) == (Part(("country:a", "country:b"), 10),)


def test_an_address_carries_at_most_twenty_values() -> None:
    """Those that it had before included."""
    many = tuple(FacetItem(f"c{number}", "", 1, is_active=False) for number in range(50))
    parts = divide(Part(("region:1",), 50), {"country": many}, ("country",), 100)
    assert parts is not None
    assert [len(part.selection) for part in parts] == [20, 20, 13]


def test_a_part_above_the_cap_costs_itself_and_its_parts() -> None:
    """At least."""
    assert requests_for([Part((), 100), Part((), 101), Part((), 1)], 100) == 1 + 3 + 1


def test_values_are_in_natural_order() -> None:
    """9 before 10, letters without regard to case."""
    assert in_order(["topics:10", "topics:9", "countries:Zambia", "Countries:austria"]) == (
        "Countries:austria",
        "countries:Zambia",
        "topics:9",
        "topics:10",
    )
