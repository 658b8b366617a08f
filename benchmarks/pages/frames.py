"""What can change around the records: classes, nesting, foreign blocks, whole rows, and the bytes of the page."""

from collections.abc import Callable
from functools import partial
from itertools import chain
from random import Random

from .dom import INLINE, Node, Text, fragment, lines, rewrap, take, unwrap, wrap
from .finish import BODIES, TEXTS, finish, header
from .records import Mutation
from .truth import TwinPage

BLOCKS = (
    "div",
    "section",
    "article",
    "main",
    "center",
    "form",
    "aside",
    "fieldset",
    "details",
    "blockquote",
    "li",
    "header",
)
FRAMES = ("main", "nav", "aside", "footer", "header")


def rows(page: TwinPage) -> dict[int, Node]:
    """Return the element of every record of the list."""
    return {number: element for number, element in page.elements().items() if number not in page.map_rows}


def classes(page: TwinPage, rng: Random, to: Callable[[str, Random], str]) -> bool:
    """Change the names of classes, all or a part of them, everywhere."""
    names = {name for node in page.body.nodes() for name in (node.attributes.get("class") or "").split()}
    share = rng.choice((1.0, 0.5, 0.1))
    change = {name: to(name, rng) for name in sorted(names) if rng.random() < share}
    for node in page.body.nodes():
        if node.attributes.get("class"):
            changed = (change.get(name, name) for name in (node.attributes["class"] or "").split())
            node.attributes["class"] = " ".join(filter(None, changed))
    return bool(change)


def drop_attributes(page: TwinPage, rng: Random) -> bool:
    """Print an attribute no longer, any but `href`."""
    names = sorted({name for node in page.root.nodes() for name in node.attributes} - {"href", "src"})
    gone = rng.sample(names, min(len(names), rng.choice((1, 3, len(names)))))
    for node in page.root.nodes():
        for name in gone:
            node.attributes.pop(name, None)
    return bool(gone)


def shuffle_attributes(page: TwinPage, rng: Random) -> bool:
    for node in page.root.nodes():
        names = list(node.attributes)
        rng.shuffle(names)
        node.attributes = {name: node.attributes[name] for name in names}
    return True


def in_list(page: TwinPage, rng: Random) -> Node:
    """Return any element inside a record of the list."""
    row = rng.choice(list(rows(page).values()))
    return rng.choice(list(row.nodes()))


def twins(page: TwinPage, node: Node, rng: Random) -> list[Node]:
    """Return the element alone, or with all that look like it."""
    if rng.random() < 0.3:
        return [node]
    shape = node.tag, node.attributes.get("class")
    return [other for other in page.body.nodes() if (other.tag, other.attributes.get("class")) == shape]


def nest(page: TwinPage, rng: Random) -> bool:
    """Put one more element around elements of the records."""
    found = False
    for node in twins(page, in_list(page, rng), rng):
        if node.parent is None or node.tag in ("tr", "td", "th", "tbody", "thead", "li", "body"):
            continue
        before = lines(node.parent)
        around = wrap(node, "span" if node.tag in INLINE else rng.choice(("div", "section", "article", "dd")))
        if lines(around.parent or around) != before:
            unwrap(around)
        else:
            found = True
    return found


def flatten(page: TwinPage, rng: Random) -> bool:
    """Take elements of the records away and leave what was in them, where that changes no line of text."""
    found = False
    for node in twins(page, in_list(page, rng), rng):
        if node.parent is None or node.tag in ("tr", "td", "table", "tbody", "a", "br", "img"):
            continue
        parent = node.parent
        before = lines(parent)
        undo = unwrap(node)
        if lines(parent) != before:
            rewrap(node, *undo)
        else:
            found = True
    return found


def flatten_rows(page: TwinPage, _: Random) -> bool:
    """Take the element of every record away: their fields then follow each other without end."""
    found = False
    for node in rows(page).values():
        if node.tag in ("tr", "td") or node.parent is None:
            continue
        before = lines(node.parent)
        parent = node.parent
        undo = unwrap(node)
        if lines(parent) != before:
            rewrap(node, *undo)
        else:
            found = True
    return found


def merge_rows(page: TwinPage, rng: Random) -> bool:
    """Put one record's content into the element of the one before."""
    elements = list(rows(page).values())
    at = rng.randrange(1, len(elements))
    one, other = elements[at - 1], elements[at]
    if other.tag == "tr" or one.parent is not other.parent:
        return False
    take(other)
    one.add(*list(other.children))
    return True


def rename(page: TwinPage, rng: Random) -> bool:
    """Give elements of the records another name, where that changes no line of text."""
    found = False
    new = rng.choice(("div", "section", "p", "li", "article", "dl", "span", "em", "h5", "td", "main", "label"))
    for node in twins(page, in_list(page, rng), rng):
        if node.parent is None or node.tag in ("a", "br", "img", "tr", "td", "table", "tbody", "ul", new):
            continue
        before, old = lines(node.parent), node.tag
        node.tag = new
        if lines(node.parent) != before or not _nests(node):
            node.tag = old
        else:
            found = True
    return found


def _nests(node: Node) -> bool:
    """Whether a browser keeps the element as it is: some close by themselves before others."""
    inside = {child.tag for child in node.nodes() if child is not node}
    if node.tag == "p":
        return inside <= INLINE | {"br"}
    around = {parent.tag for parent in node.ancestors()}
    return not (
        node.tag == "td"
        or (node.tag not in INLINE and "p" in around)
        or (node.tag.startswith("h") and any(tag[0] == "h" for tag in inside))
    )


def around_list(page: TwinPage, rng: Random) -> bool:
    """Put an element around the whole list."""
    element = next(iter(rows(page).values())).parent
    while element is not None and element.tag in ("tbody", "ul", "table", "tr"):
        element = element.parent
    if element is None or element.tag == "body":
        return False
    wrap(element, rng.choice(BLOCKS), {"class": rng.choice(("region", "map-list", "sidebar", "related"))})
    return True


def frame(page: TwinPage, rng: Random) -> bool:
    """Print a landmark of the page as a plain `div`."""
    tag = rng.choice(FRAMES)
    found = [node for node in page.body.nodes() if node.tag == tag]
    for node in found:
        node.tag = "div"
        node.attributes.pop("role", None)
    return bool(found)


def around_rows(page: TwinPage, rng: Random, pieces: tuple[str, ...]) -> bool:
    """Insert something foreign between, before or behind the records."""
    row = rng.choice(list(rows(page).values()))
    html = rng.choice(pieces).replace("ROW", row.tag).replace("CLASS", row.attributes.get("class") or "")
    if row.parent is None:
        return False
    index = next(at for at, child in enumerate(row.parent.children) if child is row)
    row.parent.add(*fragment(html), at=index + rng.randrange(2))
    return True


def around_view(page: TwinPage, rng: Random, pieces: tuple[str, ...]) -> bool:
    """Insert something foreign somewhere around the list."""
    element = next(iter(rows(page).values()))
    around = [node for node in element.ancestors() if node.tag in ("div", "main", "body")]
    parent = rng.choice(around)
    parent.add(*fragment(rng.choice(pieces)), at=rng.choice((0, len(parent.children))))
    return True


def remove_row(page: TwinPage, rng: Random) -> bool:
    take(rng.choice(list(rows(page).values())))
    return True


def repeat_row(page: TwinPage, rng: Random) -> bool:
    """Print a record twice, as an unstable sort order does."""
    elements = rows(page)
    number = rng.choice(list(elements))
    row = elements[number]
    copy = _copy(row, max(page.texts(of_map=True)) + 1)
    if row.parent is None:
        return False
    row.parent.add(copy, at=next(at for at, child in enumerate(row.parent.children) if child is row) + 1)
    return True


def _copy(node: Node, number: int) -> Node:
    copy = Node(node.tag, dict(node.attributes), row=None if node.row is None else number, key=node.key)
    for child in node.children:
        if isinstance(child, Node):
            copy.add(_copy(child, number))
        else:
            copy.add(
                Text(child.text, row=None if child.row is None else number, role=child.role, is_markup=child.is_markup)
            )
    return copy


def swap_rows(page: TwinPage, rng: Random) -> bool:
    one, other = rng.sample(list(rows(page).values()), 2)
    mark = Text("")
    parent, index = take(one)
    parent.add(mark, at=index)
    home, place = take(other)
    home.add(one, at=place)
    parent, index = take(mark)
    parent.add(other, at=index)
    return True


def drop_map(page: TwinPage, _: Random) -> bool:
    """Print no map, or print it behind the list."""
    elements = page.elements()
    found = [elements[number] for number in sorted(page.map_rows)]
    for node in found:
        take(node)
    page.map_rows.clear()
    return bool(found)


def map_behind(page: TwinPage, _: Random) -> bool:
    maps = [node for node in page.body.nodes() if "data-map-type" in node.attributes]
    if not maps:
        return False
    list_element = next(iter(rows(page).values())).parent
    take(maps[0])
    if list_element is None or list_element.parent is None:
        return False
    list_element.parent.add(maps[0])
    return True


def language(page: TwinPage, rng: Random) -> bool:
    html = next(node for node in page.root.nodes() if node.tag == "html")
    html.attributes["lang"] = rng.choice(("", "xx", "fr", "en-GB", "x-default"))
    return True


RELATED = (
    "<div class='related'><h3>Related practices</h3><ul><li><a href='/gp/1'>Another practice</a></li>"
    "<li><a href='/gp/2'>One more</a></li></ul></div>",
    "<section><h2>Most read</h2><p><a href='/gp/3'>Pensions by telephone</a></p></section>",
    "<div><h3><a href='/gp/4'>Practice of the month</a></h3><div>Award Year: 2020</div>"
    "<p>Fund , Peru , Americas</p><p>It won.</p></div>",
)
SIDE = (
    "<div class='block'><h2>Award Year</h2><ul><li><a href='?f[0]=a:2020'>2020 (3)</a></li></ul></div>",
    "<div class='block'><p>Topic: choose one</p></div>",
    "<div>Implementation year: 2020</div>",
    "<div id='cookies'><p>We use cookies. Accept all cookies?</p></div>",
    "<div class='banner'><a href='/news/1'>Webinar on award years</a></div>",
)
BETWEEN = (
    "<ROW class='CLASS'>Advertisement</ROW>",
    "<ROW class='CLASS'><p>Join our webinar</p><p>Topic: health</p></ROW>",
    "<ROW><h3>2020</h3></ROW>",
    "<ROW class='CLASS'><a href='/node/add'>Submit a practice</a></ROW>",
    "<ROW class='CLASS'></ROW>",
)

FRAME_MUTATIONS: dict[str, Mutation] = {
    "rename classes": partial(classes, to=lambda name, rng: f"{name[:1]}{rng.randrange(10**6)}"),
    "drop classes": partial(classes, to=lambda _, __: ""),
    "swap classes for telling ones": partial(
        classes, to=lambda _, rng: rng.choice(("map", "views-row", "more-link", "view-empty", "field", "pager"))
    ),
    "drop attributes": drop_attributes,
    "shuffle attributes": shuffle_attributes,
    "nest": nest,
    "flatten": flatten,
    "flatten rows": flatten_rows,
    "merge two rows": merge_rows,
    "rename elements": rename,
    "element around the list": around_list,
    "landmark as div": frame,
    "foreign row": partial(around_rows, pieces=BETWEEN),
    "related practices": partial(around_view, pieces=RELATED),
    "related practice between rows": partial(around_rows, pieces=RELATED),
    "side block": partial(around_view, pieces=SIDE),
    "side block between rows": partial(around_rows, pieces=SIDE),
    "remove row": remove_row,
    "repeat row": repeat_row,
    "swap rows": swap_rows,
    "no map": drop_map,
    "map behind list": map_behind,
    "other language declared": language,
    "other content type": header,
    **{name: partial(finish, name=name) for name in chain(TEXTS, BODIES)},
}
