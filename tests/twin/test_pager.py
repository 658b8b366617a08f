import pytest

from pipeline.twin.pager import pager_links


@pytest.mark.parametrize(
    ("page", "page_count", "current", "numbers"),
    [
        (0, 33, 0, range(9)),
        (4, 33, 4, range(9)),
        (5, 33, 5, range(1, 10)),
        (32, 33, 32, range(24, 33)),
        (9999, 33, 32, range(24, 33)),
        (1, 3, 1, range(3)),
    ],
)
def test_nine_numbers_stand_around_the_current_page(page: int, page_count: int, current: int, numbers: range) -> None:
    """The window stays full, and beyond the end the last page is current."""
    links = pager_links(page, page_count)
    assert links is not None
    assert (links.current, links.last, links.numbers) == (current, page_count - 1, numbers)


@pytest.mark.parametrize("page_count", [0, 1])
def test_one_page_needs_no_pager(page_count: int) -> None:
    """Drupal prints none."""
    assert pager_links(0, page_count) is None
