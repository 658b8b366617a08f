"""One line of visible text: what HTML and text copies are turned into before a record is read."""

from dataclasses import dataclass


@dataclass(slots=True)
class Line:
    """One line of visible text.

    Attributes:
        text: The text, ends stripped.
        parts: The same text cut where inline elements begin and end; one part in a text rendition.
        is_title: Whether it is a heading, or the link to the record's own page.
        is_prose: Whether it is a paragraph (`p`), which may begin with a word that is a label elsewhere.
        follows_gap: Whether a blank line stands before it; always true for a block of HTML.
        label: The label that a table's head gives to what follows; such a line has no text.
    """

    text: str
    parts: tuple[str, ...] = ()
    is_title: bool = False
    is_prose: bool = False
    follows_gap: bool = True
    label: str | None = None
