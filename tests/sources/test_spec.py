"""The schema of a source file, and what the shipped files say."""

import re
from string import Formatter
from typing import get_args
from urllib.parse import urlsplit

import pytest
from pydantic import BaseModel, ValidationError

from pipeline.sources import spec
from pipeline.sources.registry import load_source, registered_names
from pipeline.sources.spec import Expect, Fillable, Part
from pipeline.tables import Practices

PARTS = [value for value in vars(spec).values() if isinstance(value, type) and issubclass(value, Part)]


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_every_field_is_documented(part: type[BaseModel]) -> None:
    """The docstring under a field is its description; a person who writes a source file reads it."""
    # A table is documented by its own class.
    plain = {name: field for name, field in part.model_fields.items() if field.annotation not in PARTS}
    assert [name for name, field in plain.items() if not (field.description or "").strip()] == []


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.__name__)
def test_every_table_is_documented(part: type[BaseModel]) -> None:
    """With a sentence of its own, not an inherited one."""
    assert (part.__dict__["__doc__"] or "").endswith(".")


@pytest.mark.parametrize("name", registered_names())
def test_a_source_never_changes_after_loading(name: str) -> None:
    """It is shared by everybody."""
    with pytest.raises(ValidationError, match="frozen"):
        load_source(name).title = "another"  # type: ignore[misc]


@pytest.mark.parametrize("name", registered_names())
def test_shipped_addresses_are_whole(name: str) -> None:
    """The detail address can be made for every language, and its own patterns recognize it."""
    source = load_source(name)
    assert {field for _, field, _, _ in Formatter().parse(source.site.detail_url) if field} == {"prefix", "key"}
    address = urlsplit(source.site.detail_url.format(prefix="", key="4711"))
    found = [match["key"] for pattern in source.site.detail_patterns if (match := re.fullmatch(pattern, address.path))]
    assert (address.hostname, found) == (source.site.hosts[0], ["4711"])
    assert urlsplit(source.site.listing_url).path in source.site.listing_paths


@pytest.mark.parametrize("name", registered_names())
def test_shipped_labels_mean_one_thing(name: str) -> None:
    """No label of one field is a label of another, in any language: pages mix them."""
    fields = ("implementation_year", "award_year", "topics")
    languages = load_source(name).languages.values()
    labels = [{text.casefold() for language in languages for text in getattr(language, field)} for field in fields]
    assert [one & other for at, one in enumerate(labels) for other in labels[at + 1 :]] == [set(), set(), set()]
    assert all(text and not text.endswith(":") for group in labels for text in group)


@pytest.mark.parametrize("name", registered_names())
def test_shipped_languages_begin_with_english_and_have_prefixes_of_their_own(name: str) -> None:
    """The default language has none."""
    languages = load_source(name).languages
    assert list(languages) == ["en", "fr", "es", "de"]
    assert [language.prefix for language in languages.values()] == ["", "/fr", "/es", "/de"]


def test_the_live_site_is_asked_gently_and_by_somebody() -> None:
    """At most one request a second, a contact, a bound on everything."""
    issa = load_source("issa")
    assert (issa.needs_contact, issa.is_synthetic, issa.twin_practices) == (True, False, None)
    assert issa.pace.delay_seconds >= 1
    assert all(host == "issa.int" or host.endswith(".issa.int") for host in issa.site.hosts)


def test_the_sample_never_leaves_this_machine() -> None:
    """Its hosts are reserved for tests, and it is marked as made up."""
    sample = load_source("sample")
    assert (sample.needs_contact, sample.is_synthetic) == (False, True)
    assert sample.twin_practices is not None
    assert all(host.endswith("twin.test") for host in sample.site.hosts)
    assert sample.expect.min_practices <= sample.twin_practices <= sample.expect.max_practices


def test_every_column_with_a_floor_is_one_that_may_be_empty() -> None:
    """The names are those of `practices`."""
    columns = Practices.columns()
    assert all(columns[name].nullable or name == "topic_ids" for name in get_args(Fillable))


@pytest.mark.parametrize("floor", [{"colour": 0.5}, {"title": 1.5}, {"title": -0.1}])
def test_a_floor_of_no_column_or_no_share_is_refused(floor: dict[str, float]) -> None:
    """The message names the key."""
    with pytest.raises(ValidationError, match="min_fill"):
        Expect.model_validate({"min_practices": 1, "max_practices": 2, "min_fill": floor})
