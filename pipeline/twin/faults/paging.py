"""The listing lies: rows, pager, total or map do not fit each other, or change while they are read."""

from collections.abc import Callable
from dataclasses import replace

from pipeline.twin.content import TwinPractice
from pipeline.twin.faults.occasion import Behaviour, Occasion
from pipeline.twin.messages import Response
from pipeline.twin.pager import PagerLinks
from pipeline.twin.shown import Rows, Shown

# Keys of made-up rows beyond the end lie far above those of the listing.
FAR_KEY = 1_000_000
MISSING_IN_LANGUAGE = 3
ONLY_ON_MAP = 5


def repeated_page(occasion: Occasion) -> Response | None:
    """Show on page ARG the rows of the page before."""
    if occasion.page != occasion.number:
        return None
    return occasion.honest(lambda shown, rows_of: replace(shown, rows=rows_of(max(shown.page - 1, 0))))


def short_page(occasion: Occasion) -> Response | None:
    """Leave a row out of the middle of page ARG."""
    if occasion.page != occasion.number:
        return None
    return occasion.honest(lambda shown, _: replace(shown, rows=shown.rows[:4] + shown.rows[5:]))


def duplicated_row(occasion: Occasion) -> Response | None:
    """Show as last row of page ARG the first row of the next one, as an unstable sort does."""
    if occasion.page != occasion.number:
        return None
    return occasion.honest(lambda shown, rows_of: replace(shown, rows=shown.rows[:-1] + rows_of(shown.page + 1)[:1]))


def beyond_end_first(occasion: Occasion) -> Response | None:
    """Show the first page to whoever asks for one beyond the end."""
    if occasion.page < _page_count(occasion):
        return None
    return occasion.honest_at(occasion.request.target.partition("?")[0])


def endless(occasion: Occasion) -> Response | None:
    """Always link to a next page; beyond the end the last rows come again, or made-up ones (value `made_up`)."""
    last = _page_count(occasion) - 1
    if occasion.page < last:
        return None
    links = PagerLinks(occasion.page, occasion.page + 1, range(max(occasion.page - 7, 0), occasion.page + 2))
    shift = FAR_KEY * (occasion.page - last) if occasion.value == "made_up" else 0

    def edit(shown: Shown, rows_of: Callable[[int], Rows]) -> Shown:
        return replace(shown, pager=links, rows=tuple(replace(row, key=row.key + shift) for row in rows_of(last)))

    return occasion.honest(edit)


def pager_claims(occasion: Occasion) -> Response:
    """Name page ARG as the last one."""
    last = max(int(occasion.number) - 1, occasion.page)
    links = PagerLinks(occasion.page, last, range(occasion.page, min(occasion.page + 9, last + 1)))
    return occasion.honest(lambda shown, _: replace(shown, pager=links))


def pager_absent(occasion: Occasion) -> Response:
    """Print no pager."""
    return occasion.honest(lambda shown, _: replace(shown, pager=None))


def wrong_total(occasion: Occasion) -> Response:
    """State ARG results more than there are."""
    return occasion.honest(lambda shown, _: replace(shown, total=shown.total + int(occasion.number)))


def no_total(occasion: Occasion) -> Response:
    """State no total."""
    return occasion.honest(lambda shown, _: replace(shown, total=0))


def record_inserted(occasion: Occasion) -> Response | None:
    """Show one record more, at the top, after ARG pages."""
    if occasion.count <= occasion.number:
        return None

    def change(practices: list[TwinPractice]) -> list[TwinPractice]:
        newest = max(practice.key for practice in practices) + 1
        titles = {language: f"{title} (II)" for language, title in practices[0].titles.items()}
        return [replace(practices[0], key=newest, titles=titles), *practices]

    return occasion.variant("inserted", change).respond(occasion.plain_request())


def records_keep_coming(occasion: Occasion) -> Response:
    """Show one record more at the top with every page."""
    practices = occasion.site.listing.practices
    newest, size = max((practice.key for practice in practices), default=0), occasion.site.source.paging.page_size
    added = [replace(row, key=newest + number) for row in practices[:1] for number in range(occasion.count, 0, -1)]
    start = occasion.page * size
    rows = tuple([*added, *practices][start : start + size])
    return occasion.honest(lambda shown, _: replace(shown, rows=rows, total=shown.total + len(added)))


def record_removed(occasion: Occasion) -> Response | None:
    """Show the list without its first record after ARG pages."""
    if occasion.count <= occasion.number:
        return None
    return occasion.variant("removed", lambda practices: practices[1:]).respond(occasion.plain_request())


def sort_changed(occasion: Occasion) -> Response | None:
    """Turn the order round after ARG pages."""
    if occasion.count <= occasion.number:
        return None
    size = occasion.site.source.paging.page_size
    turned = tuple(reversed(occasion.site.listing.practices))
    rows = turned[occasion.page * size : (occasion.page + 1) * size]
    return occasion.honest(lambda shown, _: replace(shown, rows=rows))


def map_only(occasion: Occasion) -> Response:
    """Keep one record of the map out of the list, total included."""
    shown_on_map = tuple(occasion.site.listing.practices[: occasion.site.source.paging.map_size])
    listed = occasion.variant("map_only", lambda rows: rows[: ONLY_ON_MAP - 1] + rows[ONLY_ON_MAP:])
    return listed.respond(occasion.plain_request(), lambda shown, _: replace(shown, map_rows=shown_on_map))


def fewer_in_language(occasion: Occasion) -> Response:
    """Keep the newest records out of one language, total and map included."""
    return occasion.variant("fewer", lambda rows: rows[MISSING_IN_LANGUAGE:]).respond(occasion.plain_request())


def _page_count(occasion: Occasion) -> int:
    return -(-len(occasion.site.listing.practices) // occasion.site.source.paging.page_size)


BEHAVIOURS: dict[str, Behaviour] = {
    "repeated_page": repeated_page,
    "short_page": short_page,
    "duplicated_row": duplicated_row,
    "beyond_end_first": beyond_end_first,
    "endless": endless,
    "pager_claims": pager_claims,
    "pager_absent": pager_absent,
    "wrong_total": wrong_total,
    "no_total": no_total,
    "record_inserted": record_inserted,
    "records_keep_coming": records_keep_coming,
    "record_removed": record_removed,
    "sort_changed": sort_changed,
    "map_only": map_only,
    "fewer_in_language": fewer_in_language,
}
