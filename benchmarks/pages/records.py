"""What can change inside the records of a listing: labels, values, links, order, and what stands between them.

Every mutation gets a page and a source of chance, changes the page, and says whether there was anything to change.
"""

from collections.abc import Callable, Iterator
from functools import partial
from random import Random

from .dom import Node, Text, fragment, lines, rewrap, take, unwrap, wrap
from .truth import LABELS, SAMPLE, TwinPage

Mutation = Callable[[TwinPage, Random], bool]
SPACES = ("\u00a0", "\u202f", "\u2009", " ")
UNSEEN = ("\u00ad", "\u200b", "\ufeff", "\u2060", "\u200d")
UNKNOWN_LABELS = (
    "Prize year",
    "Launched in",
    "Themes covered",
    "Keywords",
    "Year of start",
    "Distinction",
    "Subject area",
)
ODD_YEARS = ("2019 - 2021", "c. 2020", "n/a", "2O20", "in 2020", "since the reform", "2020/21", "20200", "MMXX", "-")
SEPARATORS = (", ", " – ", " | ", " / ", " ", "", ",", " · ", "; ")
OTHER_LINKS = ("/good-practice/{}", "/gp/{}/view", "/gp?id={}", "/gp-{}", "/g/{}")
SAME_LINKS = (
    "http://www.twin.test{}",
    "//www.twin.test{}",
    "{}/",
    "{}?utm_source=x",
    "{}#top",
    "http://ww1.twin.test{}",
)


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
    at = rng.randrange(len(text) + 1)
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
        if a is b or not _whole(a, one, texts) or not _whole(b, other, texts) or "td" in (_tag(a), _tag(b)):
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


def _tag(node: Node | Text) -> str:
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


def split_text(page: TwinPage, rng: Random, html: str) -> bool:
    """Cut a value or a label in two, with something between that no reader sees, or markup around one half."""
    found = False
    for texts in parts(page, rng, *VALUES, *LABEL_PARTS):
        text = rng.choice(texts)
        if len(text.text) < 4 or text.parent is None:
            continue
        at = rng.randrange(1, len(text.text) - 1)
        rest = Text(text.text[at:], row=text.row, role=text.role)
        text.text = text.text[:at]
        index = next(place for place, child in enumerate(text.parent.children) if child is text)
        pieces = fragment(html)
        text.parent.add(*pieces, rest, at=index + 1)
        if isinstance(pieces[0], Node) and pieces[0].tag in ("b", "em", "span", "mark"):
            take(rest)
            pieces[0].add(rest)
        found = True
    return found


def links(page: TwinPage, rng: Random, to: Callable[[str, str], str | None]) -> bool:
    """Change the links to the records' own pages; None takes the address away."""
    rows = set(chosen(page, rng))
    found = False
    for node in page.root.nodes():
        if node.row in rows and node.key and (href := node.attributes.get("href")):
            new = to(href, node.key)
            if new is None:
                del node.attributes["href"]
            else:
                node.attributes["href"] = new
            found = True
    return found


def other_links(page: TwinPage, rng: Random) -> bool:
    pattern = rng.choice(OTHER_LINKS)
    return links(page, rng, lambda _, key: pattern.format(key))


def same_links(page: TwinPage, rng: Random) -> bool:
    pattern = rng.choice(SAME_LINKS)
    return links(page, rng, lambda href, _: pattern.format(href))


def in_record(page: TwinPage, rng: Random, pieces: tuple[str, ...], beside: str = "") -> bool:
    """Insert something foreign between the fields of the chosen records; of those that have a field, if one is named."""
    html = rng.choice(pieces)
    place = rng.choice(GROUPS)
    found = False
    elements = page.elements()
    for number, texts in chosen(page, rng).items():
        anchor = next((text for text in texts if belongs(text, place)), None)
        roles = {text.role.partition(":0")[0] for text in texts}
        if anchor is not None and (not beside or {beside, f"label:{beside}"} <= roles):
            node = field_element(elements[number], anchor, place)
            if node.parent is not None and _tag(node) not in ("td", "tr"):
                index = next(at for at, child in enumerate(node.parent.children) if child is node)
                node.parent.add(*fragment(html), at=index + rng.randrange(2))
                found = True
    return found


def retag(page: TwinPage, rng: Random, kinds: tuple[str, ...], tags: tuple[str, ...]) -> bool:
    """Give the element around a part another name, where that changes no line of text."""
    new = rng.choice(tags)
    found = False
    elements = page.elements()
    for texts in parts(page, rng, *kinds):
        node = texts[0].parent
        row = elements[texts[0].row or 0]
        if node is None or node is row or node.tag in ("a", "td", "th", new):
            node = node.parent if node is not None and node.tag == "a" else None
        if node is None or node is row or node.tag in ("td", "th", "tr", "body", "ul", "ol"):
            continue
        before, old = lines(row), node.tag
        node.tag = new
        if lines(row) != before:
            node.tag = old
        found = found or node.tag == new
    return found


def rewrap_part(page: TwinPage, rng: Random) -> bool:
    """Take the element around a part away, where that changes no line of text."""
    found = False
    elements = page.elements()
    for texts in parts(page, rng, *VALUES, *LABEL_PARTS):
        node = texts[0].parent
        row = elements[texts[0].row or 0]
        if node is None or node is row or node.tag in ("td", "th", "tr", "body"):
            continue
        before = lines(row)
        undo = unwrap(node)
        if lines(row) != before:
            rewrap(node, *undo)
        else:
            found = True
    return found


def wrap_part(page: TwinPage, rng: Random) -> bool:
    """Put a text into one more inline element."""
    tag = rng.choice(("span", "b", "em", "font", "time", "bdi", "mark"))
    found = False
    for texts in parts(page, rng, *VALUES, *LABEL_PARTS):
        for text in texts:
            wrap(text, tag, {"class": "x"})
            found = True
    return found


def repeat_label(page: TwinPage, rng: Random, text: str) -> bool:
    """Print a label once more, in records that have it; in the others nobody could tell it from the real one."""
    name = rng.choice(LABELS)
    label = text.format(getattr(SAMPLE.languages[page.language], name)[0])
    return in_record(page, rng, (f"<span>{label}</span>", f"<div>{label}</div>", f"<p>{label}</p>"), name)


FOREIGN = (
    "<div>Advertisement: learn more about our courses</div>",
    "<p>New</p>",
    "<span>Highly commended</span>",
    "<div class='share'><a href='/share'>Share</a> <a href='/print'>Print</a></div>",
    "<div><span>Country profile:</span> <a href='/profiles/1'>open</a></div>",
    "<div><span>Contact:</span> <span>office@example.test</span></div>",
    "<div><span>Coverage:</span> <span>national</span></div>",
    "<p>Members may read the whole text after they have signed in to their account on this site, which is free.</p>",
    "<img src='/flag.png' alt='flag'>",
    "<form><select><option>2020</option><option>Kenya</option></select></form>",
    "<script>var year = 2020;</script>",
    "<span class='visually-hidden'>Good practice</span>",
    "<ul><li>Video</li><li>Report</li></ul>",
    "<h4>Details</h4>",
)
SPLITS = (
    "<!-- x -->",
    "<wbr>",
    "<b></b>",
    "<em></em>",
    "<span></span>",
    "<span class='x'></span>",
    "<!-- a --><i></i>",
)

RECORD_MUTATIONS: dict[str, Mutation] = {
    "unknown label": partial(
        change, kinds=LABEL_PARTS, to=lambda old, rng: with_colon(old, rng.choice(UNKNOWN_LABELS))
    ),
    "label of another language": partial(change, kinds=LABEL_PARTS, to=other_language),
    "label without colon": partial(change, kinds=LABEL_PARTS, to=lambda old, _: f"{old.rstrip(': ')} "),
    "odd space before colon": partial(
        change, kinds=LABEL_PARTS, to=lambda old, rng: f"{old.rstrip(': ')}{rng.choice(SPACES)}: "
    ),
    "dash for colon": partial(
        change, kinds=LABEL_PARTS, to=lambda old, rng: f"{old.rstrip(': ')} {rng.choice('-–—=|>')} "
    ),
    "label in other case": partial(
        change, kinds=LABEL_PARTS, to=lambda old, rng: rng.choice((old.upper(), old.lower(), old.title()))
    ),
    "label misspelt": partial(change, kinds=LABEL_PARTS, to=lambda old, rng: at_random(old, rng, "n")),
    "label with a number": partial(change, kinds=LABEL_PARTS, to=lambda old, rng: f"{rng.randrange(1, 9)}. {old}"),
    "unseen characters in label": partial(
        change, kinds=LABEL_PARTS, to=lambda old, rng: at_random(old, rng, rng.choice(UNSEEN))
    ),
    "odd spaces in label": partial(change, kinds=LABEL_PARTS, to=lambda old, rng: old.replace(" ", rng.choice(SPACES))),
    "drop label": lambda page, rng: drop(page, rng, *LABEL_PARTS),
    "drop value": lambda page, rng: drop(page, rng, *LABELS),
    "drop field": drop_field,
    "drop place part": lambda page, rng: drop(page, rng, "institution", "country", "region"),
    "drop summary": lambda page, rng: drop(page, rng, "summary"),
    "drop title": lambda page, rng: drop(page, rng, "title"),
    "label behind value": partial(move_label, to_end=False),
    "label at the end": partial(move_label, to_end=True),
    "swap fields": swap_fields,
    "place separators": separators,
    "topics in one text": join_topics,
    "odd year": partial(change, kinds=YEARS, to=lambda _, rng: rng.choice(ODD_YEARS)),
    "unseen characters in value": partial(
        change, kinds=VALUES, to=lambda old, rng: at_random(old, rng, rng.choice(UNSEEN))
    ),
    "odd spaces in value": partial(change, kinds=VALUES, to=lambda old, rng: old.replace(" ", rng.choice(SPACES))),
    "value escaped twice": partial(change, kinds=VALUES, to=lambda old, _: old.replace(" ", " &amp; ", 1)),
    "comma in value": partial(
        change, kinds=("institution", "country", "topics", "title"), to=lambda old, _: old.replace(" ", ", ", 1)
    ),
    "spaced comma in value": partial(
        change, kinds=("institution", "country", "title"), to=lambda old, _: old.replace(" ", " , ", 1)
    ),
    "colon in value": partial(
        change, kinds=("title", "summary", "topics", "institution"), to=lambda old, _: old.replace(" ", ": ", 1)
    ),
    "label word in value": partial(
        change,
        kinds=("title", "summary"),
        to=lambda old, rng: f"{rng.choice(('Topic', 'Award Year', 'Implementation year'))}: {old}",
    ),
    "short summary": partial(change, kinds=("summary",), to=lambda old, _: old[:20]),
    "cut text between nodes": lambda page, rng: split_text(page, rng, rng.choice(SPLITS)),
    "markup inside a value": lambda page, rng: split_text(
        page, rng, rng.choice(("<b></b>", "<em></em>", "<span></span>", "<mark></mark>"))
    ),
    "wrap a text": wrap_part,
    "unwrap a text": rewrap_part,
    "heading of another level": partial(
        retag, kinds=("title",), tags=("h1", "h2", "h4", "h6", "div", "strong", "p", "span")
    ),
    "rename element of a value": partial(
        retag, kinds=(*VALUES, *LABEL_PARTS), tags=("div", "span", "p", "dd", "dt", "section", "em", "h5", "li")
    ),
    "link gone": lambda page, rng: links(page, rng, lambda _, __: None),
    "other link pattern": other_links,
    "other spelling of link": same_links,
    "foreign block in record": partial(in_record, pieces=FOREIGN),
    "second copy of a label": lambda page, rng: repeat_label(page, rng, "{}: "),
    "second value of a label": lambda page, rng: repeat_label(page, rng, "{}: 1999"),
    "other label in record": partial(
        in_record, pieces=("<p>Year: 2001</p>", "<div>Topics covered: all</div>", "<b>Country:</b> all")
    ),
}
