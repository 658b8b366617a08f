"""Why a field differs, from what the same pages read as, what was decided, and which crawls were read."""

from collections.abc import Callable
from typing import Any

import polars as pl

from pipeline.curate.causes import PRINTED, Decided, decided_differently, from_other_crawls, reread, with_causes
from pipeline.curate.changes import DIFFERENCES, EDITION_FIELDS, PRACTICE_FIELDS

Maker = Callable[..., pl.DataFrame]
NO_TEXTS = pl.DataFrame(schema={"practice_id": pl.String, "printed": pl.String})


def differing(*fields: str) -> pl.DataFrame:
    rows = [("sample-1", field, "changed", None, None) for field in fields]
    return pl.DataFrame(rows, schema=DIFFERENCES, orient="row")


def causes(*fields: str, source: tuple[str, ...] = (), texts: tuple[str, ...] = (), **more: Any) -> dict[str, str]:
    told = with_causes(
        differing(*fields),
        differing(*source).select("practice_id", "field"),
        pl.DataFrame([("sample-1", text) for text in texts], schema=["practice_id", "printed"], orient="row")
        if texts
        else NO_TEXTS,
        more.get("decided", Decided(NO_TEXTS, ())),
        more.get("names", "parser"),
    )
    return dict(told.select("field", "cause").iter_rows())


def test_every_field_knows_what_it_is_printed_as() -> None:
    """So that no difference is without a layer to look at."""
    assert {*PRACTICE_FIELDS, *EDITION_FIELDS} <= set(PRINTED)


def test_what_the_source_moved_is_of_the_source() -> None:
    """Whatever else differs."""
    assert causes("title", source=("title",), texts=("title",), names="vocabulary") == {"title": "source"}


def test_another_raw_text_is_of_the_parser() -> None:
    """In the practice, in its edition, and for the names that depend on it; not for others."""
    told = causes("country_code", "es/country_label", "region", texts=("country",), names="vocabulary")
    assert told == {"country_code": "parser", "es/country_label": "parser", "region": "vocabulary"}


def test_the_same_text_with_another_meaning_is_of_the_vocabulary() -> None:
    """But only where a vocabulary was asked: a title is not looked up."""
    assert causes("topic_ids", "title", names="vocabulary") == {"topic_ids": "vocabulary", "title": "parser"}


def test_a_name_that_was_decided_differently_is_of_the_decision() -> None:
    """Even when the vocabulary differs as well; names that it is not about are of the vocabulary."""
    decided = Decided(pl.DataFrame({"practice_id": ["sample-1"], "printed": ["institution"]}), ())
    told = causes("institution_id", "region", "title", "en/institution_label", decided=decided, names="vocabulary")
    assert told == {
        "institution_id": "decision",
        "region": "vocabulary",
        "title": "parser",
        "en/institution_label": "parser",
    }


def test_what_was_decided_to_be_another_practice_is_of_the_decision() -> None:
    """In all fields, and as a whole."""
    told = causes("*", "title", decided=Decided(NO_TEXTS, ["sample-1"]))
    assert told == {"*": "decision", "title": "decision"}


def test_decisions_touch_the_practices_that_print_the_name(identified: Maker) -> None:
    """In any spelling. A decision that was added, taken back or changed; one that stayed touches nobody."""
    sightings = identified(
        {"source_key": "1", "institution": "FUND OF ATLANTIS"},
        {"source_key": "2", "topics": ["Health", "Telepathy"]},
        {"source_key": "3", "institution": "Same"},
        {"source_key": "4", "institution": None},
    )
    same = {"kind": "institution", "printed": "Same", "verdict": "reject"}
    fund = {"kind": "institution", "printed": "Fund of Atlantis"}
    before = [{**same, "decided_at": "2026-01-01"}, {**fund, "verdict": "reject"}]
    after = [
        {**same, "decided_at": "2026-01-02"},
        {**fund, "verdict": "accept", "target_id": "atlantis"},
        {"kind": "topic", "printed": "Telepathy", "verdict": "reject"},
        {"kind": "identity", "printed": "sample-8", "verdict": "same", "target_id": "sample-9"},
    ]
    found = decided_differently(sightings, before, after, str.casefold)
    assert set(found.names.iter_rows()) == {("sample-1", "institution"), ("sample-2", "topics")}
    assert found.identity == ["sample-8", "sample-9"]
    none = decided_differently(sightings, after, after, str.casefold)
    assert (none.names.height, none.identity) == (0, [])


def test_the_same_pages_read_the_same(identified: Maker) -> None:
    """Then nothing was read again; else the fields that differ are named, and `*` for the practice."""
    one = identified({"source_key": "1"})
    assert reread(one, one).height == 0
    other = identified({"source_key": "1", "title": "Read otherwise"})
    assert set(reread(one, other).iter_rows()) == {("sample-1", "title"), ("sample-1", "*")}


def test_a_record_that_only_one_of_two_parsers_finds_is_read_otherwise(identified: Maker) -> None:
    """In all its fields."""
    one = identified({"source_key": "1"})
    printed = set(reread(one.clear(), one)["printed"])
    assert {"*", "title", "topics", "language"} <= printed


def test_other_crawls_account_for_new_texts_only(identified: Maker) -> None:
    """A crawl that prints the same text as before can not have moved a value."""
    old = identified({"source_key": "1", "crawl_id": "a"})
    same = identified({"source_key": "1", "crawl_id": "a"}, {"source_key": "1", "crawl_id": "b"})
    new = identified({"source_key": "1", "crawl_id": "a"}, {"source_key": "1", "crawl_id": "b", "title": "New"})
    found = differing("title", "region", "state")
    assert set(from_other_crawls(found, old, same, ["a"])["field"]) == {"state"}
    assert set(from_other_crawls(found, old, new, ["a"])["field"]) == {"title", "state"}
    assert set(from_other_crawls(found, new, old, ["a"])["field"]) == {"title", "state"}


def test_a_practice_that_only_another_crawl_has_is_of_the_source(identified: Maker) -> None:
    """One that a shared crawl has as well is not."""
    one = identified({"source_key": "1", "crawl_id": "b"})
    whole = differing("*")
    assert from_other_crawls(whole, one.clear(), one, ["a"])["field"].to_list() == ["*"]
    assert from_other_crawls(whole, one.clear(), one, ["b"])["field"].to_list() == []
