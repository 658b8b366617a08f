"""Remember rows and links that were read before: every page of a listing repeats its map and facets, byte for byte.

A row's reading depends on its markup and on the folder that relative links start from, on nothing else, so that a
remembered row is the same as one that is read again; it only costs a tenth.
"""

from dataclasses import dataclass, field

from pipeline.models import Issue, Record
from pipeline.parse.labels import Label
from pipeline.parse.line import Line

_MOST_ROWS = 4096


@dataclass(frozen=True, slots=True)
class Known:
    """What was read from one row's markup.

    Attributes:
        labels: Labels in it.
        key: The source's own key, None without a detail link.
        language: Language that its detail link declares, None when it does not.
        lines: Its visible lines.
        record: Its record; block, position and language are those of the place where it was first read.
        issues: What a person should look at.
    """

    labels: tuple[Label, ...]
    key: str | None
    language: str | None
    lines: tuple[Line, ...]
    record: Record
    issues: tuple[Issue, ...]


@dataclass(slots=True)
class Memo:
    """Rows by their markup, and the tags and classes by which a row is worth looking up."""

    _shapes: set[tuple[str, str | None]] = field(default_factory=set)
    _rows: dict[tuple[str, str], Known] = field(default_factory=dict)
    _links: dict[str, dict[str, str | None]] = field(default_factory=dict)

    def may_know(self, tag: str, classes: str | None) -> bool:
        """Whether rows of this shape were seen."""
        return (tag, classes) in self._shapes

    def find(self, folder: str, markup: str) -> Known | None:
        """Return what was read from this markup on a page of this folder, None when it is new."""
        return self._rows.get((folder, markup))

    def links_of(self, folder: str) -> dict[str, str | None]:
        """Return the keys of links that pages of this folder were seen to hold."""
        links = self._links.setdefault(folder, {})
        if len(links) >= _MOST_ROWS:
            links.clear()
        return links

    def learn(self, tag: str, classes: str | None, folder: str, markup: str | None, known: Known) -> None:
        """Remember a row, or at first its shape, since only then its markup is kept.

        Args:
            tag: Of the row's element.
            classes: Its class attribute.
            folder: What relative links of its page start from.
            markup: Of the row, None when it was not kept.
            known: What was read from it.
        """
        self._shapes.add((tag, classes))
        if markup is not None:
            if len(self._rows) >= _MOST_ROWS:
                self._rows.clear()
            self._rows[folder, markup] = known
