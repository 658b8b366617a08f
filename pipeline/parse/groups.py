"""Lines that belong together because they stand together: how a text without a label is told from its neighbours.

A page wraps every field in an element of its own, or at least prints it in one piece. So the lines left over when
labels, place and title are taken fall into groups, of which one is the summary; the others are something that nobody
has told us about.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from pipeline.parse.line import Line, Step

# Elements of which several in a row are one text.
_PROSE_TAGS = frozenset({"p", "ul", "ol", "blockquote", "dl", "pre"})
_LIST_TAGS = frozenset({"ul", "ol", "dl"})


@dataclass(slots=True)
class Group:
    """Lines of one field.

    Attributes:
        lines: In order, never empty.
        container: The outermost element that holds them and no claimed line; None for lines that stand loose between
            claimed ones, as in a text rendition.
    """

    lines: list[Line]
    container: tuple[Step, ...] | None

    @property
    def size(self) -> int:
        """Number of characters."""
        return sum(len(line.text) for line in self.lines)


def prefixes_of(lines: Iterable[Line]) -> set[tuple[Step, ...]]:
    """Return all elements that hold one of the lines."""
    return {path[:length] for path in {line.path for line in lines} for length in range(len(path) + 1)}


def container_of(line: Line, taken: set[tuple[Step, ...]]) -> tuple[Step, ...] | None:
    """Return the outermost element around a line that is not among the taken ones, None when every one is."""
    path = line.path
    return next((path[:length] for length in range(len(path) + 1) if path[:length] not in taken), None)


def group(lines: Sequence[Line], is_claimed: Sequence[bool]) -> list[Group]:
    """Return the lines that nobody claimed, in groups.

    Args:
        lines: All lines of a record.
        is_claimed: For each, whether a field or a rule has taken it.
    """
    taken = prefixes_of(line for line, claimed in zip(lines, is_claimed, strict=True) if claimed)
    groups: list[Group] = []
    is_open = False
    for line, claimed in zip(lines, is_claimed, strict=True):
        if claimed:
            is_open = False
            continue
        container = container_of(line, taken)
        if is_open and _goes_on(groups[-1], container):
            groups[-1].lines.append(line)
        else:
            groups.append(Group([line], container))
        is_open = True
    return groups


def _goes_on(last: Group, container: tuple[Step, ...] | None) -> bool:
    """Whether a line in a container continues the group before it."""
    if container is None or last.container is None:
        return container is None and last.container is None
    if container == last.container:
        return True
    before = last.lines[-1].path[: len(last.container)]
    if (
        _tag(container[-1]) in _LIST_TAGS
        and _tag(before[-1]) == "p"
        and not last.lines[-1].text.endswith((":", "\uff1a"))
    ):
        return False  # nothing announces the list, so that it may be of something else
    return container[:-1] == before[:-1] and all(_tag(step) in _PROSE_TAGS for step in (container[-1], before[-1]))


def _tag(step: Step) -> str:
    return step[1].partition(".")[0]
