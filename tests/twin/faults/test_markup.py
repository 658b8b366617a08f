import re
from collections.abc import Callable

import pytest
from selectolax.lexbor import LexborHTMLParser

from .probe import PAGE, Probe, Promise, covers

Faulty = Callable[..., Probe]


def rows(probe: Probe, target: str = PAGE) -> list[str]:
    """Text of the rows, white space folded."""
    page = LexborHTMLParser(probe.ask(target).text)
    return [" ".join(row.text().split()) for row in page.css(".views-row")]


def has_no_classes(probe: Probe) -> None:
    page = LexborHTMLParser(probe.ask().text)
    assert len(page.css(".location-content")) == 100
    assert page.css(".location-content [class], .view-content > div > h3 [class], .views-row, .views-field") == []
    links = [link.attributes["href"] for link in page.css("main h3 a")]
    assert links[-10:] == [f"/gp/{key}" for key in probe.keys[20:30]]
    assert len(page.css("nav.pager a[rel=next]")) == 1
    assert page.css("aside .facet-item")


def has_other_labels(probe: Probe) -> None:
    assert all(row.count("Started in: ") == 1 and "Implementation year" not in row for row in rows(probe))
    assert any("Keywords: " in row and "Honoured in: " in row for row in rows(probe))
    assert all("Beginn: " in row and "Jahr der Umsetzung" not in row for row in rows(probe, "/de/gp"))


def has_no_award_label(probe: Probe) -> None:
    texts = rows(probe)
    assert not any("Award Year" in text for text in texts)
    assert any(re.search(r"Implementation year: \d{4} \d{4} ", text) for text in texts)


def has_no_links(probe: Probe) -> None:
    answer = probe.ask()
    assert (answer.rows, answer.markers) == ([], [])
    titles = [title.text() for title in LexborHTMLParser(answer.text).css(".views-row h3")]
    assert titles == [practice.titles["en"] for practice in probe.site.listing.practices[20:30]]


PROMISES: dict[str, Promise] = {
    "markup-classless": has_no_classes,
    "labels-renamed": has_other_labels,
    "award-label-dropped": has_no_award_label,
    "links-dropped": has_no_links,
}


def test_every_redesign_is_tested() -> None:
    """A new line in the catalogue needs a promise here."""
    assert covers("markup", PROMISES)


@pytest.mark.parametrize("name", PROMISES)
def test_the_site_was_redesigned_as_promised(faulty: Faulty, name: str) -> None:
    """What the catalogue says is what the socket shows."""
    PROMISES[name](faulty(name))
