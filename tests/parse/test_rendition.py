"""Text renditions: what is odd about them is said, not guessed."""

from collections.abc import Callable

import pytest

from pipeline.models import Block, ParsedPage

Read = Callable[..., ParsedPage]
RECORD = """Implementation year:
2021
Award Year:
2022
Estonian Social Insurance Board
,
Estonia
,
Europe

Parents receive a proposal for their benefits a week after a birth and only have to say yes.

Topic:
Family benefits
"""


def text(read: Read, body: str) -> ParsedPage:
    """A rendition as it is read."""
    return read(body, "file:///copy.txt", "text/plain")


@pytest.mark.parametrize(
    "end",
    [
        "Implementation year:\n2020\nAwa\n",
        "Implementation year:\n20\n",
        "Implementation year:\n",
        "Implementation year:\n2020\nAward Year:\n2021\nNational Pension Ser\n",
        "Implementation year:\n2020\nAward Year:\n2021\nNational Pension Service\n,\nKorea, Repub\n",
    ],
)
def test_a_text_that_stops_inside_a_record_says_so(read: Read, end: str) -> None:
    """The whole record before it is untouched, and the torn one is a finding, not a practice without a word."""
    page = text(read, RECORD + end)
    assert page.records[0] == text(read, RECORD).records[0]
    assert [issue for issue in page.issues if issue.record == (Block.TEXT, 2)] != [] or len(page.records) == 1
    assert page.issues != ()


def test_text_behind_the_last_record_is_no_topic(read: Read) -> None:
    """It is named as belonging to no field."""
    page = text(read, f"{RECORD}\nFollow us\n\nTerms of use\n")
    assert page.records[0].topics == ("Family benefits",)
    assert [(issue.kind, issue.raw_value) for issue in page.issues] == [("unclaimed_text", "Follow us\nTerms of use")]


def test_text_before_the_first_record_is_no_record(read: Read) -> None:
    """Headings, however often they are printed."""
    page = text(read, f"Database\n\nGood Practices in Social Security\n\n{RECORD}")
    assert page.records == text(read, RECORD).records


def test_a_blank_line_behind_the_label_of_topics_is_none_between_them(read: Read) -> None:
    """Some extractors print one there."""
    page = text(read, RECORD.replace("Topic:\n", "Topic:\n\n"))
    assert page.records == text(read, RECORD).records


@pytest.mark.parametrize(
    "label", ["Implementation year: 2021\nAward Year: 2022\n", "Implementation Year\n2021\nAward year :\n2022\n"]
)
def test_labels_and_years_may_share_a_line(read: Read, label: str) -> None:
    """With or without colon, in any case."""
    page = text(read, RECORD.replace("Implementation year:\n2021\nAward Year:\n2022\n", label))
    assert page.records == text(read, RECORD).records


def test_a_summary_that_names_a_year_label_stays_whole(read: Read) -> None:
    """In the middle of a sentence it is no label."""
    page = text(read, RECORD.replace("Parents receive", "In its implementation year: 2021, parents receive"))
    assert len(page.records) == 1
    assert (page.records[0].summary or "").startswith("In its implementation year: 2021, parents")
