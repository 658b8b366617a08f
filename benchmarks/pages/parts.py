"""The parts of records: found by their role, changed, taken out, moved; whatever the elements around them are."""

from collections.abc import Callable, Iterator
from random import Random

from .dom import Node, Text, fragment, take
from .truth import LABELS, SAMPLE, TwinPage

SEPARATORS = (", ", " – ", " | ", " / ", " ", "", ",", " · ", "; ")


def chosen(page: TwinPage, rng: Random) -> dict[int, list[Text]]:
    """Return the texts of one record of the list, or of all records of the page."""
    rows = page.texts(of_map=True)
    if rng.random() < 0.5:
        return rows
    number = rng.choice([number for number in rows if number not in page.map_rows])
    return {number: rows[number]}


def parts(page: TwinPage, rng: Random, *kinds: str) -> Iterator[list[Text]]:
    """Yield, for each chosen record that has it, the texts of one part; all records give the same part."""
    rows = chosen(page, rng)
    part = rng.choice(kinds)
    for texts in rows.values():
        mine = [text for text in texts if text.role == part or text.role.partition(":")[0] == part]
        if mine:
            yield mine


def change(page: TwinPage, rng: Random, kinds: tuple[str, ...], to: Callable[[str, Random], str]) -> bool:
    """Change the first text of a part in the chosen records."""
    found = False
    for texts in parts(page, rng, *kinds):
        new = to(texts[0].text, rng)
        found = found or new != texts[0].text
        texts[0].text = new
    return found


def field_element(row: Node, text: Text, names: tuple[str, ...]) -> Node | Text:
    """Return the highest node of a record that holds nothing but the given parts."""
    node: Node | Text = text
    while node.parent is not None and node is not row and node.parent is not row:
        if any(other.row is not None and not belongs(other, names) for other in node.parent.texts()):
            break
        node = node.parent
    return node


def belongs(text: Text, names: tuple[str, ...]) -> bool:
    """Whether a text is one of the parts, or the label of one."""
    return text.role.removeprefix("label:").partition(":")[0] in names


LABEL_PARTS = tuple(f"label:{name}" for name in LABELS)
YEARS = ("implementation_year", "award_year")
VALUES = ("title", *YEARS, "institution", "country", "region", "summary", "topics")
GROUPS = (
    ("implementation_year",),
    ("award_year",),
    ("topics",),
    ("summary",),
    ("institution", "country", "region"),
    ("title",),
)


def with_colon(old: str, new: str) -> str:
    return new + old[len(old.rstrip(": \u00a0")) :]


def other_language(old: str, rng: Random) -> str:
    for labels in SAMPLE.languages.values():
        for name in LABELS:
            if getattr(labels, name)[0] == old.rstrip(": "):
                other = rng.choice([spec for spec in SAMPLE.languages.values() if spec is not labels])
                return with_colon(old, getattr(other, name)[0])
    return old


def at_random(text: str, rng: Random, piece: str) -> str:
    at = rng.randrange(len(text.rstrip(": ")) + 1)  # behind a label's colon it would be a value
    return text[:at] + piece + text[at:]


def drop(page: TwinPage, rng: Random, *kinds: str) -> bool:
    """Take a part out of the chosen records; its element goes as well when nothing else is in it."""
    found = False
    for texts in parts(page, rng, *kinds):
        for text in texts:
            parent, _ = take(text)
            while not parent.children and parent.parent is not None and parent.tag not in ("td", "a"):
                parent, _ = take(parent)
            found = True
    return found


def drop_field(page: TwinPage, rng: Random) -> bool:
    """Take value and label of an optional field away, as if the practice had none."""
    name = rng.choice(LABELS)
    found = False
    for texts in chosen(page, rng).values():
        for text in [text for text in texts if belongs(text, (name,))]:
            parent, _ = take(text)
            while not any(child.row is not None for child in parent.texts()) and parent.parent and parent.tag != "td":
                parent, _ = take(parent)
            found = True
    return found


def move_label(page: TwinPage, rng: Random, *, to_end: bool) -> bool:
    """Put a label behind its value, or behind everything else in the record."""
    found = False
    rows = chosen(page, rng)
    name = rng.choice(LABELS)
    for texts in rows.values():
        labels = [text for text in texts if text.role == f"label:{name}"]
        values = [text for text in texts if text.role.partition(":")[0] == name]
        if labels and values:
            behind = texts[-1] if to_end else values[-1]
            if behind is labels[0]:
                continue
            take(labels[0])
            parent, index = behind.parent, next(at for at, c in enumerate(behind.parent.children) if c is behind)  # type: ignore[union-attr]
            parent.add(Text(" "), labels[0], at=index + 1)  # type: ignore[union-attr]
            found = True
    return found


def swap_fields(page: TwinPage, rng: Random) -> bool:
    """Let two fields of a record change places, labels and all."""
    one, other = rng.sample(GROUPS, 2)
    found = False
    elements = page.elements()
    for number, texts in chosen(page, rng).items():
        first = next((text for text in texts if belongs(text, one)), None)
        second = next((text for text in texts if belongs(text, other)), None)
        if first is None or second is None:
            continue
        a, b = field_element(elements[number], first, one), field_element(elements[number], second, other)
        if a is b or not _whole(a, one, texts) or not _whole(b, other, texts) or "td" in (tag_of(a), tag_of(b)):
            continue
        mark_a, mark_b = Text(""), Text("")
        for node, mark in ((a, mark_a), (b, mark_b)):
            parent, index = take(node)
            parent.add(mark, at=index)
        for node, mark in ((b, mark_a), (a, mark_b)):
            parent, index = take(mark)
            parent.add(node, at=index)
        found = True
    return found


def tag_of(node: Node | Text) -> str:
    return node.tag if isinstance(node, Node) else ""


def _whole(node: Node | Text, names: tuple[str, ...], texts: list[Text]) -> bool:
    inside = set(map(id, node.texts())) if isinstance(node, Node) else {id(node)}
    return all(id(text) in inside for text in texts if belongs(text, names))


def separators(page: TwinPage, rng: Random) -> bool:
    """Print something else between institution, country and region."""
    new = rng.choice((*SEPARATORS, "<br>"))
    found = False
    for texts in chosen(page, rng).values():
        places = [text for text in texts if text.role in ("institution", "country", "region")]
        for text in places[:-1]:
            node: Node | Text = text
            while node.parent is not None and len([t for t in node.parent.texts() if t.row is not None]) == 1:
                node = node.parent
            siblings = node.parent.children if node.parent else []
            at = next((at for at, child in enumerate(siblings) if child is node), -1) + 1
            if node.parent and at < len(siblings) and isinstance(siblings[at], Text) and "," in siblings[at].text:  # type: ignore[union-attr]
                del siblings[at]
                node.parent.add(*(fragment(new) or [Text("")]), at=at)
                found = True
    return found


def join_topics(page: TwinPage, rng: Random) -> bool:
    """Print all topics as one text with commas, or with another separator."""
    glue = rng.choice((", ", ", ", "; ", " | ", " / ", " · "))
    found = False
    for texts in chosen(page, rng).values():
        topics = [text for text in texts if text.role.startswith("topics:")]
        for text in topics[1:]:
            parent, _ = take(text)
            while not any(child.text.strip(" ,\n") for child in parent.texts()) and parent.parent is not None:
                parent, _ = take(parent)
            home, index = topics[0].parent, next(at for at, c in enumerate(topics[0].parent.children) if c is topics[0])  # type: ignore[union-attr]
            home.add(Text(glue), text, at=index + 1)  # type: ignore[union-attr]
            topics[0] = text
            found = True
    return found
