"""Rows that were read before are cut out of a page, and nothing but those rows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.parse.memo import Memo
from pipeline.run.common import words_of
from pipeline.sources.registry import load_source
from pipeline.twin.content import generate
from pipeline.twin.site import TwinSite
from pipeline.twin.theme import themes

from .reading import as_data, parse
from .test_laws import body

ROW = (
    '<div class="views-row"><h3><a href="/gp/{0}">Title {0}</a></h3><p>Implementation year: 2020</p>'
    "<p>Fund , Kenya , Africa</p><p>A summary of practice {0} that is long enough for one.</p></div>"
)


def page(*keys: int, between: str = "\n", after: str = "<p>The end.</p>") -> str:
    """A listing of rows."""
    rows = between.join(ROW.format(key) for key in keys)
    return f"<html><body><div><div class='view-content'>{rows}</div>{after}</div></body></html>"


def fresh() -> dict[str, object]:
    """Words with an empty memory."""
    spec = load_source("issa")
    words = words_of(spec)
    made = type(words)(words.labels, words.regions, words.countries, words.topics, words.ignored, Memo())
    return {"words": made}


@pytest.mark.parametrize("theme", list(themes()))
def test_a_page_reads_the_same_whether_its_rows_are_known_or_not(theme: str) -> None:
    """In every theme, facets and pager behind the rows included."""
    site = TwinSite(generate(14), theme=themes()[theme])
    pages = [body(site, f"/gp?page={number}") for number in (0, 1, 0)]
    alone = [as_data(parse(one, source="sample", words=sample_words())) for one in pages]
    words = sample_words()
    assert [as_data(parse(one, source="sample", words=words)) for one in (*pages, *pages)] == alone + alone


def sample_words() -> object:
    """Words of the sample with an empty memory."""
    words = words_of(load_source("sample"))
    return type(words)(words.labels, words.regions, words.countries, words.topics, words.ignored, Memo())


@given(st.lists(st.lists(st.integers(1, 5), min_size=1, max_size=6), min_size=2, max_size=5))
def test_no_order_of_pages_matters(pages: list[list[int]]) -> None:
    """Whatever was remembered on the way."""
    shared = fresh()
    for keys in pages:
        assert parse(page(*keys), **shared) == parse(page(*keys), **fresh())


@pytest.mark.parametrize("between", ["</div>", "</div><div>", "<!-- ", "</section>", "<p>", "text"])
def test_what_stands_between_rows_stays(between: str) -> None:
    """A row that closes what it did not open, or leaves open what it opened, is read again each time."""
    shared = fresh()
    html = page(1, 2, 3, between=between)
    first = parse(html, **shared)
    assert [parse(html, **shared), parse(html, **fresh())] == [first, first]


def test_a_page_can_not_forge_a_known_row() -> None:
    """The attribute that marks one differs in every memory."""
    assert Memo().attribute != Memo().attribute


def test_the_end_of_what_surrounds_a_row_is_no_part_of_it() -> None:
    """Or the rows behind an aside would be in it."""
    shared = fresh()
    html = page(2, 3).replace("<div class='view-content'>", f"<aside>{ROW.format(2)}</aside>")
    assert [len(parse(html, **shared).records) for _ in range(2)] == [2, 2]


def test_a_row_may_stand_in_another_one() -> None:
    """A map wraps what the list shows: known or not, the wrapped row has its language and its fields."""
    row = ROW.replace("<a ", '<a hreflang="fr" ')
    listed = f"<div class='view-content'>{row.format(1)}{row.format(2)}</div>"
    wrapped = "".join(f'<div class="location" data-lat="{n}"><i>x</i>{row.format(n)}</div>' for n in (1, 2, 3))
    html = f"<html lang='en'><body><div class='map'>{wrapped}</div>{listed}</body></html>"
    shared = fresh()
    parse(f"<html lang='en'><body>{listed}</body></html>", **shared)
    assert parse(html, **shared) == parse(html, **fresh())


@pytest.mark.parametrize("attribute", ['title="a > b"', "title='a > b'", "title=a>b", "title", 'title="it\'s > 1"'])
def test_an_attribute_of_a_row_may_hold_anything(attribute: str) -> None:
    """Its row is never lost for that."""
    shared = fresh()
    html = page(1, 2, 3).replace('<div class="views-row"', f'<div class="views-row" {attribute}')
    assert [len(parse(html, **shared).records) for _ in range(3)] == [3, 3, 3]
