"""What holds for every layout, map, pager, widget and extra of the twin together: the records do not depend on them."""

import re
from collections.abc import Iterable
from dataclasses import asdict, replace
from random import Random
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.models import Block, PageKind, Record
from pipeline.twin.content import TwinPractice, generate
from pipeline.twin.site import TwinSite
from pipeline.twin.theme import EXTRAS, FACET_WIDGETS, LAYOUTS, MAPS, PAGERS, Theme

from .reading import minified, parse
from .test_laws import PREFIXES, body, expected

LAW = settings(max_examples=15, deadline=None)
TAG = re.compile(r"<([a-z][a-z0-9]*)((?: [a-z-]+=\"[^\"]*\")+)( ?/?)>")
ATTRIBUTE = re.compile(r" [a-z-]+=\"[^\"]*\"")

themes = st.builds(
    Theme,
    layout=st.sampled_from(LAYOUTS),
    map=st.sampled_from(MAPS),
    pager=st.sampled_from(PAGERS),
    facets=st.sampled_from(FACET_WIDGETS),
    extras=st.frozensets(st.sampled_from(EXTRAS)),
)
# A lone record without any class has no neighbour to compare with: where it begins, nobody can tell.
practices = st.builds(generate, st.integers(2, 12), st.integers(0, 10_000))
languages = st.sampled_from(sorted(PREFIXES))


@LAW
@given(theme=themes, made=practices, language=languages)
def test_any_layout_parses_to_the_records_that_it_prints(theme: Theme, made: list[TwinPractice], language: str) -> None:
    """Every field of every record, in the list and on the map, and nothing to look at."""
    site = TwinSite(made, theme=theme)
    page = parse(body(site, f"{PREFIXES[language]}/gp"), source="sample")
    wanted = [one for one in expected(site, language) if theme.map != "none" or one.block is Block.LIST]
    assert said(page.records) == said(wanted)
    assert (page.kind, page.language) == (PageKind.LISTING, language)
    assert page.issues == () or "bare" in theme.extras


@LAW
@given(theme=themes, made=practices, language=languages)
def test_white_space_between_tags_means_nothing_in_any_layout(
    theme: Theme, made: list[TwinPractice], language: str
) -> None:
    """A minified page says what the indented one says."""
    html = body(TwinSite(made, theme=theme), f"{PREFIXES[language]}/gp").decode()
    assert parse(minified(html), source="sample") == parse(html, source="sample")


@LAW
@given(theme=themes, made=practices, seed=st.integers(0, 1000))
def test_the_order_of_attributes_does_not_matter(theme: Theme, made: list[TwinPractice], seed: int) -> None:
    """A theme that prints attributes in another order is the same theme; parsing twice is the same."""
    html = body(TwinSite(made, theme=theme), "/gp").decode()
    rng = Random(seed)
    shuffled = TAG.sub(lambda tag: f"<{tag[1]}{''.join(in_any_order(tag[2], rng))}{tag[3]}>", html)
    page = parse(html, source="sample")
    assert parse(shuffled, source="sample") == page
    assert parse(html, source="sample") == page


@LAW
@given(theme=themes, made=practices)
def test_a_theme_without_classes_is_read_the_same_or_somebody_is_told(theme: Theme, made: list[TwinPractice]) -> None:
    """One record alone on a page can hardly be told from what stands above it; then there is a finding."""
    bare = replace(theme, extras=theme.extras | {"bare"})
    page, without = (parse(body(TwinSite(made, theme=one), "/gp"), source="sample") for one in (theme, bare))
    assert said(without.records) == said(page.records) or without.issues


def said(records: Iterable[Record]) -> list[dict[str, Any]]:
    """What records say, wherever it stood on the page."""
    return [{name: value for name, value in asdict(record).items() if name != "layout"} for record in records]


def in_any_order(attributes: str, rng: Random) -> list[str]:
    """Attributes of a tag, shuffled."""
    found = ATTRIBUTE.findall(attributes)
    rng.shuffle(found)
    return found
