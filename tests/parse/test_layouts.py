"""What holds for every layout, map, pager, widget and extra of the twin, in any combination: the records do not depend on them."""

import re
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.models import Block, PageKind
from pipeline.twin.content import TwinPractice
from pipeline.twin.site import TwinSite
from pipeline.twin.theme import EXTRAS, FACET_WIDGETS, LAYOUTS, MAPS, PAGERS, Theme

from .reading import minified, parse
from .test_laws import PREFIXES, body, expected, practices

LAW = settings(max_examples=40, deadline=None)
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
languages = st.sampled_from(sorted(PREFIXES))


@LAW
@given(theme=themes, made=practices(), language=languages)
def test_any_layout_parses_to_the_records_that_it_prints(
    theme: Theme, made: list[TwinPractice], language: str
) -> None:
    """Every field of every record, in the list and on the map, and nothing to look at."""
    site = TwinSite(made, theme=theme)
    page = parse(body(site, f"{PREFIXES[language]}/gp"), source="sample")
    wanted = [one for one in expected(site, language) if theme.map != "none" or one.block is Block.LIST]
    assert list(page.records) == wanted
    assert (page.kind, page.language, page.issues) == (PageKind.LISTING, language, ())


@LAW
@given(theme=themes, made=practices(), language=languages)
def test_white_space_between_tags_means_nothing_in_any_layout(
    theme: Theme, made: list[TwinPractice], language: str
) -> None:
    """A minified page says what the indented one says."""
    html = body(TwinSite(made, theme=theme), f"{PREFIXES[language]}/gp").decode()
    assert parse(minified(html), source="sample") == parse(html, source="sample")


@LAW
@given(theme=themes, made=practices(), seed=st.integers(0, 1000))
def test_classes_and_the_order_of_attributes_do_not_matter(theme: Theme, made: list[TwinPractice], seed: int) -> None:
    """A theme that prints attributes in another order is the same theme; parsing twice is the same."""
    html = body(TwinSite(made, theme=theme), "/gp").decode()
    rng = Random(seed)
    shuffled = TAG.sub(lambda tag: f"<{tag[1]}{''.join(in_any_order(tag[2], rng))}{tag[3]}>", html)
    page = parse(html, source="sample")
    assert parse(shuffled, source="sample") == page
    assert parse(html, source="sample") == page
    bare = Theme(theme.layout, theme.map, theme.pager, theme.facets, theme.extras | {"bare"})
    without = parse(body(TwinSite(made, theme=bare), "/gp"), source="sample")
    assert without.records == page.records


def in_any_order(attributes: str, rng: Random) -> list[str]:
    """Attributes of a tag, shuffled."""
    found = ATTRIBUTE.findall(attributes)
    rng.shuffle(found)
    return found
