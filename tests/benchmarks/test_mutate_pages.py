"""The judge of mutated pages: what it takes for the truth, and that it can say all of its verdicts."""

import sys
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

import pytest

from pipeline.twin.theme import Theme, themes


@pytest.fixture(scope="module")
def judge() -> ModuleType:
    """The benchmark, imported as a script finds its own modules."""
    folder = str(Path(__file__).parents[2] / "benchmarks")
    sys.path.insert(0, folder)
    try:
        import mutate_pages
    finally:
        sys.path.remove(folder)
    return mutate_pages


@pytest.fixture
def page(judge: ModuleType) -> Any:
    """A page of the plainest theme."""
    return judge.twin_page(Theme(), "en", 1)


@pytest.mark.parametrize("name", list(themes()))
def test_an_unchanged_page_says_what_the_twin_put_there(judge: ModuleType, name: str) -> None:
    """Whatever the layout: the truth is taken from the page, and is the same for all."""
    assert judge.twin_page(themes()[name], "en", 1).truth() == judge.twin_page(Theme(), "en", 1).truth()


def test_the_truth_follows_what_a_reader_sees(judge: ModuleType, page: Any) -> None:
    """A field that is taken away is none, a row that is taken away is none, a row that is repeated is two."""
    before = page.truth()
    assert judge.MUTATIONS["remove row"](page, Random(1))
    assert len(page.truth()) == len(before) - 1
    assert judge.MUTATIONS["repeat row"](page, Random(1))
    assert len(page.truth()) == len(before)
    assert judge.MUTATIONS["drop summary"](page, Random(1))
    assert [row["summary"] for row in page.truth()] != [row["summary"] for row in before]


@pytest.mark.parametrize("name", ["rename classes", "drop label", "unknown label", "nest", "minified", "cut"])
def test_the_truth_does_not_follow_the_markup(judge: ModuleType, page: Any, name: str) -> None:
    """A label is not a value: without it the value still stands there."""
    before = page.truth()
    assert judge.MUTATIONS[name](page, Random(1))
    assert page.truth() == before


def test_every_mutation_finds_something_to_change_and_is_the_same_each_time(judge: ModuleType) -> None:
    """On one of some chances, and then byte for byte."""
    for name in judge.MUTATIONS:
        number = next((number for number in range(10) if judge.mutant(1, number, name)[2]), None)
        assert number is not None, name
        one, other = (judge.printed(judge.mutant(1, number, name)[0]) for _ in range(2))
        assert one == other


def test_what_is_read_as_it_stands_is_right(judge: ModuleType, page: Any) -> None:
    """Nothing changed, nothing found."""
    assert judge.judge(page) == ("right", "")


def test_an_error_or_a_finding_is_loud(judge: ModuleType, page: Any) -> None:
    """A page in another charset than it says is told, and so is a page that is none."""
    page.finish.append(("cp1252", 0.0))
    assert judge.judge(page)[0] == "loud"
    page.finish[:] = [("cut", 0.0)]
    assert judge.judge(page) == ("loud", "ParseError: the page is empty")


def test_a_value_that_was_read_wrongly_is_silently_wrong(judge: ModuleType, page: Any) -> None:
    """Here the page is right, and the truth is not."""
    text = next(text for text in page.root.texts() if text.role == "title" and text.row not in page.map_rows)
    text.role = "country"
    verdict, why = judge.judge(page)
    assert verdict == "silently wrong"
    assert why.startswith("record 1 title: None was read as")


def test_a_record_that_is_missing_is_named_by_its_count(judge: ModuleType, page: Any) -> None:
    """Fewer or more records than stand there."""
    truth = page.truth()
    assert judge.differences(truth, truth) == []
    assert judge.differences(truth, truth[1:])[0].startswith("6 records stand there, 5 were read")
