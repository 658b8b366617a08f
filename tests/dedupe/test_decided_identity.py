"""What persons decide about practices, and where old ids lead."""

from collections.abc import Callable
from itertools import permutations

import polars as pl
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.dedupe import identify, merge_practices, redirects
from pipeline.normalize import load_vocabulary, normalize

Maker = Callable[..., pl.DataFrame]
Pair = tuple[str, str, str]
SCHEMA = {"practice_id": pl.String, "other_id": pl.String, "verdict": pl.String}
THREE = ({"source_key": "1"}, {"source_key": "2", "summary": "Two."}, {"source_key": "3", "summary": "Three."})


def decided(*pairs: Pair) -> pl.DataFrame:
    return pl.DataFrame(pairs, schema=SCHEMA, orient="row")


def ids(sightings: pl.DataFrame, *pairs: Pair) -> list[str]:
    return identify(sightings, decided(*pairs)).sightings["practice_id"].to_list()


def redirected(sightings: pl.DataFrame, *pairs: Pair) -> dict[str, str]:
    told = identify(sightings, decided(*pairs)).sightings
    return redirects(told.drop("source"), told.select("practice_id", "source").unique())


def test_same_moves_a_practice_with_its_reason(sightings: Maker) -> None:
    """The merge names the decision, both ids, and the rule that held before."""
    told = identify(sightings(*THREE), decided(("sample-2", "sample-1", "same"))).sightings
    assert told["practice_id"].to_list() == ["sample-1", "sample-1", "sample-3"]
    rule, evidence = told.select("rule", "evidence").row(1)
    assert rule == "decision_same"
    assert evidence == "a person decided that sample-2 is sample-1; by itself: detail_link, links to 2"


def test_same_follows_to_the_end(sightings: Maker) -> None:
    """Through several decisions, in whatever order they stand."""
    pairs = ("sample-3", "sample-2", "same"), ("sample-2", "sample-1", "same")
    assert all(ids(sightings(*THREE), *order) == ["sample-1"] * 3 for order in permutations(pairs))


def test_same_about_an_unknown_practice_changes_nothing(sightings: Maker) -> None:
    """It stays in the file, and is reported as unused."""
    found = ids(sightings(*THREE), ("sample-2", "sample-9", "same"), ("sample-9", "sample-1", "same"))
    assert found == ["sample-1", "sample-2", "sample-3"]


def test_same_never_joins_two_sources(sightings: Maker) -> None:
    """Listings of two sites keep their own practices."""
    rows = sightings({"source_key": "1"}, {"source_key": "2", "source": "issa"})
    assert ids(rows, ("issa-2", "sample-1", "same")) == ["sample-1", "issa-2"]


def test_a_text_that_a_person_joined_is_linked(sightings: Maker) -> None:
    """Its practice has the address of the link."""
    rows = normalize(sightings({"source_key": "1"}, {"summary": "Rewritten by hand."}), load_vocabulary())
    (own,) = [id_ for id_ in ids(rows) if id_ != "sample-1"]
    told = identify(rows, decided((own, "sample-1", "same"))).sightings
    assert merge_practices(told, {"sample": ("en",)}).select("practice_id", "key", "is_linked").rows() == [
        ("sample-1", "1", True)
    ]


def test_different_beats_the_rule_of_prints(sightings: Maker) -> None:
    """A text with the print of a linked practice stays apart when a person says so."""
    rows = sightings({"source_key": "1"}, {})
    (own,) = redirected(rows)
    assert ids(rows) == ["sample-1"] * 2
    assert ids(rows, ("sample-1", own, "different")) == ids(rows, (own, "sample-1", "different")) == ["sample-1", own]


def test_different_resolves_an_ambiguity(sightings: Maker) -> None:
    """Of two linked practices with one print, the one that is left has the text."""
    rows = sightings({"source_key": "1"}, {"source_key": "2"}, {})
    own = ids(rows)[2]
    assert ids(rows, (own, "sample-2", "different"))[2] == "sample-1"


def test_the_id_of_a_text_leads_to_the_practice_that_it_turned_out_to_be(sightings: Maker) -> None:
    """First only a text copy was there, then the linked page."""
    (before,) = ids(sightings({}))
    after = sightings({}, {"source_key": "7"})
    assert before.startswith("sample-x")
    assert redirected(after) == {before: "sample-7"}


def test_a_decided_id_leads_on(sightings: Maker) -> None:
    """Straight to the last one."""
    pairs = ("sample-3", "sample-2", "same"), ("sample-2", "sample-1", "same")
    assert redirected(sightings(*THREE), *pairs) == {"sample-2": "sample-1", "sample-3": "sample-1"}


def test_nothing_leads_from_a_practice_that_is_there(sightings: Maker) -> None:
    """Every other id is nobody's own."""
    assert redirected(sightings(*THREE)) == {}


names = st.sampled_from([f"sample-{key}" for key in "12345"])
pairs = st.lists(st.tuples(names, names, st.just("same")).filter(lambda pair: pair[0] != pair[1]), max_size=5)


@settings(deadline=None, max_examples=60)
@given(pairs=pairs, order=st.randoms(use_true_random=False))
def test_merging_is_associative_and_commutative(pairs: list[Pair], order: object, sightings: Maker) -> None:
    """The clusters are the connected ones, whatever the order of decisions and records; nothing is lost."""
    rows = [{"source_key": key, "summary": f"Number {key}.", "sighting_id": key} for key in "12345"]
    expected = {f"sample-{key}": {f"sample-{key}"} for key in "12345"}
    for one, other, _ in pairs:
        joined = expected[one] | expected[other]
        expected.update(dict.fromkeys(joined, joined))
    shuffled_rows, shuffled_pairs = rows[:], pairs[:]
    order.shuffle(shuffled_rows)
    order.shuffle(shuffled_pairs)
    straight, shuffled = (
        dict(identify(sightings(*some), decided(*told)).sightings.select("sighting_id", "practice_id").iter_rows())
        for some, told in ((rows, pairs), (shuffled_rows, shuffled_pairs))
    )
    assert straight == shuffled
    assert len(straight) == len(rows)
    clusters = {frozenset(f"sample-{key}" for key in straight if straight[key] == id_) for id_ in straight.values()}
    assert clusters == {frozenset(members) for members in expected.values()}
    assert all(id_ in members for id_, members in ((id_, expected[id_]) for id_ in straight.values()))
