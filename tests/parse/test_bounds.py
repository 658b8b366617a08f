"""Pages that would keep the parser busy for minutes are refused before it sees them."""

import pytest

from pipeline.errors import ParseError
from pipeline.parse.bounds import MOST_ATTRIBUTES, MOST_CHARACTERS, objection

from .reading import parse


@pytest.mark.parametrize(
    ("page", "reason"),
    [
        ("<div>" * 30_000, "nested"),
        ("<b><i>" * 15_000 + "</i></b>" * 15_000, "nested"),
        (f"<p {' '.join(f'a{number}=1' for number in range(MOST_ATTRIBUTES + 9))}>x</p>" + " " * 9_000, "attributes"),
        ("x" * (MOST_CHARACTERS + 1), "characters"),
    ],
)
def test_a_page_beyond_the_bounds_is_a_named_error(page: str, reason: str) -> None:
    """It says which bound."""
    if reason == "attributes":
        page = page.replace("=1", "=" + "1" * 8)
    with pytest.raises(ParseError, match=reason):
        parse(page)


@pytest.mark.parametrize(
    "page",
    [
        f'<img src="data:image/png;base64,{"A" * 200_000}">',
        f'<path d="{"M 0 0 L 5 5 " * 5_000}">',
        "<li>x" * 30_000,
        "<br>" * 30_000,
        "<div>x</div>" * 30_000,
    ],
)
def test_long_values_and_long_lists_are_nothing_odd(page: str) -> None:
    """Images in addresses, drawings, and elements that end by themselves."""
    assert objection(page) is None
