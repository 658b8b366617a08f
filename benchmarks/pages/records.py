"""What can change inside the records of a listing: labels, values, links, order, and what stands between them.

Every mutation gets a page and a source of chance, changes the page, and says whether there was anything to change.
"""

from collections.abc import Callable
from functools import partial
from random import Random

from .dom import Node, Text, fragment, lines, rewrap, take, unwrap, wrap
from .parts import (
    GROUPS,
    LABEL_PARTS,
    VALUES,
    YEARS,
    at_random,
    belongs,
    change,
    chosen,
    drop,
    drop_field,
    field_element,
    join_topics,
    move_label,
    other_language,
    parts,
    separators,
    swap_fields,
    tag_of,
    with_colon,
)
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
OTHER_LINKS = ("/good-practice/{}", "/gp/{}/view", "/gp?id={}", "/gp-{}", "/g/{}")
SAME_LINKS = (
    "http://www.twin.test{}",
    "//www.twin.test{}",
    "{}/",
    "{}?utm_source=x",
    "{}#top",
    "http://ww1.twin.test{}",
)


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
    """Insert something foreign between the fields of the chosen records; if a field is named, of those that have it."""
    html = rng.choice(pieces)
    place = rng.choice(GROUPS)
    found = False
    elements = page.elements()
    for number, texts in chosen(page, rng).items():
        anchor = next((text for text in texts if belongs(text, place)), None)
        roles = {text.role.partition(":0")[0] for text in texts}
        if anchor is not None and (not beside or {beside, f"label:{beside}"} <= roles):
            node = field_element(elements[number], anchor, place)
            if node.parent is not None and tag_of(node) not in ("td", "tr"):
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
