import re
from collections.abc import Callable

import pytest
from selectolax.lexbor import LexborHTMLParser

from .probe import Answer, Probe, Promise, covers

Faulty = Callable[..., Probe]
PAGES = 30


def ask(probe: Probe, page: int, prefix: str = "") -> Answer:
    return probe.ask(f"{prefix}/gp?page={page}")


def total(answer: Answer) -> int:
    return int(re.findall(r"Displaying \d+ - \d+ of (\d+)", answer.text)[0])


def has_next(answer: Answer) -> bool:
    return bool(LexborHTMLParser(answer.text).css("a[rel=next]"))


def repeats_page_1_on_page_2(probe: Probe) -> None:
    assert [ask(probe, page).rows for page in (1, 2, 3)] == [probe.keys[10:20], probe.keys[10:20], probe.keys[30:40]]
    assert LexborHTMLParser(ask(probe, 2).text).css("li.is-active")[0].text().split()[-1] == "3"


def gets_a_record_at_the_top(probe: Probe) -> None:
    before = [ask(probe, page) for page in range(3)]
    after = [ask(probe, page) for page in range(3, 5)]
    assert [key for answer in before for key in answer.rows] == probe.keys[:30]
    assert [key for answer in after for key in answer.rows] == probe.keys[29:49]
    assert [total(answer) for answer in before + after] == [300] * 3 + [301] * 2
    newest = ask(probe, 0)
    assert newest.rows[1:] == probe.keys[:9]
    assert newest.rows[0] == newest.markers[0] not in probe.keys


def is_never_at_rest(probe: Probe) -> None:
    seen = [ask(probe, 0) for _ in range(3)]
    assert [total(answer) for answer in seen] == [301, 302, 303]
    assert [answer.rows.index(probe.keys[0]) for answer in seen] == [1, 2, 3]
    assert seen[2].rows[1:] == seen[1].rows[:9]
    assert ask(probe, 1).rows == probe.keys[6:16]


def loses_its_first_record(probe: Probe) -> None:
    seen = [ask(probe, page) for page in range(5)]
    assert [key for answer in seen for key in answer.rows] == probe.keys[:30] + probe.keys[31:51]
    assert [total(answer) for answer in seen] == [300] * 3 + [299] * 2


def turns_round(probe: Probe) -> None:
    seen = [ask(probe, page).rows for page in range(4)]
    assert seen[:3] == [probe.keys[0:10], probe.keys[10:20], probe.keys[20:30]]
    assert seen[3] == probe.keys[::-1][30:40]
    assert total(ask(probe, 4)) == 300


def shows_the_first_page_beyond_the_end(probe: Probe) -> None:
    assert ask(probe, PAGES - 1).rows == probe.keys[-10:]
    assert ask(probe, PAGES).rows == ask(probe, 9999).rows == probe.keys[:10]


def repeats_the_end_for_ever(probe: Probe) -> None:
    for page in (PAGES - 1, PAGES, 5000):
        assert ask(probe, page).rows == probe.keys[-10:]
        assert has_next(ask(probe, page))


def makes_rows_up_for_ever(probe: Probe) -> None:
    pages = [ask(probe, page) for page in (PAGES - 1, PAGES, PAGES + 1)]
    assert pages[0].rows == probe.keys[-10:]
    assert all(map(has_next, pages))
    assert len({*probe.keys, *pages[1].rows, *pages[2].rows}) == len(probe.keys) + 20


def claims_500_pages(probe: Probe) -> None:
    for page, rows in ((0, 10), (PAGES, 0)):
        answer = ask(probe, page)
        assert 'page=499" title="Go to last page"' in answer.text
        assert (len(answer.rows), has_next(answer)) == (rows, True)
    assert not has_next(ask(probe, 499))


def has_no_pager(probe: Probe) -> None:
    answer = ask(probe, 0)
    assert (answer.rows, LexborHTMLParser(answer.text).css("nav.pager")) == (probe.keys[:10], [])


def shows_one_twice_and_one_never(probe: Probe) -> None:
    seen = [key for page in range(PAGES) for key in ask(probe, page).rows]
    assert len(seen) == len(probe.keys)
    assert seen.count(probe.keys[30]) == 2
    assert set(probe.keys) - set(seen) == {probe.keys[29]}


def drops_a_row_of_page_2(probe: Probe) -> None:
    assert ask(probe, 2).rows == probe.keys[20:24] + probe.keys[25:30]
    assert len(ask(probe, 1).rows) == len(ask(probe, 3).rows) == 10


def states_seven_more(probe: Probe) -> None:
    assert total(ask(probe, 0)) == total(ask(probe, PAGES - 1)) == 307


def states_none(probe: Probe) -> None:
    answer = ask(probe, 0)
    assert "Displaying" not in answer.text
    assert answer.rows == probe.keys[:10]


def keeps_one_on_the_map_only(probe: Probe) -> None:
    seen = [ask(probe, page) for page in range(PAGES)]
    listed = [key for answer in seen for key in answer.rows]
    assert set(seen[0].markers) - set(listed) == set(probe.keys) - set(listed) == {probe.keys[4]}
    assert [total(answer) for answer in seen] == [299] * PAGES
    assert [len(answer.rows) for answer in seen] == [10] * (PAGES - 1) + [9]


def lists_fewer_in_spanish(probe: Probe) -> None:
    spanish, french = ask(probe, 0, "/es"), ask(probe, 0, "/fr")
    assert spanish.rows == spanish.markers[:10] == probe.keys[3:13]
    assert french.rows == probe.keys[:10]
    assert "de 297" in spanish.text
    assert [seen.fault for seen in probe.server.requests] == ["fewer-in-language", ""]


PROMISES: dict[str, Promise] = {
    "repeated-page": repeats_page_1_on_page_2,
    "record-inserted": gets_a_record_at_the_top,
    "records-keep-coming": is_never_at_rest,
    "record-removed": loses_its_first_record,
    "sort-changed": turns_round,
    "beyond-end-first": shows_the_first_page_beyond_the_end,
    "endless-next": repeats_the_end_for_ever,
    "endless-rows": makes_rows_up_for_ever,
    "pager-claims": claims_500_pages,
    "pager-absent": has_no_pager,
    "duplicated-row": shows_one_twice_and_one_never,
    "short-page": drops_a_row_of_page_2,
    "wrong-total": states_seven_more,
    "no-total": states_none,
    "map-only": keeps_one_on_the_map_only,
    "fewer-in-language": lists_fewer_in_spanish,
}


def test_every_fault_of_paging_is_tested() -> None:
    """A new line in the catalogue needs a promise here."""
    assert covers("paging", PROMISES)


@pytest.mark.parametrize("name", PROMISES)
def test_the_listing_lies_as_promised(faulty: Faulty, name: str) -> None:
    """What the catalogue says is what the socket shows."""
    PROMISES[name](faulty(name))


@pytest.mark.parametrize("name", PROMISES)
def test_a_lying_page_is_still_a_whole_page(faulty: Faulty, name: str) -> None:
    """Nothing but the listing gives it away."""
    probe = faulty(name)
    assert all(ask(probe, page, "/es").is_whole for page in (0, 2, PAGES))


@pytest.mark.parametrize("name", ["repeated-page", "short-page", "duplicated-row"])
def test_the_page_can_be_chosen(faulty: Faulty, name: str) -> None:
    """The argument is its zero-based number."""
    probe = faulty(f"{name}:5")
    assert ask(probe, 5).rows != probe.keys[50:60]
    assert ask(probe, 2).rows == probe.keys[20:30]
