import pytest

from pipeline.twin.query import facet_query, pager_query, read_query, same_query

KENYA = ("countries", "898")


@pytest.mark.parametrize(
    "text",
    [
        "f[0]=countries:898",
        "f%5B0%5D=countries%3A898",
        "f[]=countries:898",
        "f[7]=countries:898",
        "f[0]=Countries:898",
        "f[0]=countries:898&f[1]=countries:898",
        "utm_source=x&f[0]=countries:898&page=0",
    ],
)
def test_all_spellings_of_a_facet_mean_the_same(text: str) -> None:
    """Encoding, index, case, repetition and other parameters make no difference."""
    assert read_query(text).filters == (KENYA,)


def test_only_the_first_colon_splits() -> None:
    """A value may hold colons, blanks and commas."""
    assert read_query("f[0]=a:b:c%2C+d").filters == (("a", "b:c, d"),)


@pytest.mark.parametrize("text", ["", "f=countries:898", "f[0]=countries", "f=1&f=2"])
def test_what_is_no_array_is_no_facet(text: str) -> None:
    """Drupal ignores it, so the list is unfiltered."""
    assert read_query(text).filters == ()


@pytest.mark.parametrize(
    ("text", "page"),
    [
        ("", 0),
        ("page=", 0),
        ("page=0", 0),
        ("page=7", 7),
        ("page=92,0,0", 92),
        ("page=%2C1", 0),
        ("page=3x", 3),
        ("page=-1", 0),
        ("page=abc", 0),
        ("page=1&page=2", 2),
        ("page=9999", 9999),
    ],
)
def test_the_page_is_the_first_number_or_the_first_page(text: str, page: int) -> None:
    """Zero-based; nonsense is the first page."""
    assert read_query(text).page == page


@pytest.mark.parametrize("text", ["page[]=1", "page%5B0%5D=1"])
def test_an_array_of_pages_is_malformed(text: str) -> None:
    """Drupal 9 fails on it."""
    assert read_query(text).is_malformed


def test_facet_links_sort_naturally_and_number_from_zero() -> None:
    """Drupal's own spelling of a selection."""
    filters = [("topics", "19761"), ("countries", "898"), ("countries", "97"), ("award_region", "Asia and Pacific")]
    assert facet_query(filters) == (
        "?f%5B0%5D=award_region%3AAsia%20and%20Pacific&f%5B1%5D=countries%3A97&f%5B2%5D=countries%3A898"
        "&f%5B3%5D=topics%3A19761"
    )
    assert facet_query([]) == ""


def test_pager_links_keep_the_parameters_and_end_with_the_page() -> None:
    """The request's other parameters come first."""
    parameters = read_query("page=4&f[]=countries:898&utm=x").parameters
    assert pager_query(parameters, 5) == "?f%5B0%5D=countries%3A898&utm=x&page=5"
    assert same_query(parameters) == "?page=4&f%5B0%5D=countries%3A898&utm=x"
