"""One line of visible text: what HTML and text copies are turned into before a record is read."""

from dataclasses import dataclass

# A block element on the way to a line: its place among its siblings, and its tag with its classes.
Step = tuple[int, str]


@dataclass(slots=True)
class Line:
    """One line of visible text.

    Attributes:
        text: The text, ends stripped.
        parts: The same text cut where inline elements begin and end; one part in a text rendition.
        is_heading: Whether it stands in `h1` to `h6`.
        is_link: Whether it is a link to the record's own page.
        is_prose: Whether it is a paragraph (`p`), which may begin with a word that is a label elsewhere.
        follows_gap: Whether a blank line stands before it; always true for a block of HTML.
        label: The label that a table's head gives to what follows; such a line has no text.
        path: Block elements from the record's root down to the line, without the root; empty in a text rendition.
    """

    text: str
    parts: tuple[str, ...] = ()
    is_heading: bool = False
    is_link: bool = False
    is_prose: bool = False
    follows_gap: bool = True
    label: str | None = None
    path: tuple[Step, ...] = ()

    @property
    def is_title(self) -> bool:
        """Whether it may be the record's title."""
        return self.is_heading or self.is_link
