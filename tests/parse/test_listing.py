"""Finding the records of an HTML page, and telling map from list."""

from collections.abc import Callable, Sequence
from contextlib import suppress

import pytest

from pipeline.errors import ParseError
from pipeline.models import Block, ParsedPage

Read = Callable[..., ParsedPage]


def record(key: int, *, label: str = "<div>Implementation year: 2020</div>") -> str:
    """The inside of a record."""
    return f'<h3><a href="/gp/{key}">Title {key}</a></h3>{label}<div>Fund , Peru , Americas</div><p>Summary {key}.</p>'


def rows(keys: Sequence[int], tag: str = "div") -> str:
    """Records side by side."""
    return "".join(f"<{tag}>{record(key)}</{tag}>" for key in keys)


def blocks(page: ParsedPage) -> dict[Block, list[str | None]]:
    """Keys by block."""
    return {
        block: [one.source_key for one in page.records if one.block is block]
        for block in dict.fromkeys(one.block for one in page.records)
    }


@pytest.mark.parametrize("tag", ["div", "li", "article", "section", "custom-card", "p"])
def test_rows_are_found_whatever_they_are_called(read: Read, tag: str) -> None:
    """An element is a row by what it holds; a `p` closes early, and its pieces still make one record each."""
    inside = rows([1, 2, 3], tag) if tag != "p" else "".join(f"<div><p>{record(key)}</p></div>" for key in (1, 2, 3))
    page = read(f"<main><div>{inside}</div></main>")
    assert blocks(page) == {Block.LIST: ["1", "2", "3"]}
    assert [one.title for one in page.records] == ["Title 1", "Title 2", "Title 3"]


def test_one_row_alone_is_found(read: Read) -> None:
    """A last page may hold a single one, with the page's title beside it."""
    page = read(f'<main><h1>Good practices</h1><div class="view-content"><div>{record(7)}</div></div></main>')
    assert [(one.source_key, one.title) for one in page.records] == [("7", "Title 7")]


@pytest.mark.parametrize(
    "wrapper",
    [
        '<div class="geolocation-map-wrapper">{}</div>',
        '<div class="view-display-map">{}</div>',
        '<div class="leaflet-container"><div>{}</div></div>',
        '<section class="geofield-google-map">{}</section>',
    ],
)
def test_a_map_is_told_by_its_class(read: Read, wrapper: str) -> None:
    """It may show other practices than the list."""
    page = read(f"<main>{wrapper.format(rows([9, 1]))}<div>{rows([1, 2])}</div></main>")
    assert blocks(page) == {Block.MAP: ["9", "1"], Block.LIST: ["1", "2"]}


@pytest.mark.parametrize("name", ["roadmap", "mapping", "sitemap-links", "bitmap"])
def test_a_word_with_map_in_it_is_no_map(read: Read, name: str) -> None:
    """Only whole parts of a class count."""
    assert blocks(read(f'<main><div class="{name}">{rows([1, 2])}</div></main>')) == {Block.LIST: ["1", "2"]}


def test_coordinates_tell_a_map(read: Read) -> None:
    """Without any class."""
    marks = "".join(f'<div data-lat="1" data-lng="2">{record(key)}</div>' for key in (1, 2))
    assert blocks(read(f"<main><div>{marks}</div><div>{rows([1])}</div></main>")) == {
        Block.MAP: ["1", "2"],
        Block.LIST: ["1"],
    }


def test_a_map_without_any_sign_is_told_by_its_place(read: Read) -> None:
    """Of two groups that share practices, the last is the list, if it is no longer than a page."""
    page = read(f"<main><div>{rows(range(1, 30))}</div><div>{rows(range(1, 11))}</div></main>")
    assert {block: len(keys) for block, keys in blocks(page).items()} == {Block.MAP: 29, Block.LIST: 10}


def test_groups_of_a_list_stay_a_list(read: Read) -> None:
    """A list that is cut by headings repeats nothing."""
    page = read(f"<main><h2>2021</h2><div>{rows([1, 2])}</div><h2>2020</h2><div>{rows([3, 4])}</div></main>")
    assert blocks(page) == {Block.LIST: ["1", "2", "3", "4"]}


def test_positions_count_inside_their_block(read: Read) -> None:
    """From 1, map and list apart."""
    page = read(f'<main><div class="map">{rows([1, 2])}</div><div>{rows([2, 3])}</div></main>')
    assert [(one.block, one.position) for one in page.records] == [
        (Block.MAP, 1),
        (Block.MAP, 2),
        (Block.LIST, 1),
        (Block.LIST, 2),
    ]


def test_the_same_practice_twice_in_a_list_is_two_records(read: Read) -> None:
    """Sorting ties happen; who merges them knows better."""
    assert blocks(read(f"<main><div>{rows([1, 1, 2])}</div></main>")) == {Block.LIST: ["1", "1", "2"]}


@pytest.mark.parametrize("tag", ["nav", "aside", "footer", "template", "noscript"])
def test_records_outside_the_content_are_none(read: Read, tag: str) -> None:
    """Popular practices in a sidebar are no part of the listing."""
    assert blocks(read(f"<body><{tag}>{rows([8, 9])}</{tag}><main><div>{rows([1])}</div></main></body>")) == {
        Block.LIST: ["1"]
    }


def test_a_form_may_hold_the_list(read: Read) -> None:
    """Drupal puts one around a View whose rows can be chosen; its own labels are no record."""
    form = f"<form><label>Implementation year</label><input name='y'><div>{rows([1, 2])}</div></form>"
    assert blocks(read(f"<body><main>{form}</main></body>")) == {Block.LIST: ["1", "2"]}


def test_a_row_without_any_label_is_not_lost_in_silence(read: Read) -> None:
    """A practice without years and topics is still one: it is read, or a person is told."""
    page = read(f"<main><div>{rows([1, 2])}<div>{record(3, label='')}</div>{rows([4])}</div></main>")
    assert "3" in [one.source_key for one in page.records] or page.issues


def test_the_head_of_a_table_is_no_record(read: Read) -> None:
    """Labels that stand only there may keep a page from being read, but make no practice."""
    head = "<thead><tr><th>Title</th><th>Implementation year</th><th>Place</th></tr></thead>"
    body = "".join(
        f'<tr><td><a href="/gp/{key}">Title {key}</a></td><td>2020</td><td>Fund , Peru , Americas</td></tr>'
        for key in (1, 2)
    )
    with suppress(ParseError):
        page = read(f"<main><table>{head}<tbody>{body}</tbody></table></main>")
        assert [one.source_key for one in page.records] == ["1", "2"]


def test_a_row_that_links_to_another_practice_stays_one_record(read: Read) -> None:
    """A summary may mention a practice with a link; the record is that of its title."""
    mention = record(1).replace("Summary 1.", 'It follows <a href="/gp/2">an older practice</a> of the fund.')
    page = read(f"<main><div><div>{mention}</div>{rows([3, 4])}</div></main>")
    assert [(one.source_key, one.title) for one in page.records] == [
        ("1", "Title 1"),
        ("3", "Title 3"),
        ("4", "Title 4"),
    ]


def test_a_row_that_prints_a_label_twice_is_not_torn_in_silence(read: Read) -> None:
    """Themes print a field once for wide and once for narrow screens: one record, or a person is told."""
    twice = record(2).replace("<p>", '<div class="mobile">Implementation year: 2020</div><p>')
    page = read(f"<main><div>{rows([1])}<div>{twice}</div>{rows([3])}</div></main>")
    assert [one.source_key for one in page.records] == ["1", "2", "3"] or page.issues
