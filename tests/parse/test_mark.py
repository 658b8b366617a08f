"""Texts of a record, marked in a copy of its page."""

import re
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.models import Page, digest_of
from pipeline.parse.mark import mark_page

ROWS = """<!DOCTYPE html><html><head><meta charset="latin-1"><title>2020</title></head><body>
<div class="row"><a href="/gp/1">One &amp; only</a> Year: <b>2020</b> <i>Peru</i> <p>First   summary.</p></div>
<div class="row"><a href="/gp/2">Two</a> Year: <b>2020</b> <i>Per&uacute;</i> <p>Second
 <em>sum</em>mary of 2020.</p><p>More.</p></div>
<script>var year = "2020";</script></body></html>"""


def page(body: str, content_type: str = "text/html; charset=utf-8") -> Page:
    data = body.encode()
    return Page("http://www.twin.test/", data, content_type, datetime(2026, 1, 1, tzinfo=UTC), digest_of(data))


def marks(marked: str) -> list[str]:
    return re.findall(r"<mark>(.*?)</mark>", marked, re.DOTALL)


@pytest.mark.parametrize(
    ("wanted", "others", "expected"),
    [
        ("2020", ["First summary."], ["2020"]),
        ("Perú", ["Second summary of 2020."], ["Per&uacute;"]),
        ("One & only", [], ["One &amp; only"]),
        ("Second summary of 2020.\n\nMore.", [], ["Second", "sum", "mary of 2020.", "More."]),
    ],
)
def test_the_text_is_marked_and_nothing_else(wanted: str, others: list[str], expected: list[str]) -> None:
    """Through markup, blanks and character references, and never inside a tag or a script."""
    marked, count = mark_page(page(ROWS), [wanted], others)
    assert count == len(wanted.split("\n\n"))
    assert [re.sub(r"\s+", " ", mark).strip() for mark in marks(marked)] == expected


def test_the_row_is_that_of_the_record() -> None:
    """Both rows print the year; the second one's summary prints it as well."""
    for summary, link in (("First summary.", "/gp/1"), ("Second summary of 2020.", "/gp/2")):
        marked, _count = mark_page(page(ROWS), ["2020"], [summary])
        before = marked[: marked.index("<mark>")]
        assert before.rindex(link) == max(before.rfind("/gp/1"), before.rfind("/gp/2"))
        assert "<b><mark>2020</mark></b>" in marked


def test_a_text_rendition_is_shown_as_text() -> None:
    """Its angle brackets are no markup."""
    marked, count = mark_page(page("Year\n2020\n<b>Peru</b>", "text/plain"), ["<b>Peru</b>"])
    assert (count, marks(marked)) == (1, ["&lt;b&gt;Peru&lt;/b&gt;"])


def test_what_is_not_there_is_not_marked() -> None:
    """And the count says so."""
    marked, count = mark_page(page(ROWS), ["Nowhere"])
    assert (count, marks(marked)) == (0, [])


@given(st.text(max_size=60), st.text(min_size=1, max_size=3))
@settings(deadline=None)
def test_law_without_marks_the_page_is_what_it_was(body: str, wanted: str) -> None:
    """Whatever the page is made of."""
    body = re.sub(r"</?mark>|\r|[\ud800-\udfff]", "", body)
    marked, _count = mark_page(page(f"<html>{body}"), [wanted])
    plain = marked.replace("<mark>", "").replace("</mark>", "")
    head = plain[plain.index("<meta charset") : plain.index("'unsafe-inline'\">") + len("'unsafe-inline'\">")]
    assert plain.replace(head, "", 1) == f"<html>{body}"
