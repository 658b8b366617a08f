"""Was everything there, when a listing was read by facet selections? The questions that differ from a page walk's."""

from collections.abc import Mapping, Sequence

from pipeline.fetch.certificate import (
    facet_counts,
    language_as_asked,
    languages_agree,
    oracle,
    records_by_key,
    text_is_whole,
    verdict_of,
)
from pipeline.fetch.reader import PageSeen, reads_back
from pipeline.models import Block, Certificate, Oracle, Record, Verdict
from pipeline.sources.spec import Source

_SHOWN = (Block.MAP, Block.LIST)


def certify_selections(source: Source, pages: Sequence[PageSeen]) -> Certificate:
    """Return the certificate of a reading by facet selections.

    The selections have to be whole, to share no practice, and to add up to the unfiltered listing, which must not have
    moved meanwhile.

    Args:
        source: The site.
        pages: Every page that was read, in order; of each language the unfiltered first page first, and last again.
    """
    if not pages:
        return Certificate(Verdict.UNKNOWN)
    languages = list(dict.fromkeys(page.language for page in pages))
    oracles: list[Oracle] = []
    found: dict[str, dict[str, Record]] = {}
    for language in languages:
        mine = [page for page in pages if page.language == language]
        parts = [page for page in mine if page.selection and not page.is_check]
        found[language] = records_by_key(parts, *_SHOWN)
        oracles += [
            _selections_whole(language, parts, source.paging.map_size),
            _selections_cover(language, parts, found[language], _known_total(mine, source.paging.page_size)),
            _filters_read_back(language, mine),
            _records_have_keys(language, parts),
            _head_covered(language, mine, found[language]),
            _head_holds_still(language, mine),
            language_as_asked(language, mine),
            text_is_whole(language, mine),
        ]
    oracles += facet_counts(source, pages[0], found[languages[0]])
    oracles.append(languages_agree({language: set(records) for language, records in found.items()}))
    return Certificate(verdict_of(oracles), tuple(oracles))


def _known_total(pages: Sequence[PageSeen], size: int) -> int | None:
    """Return how many practices the unfiltered listing has: as printed, or else by its last page."""
    head = pages[0].parsed
    ends = [page for page in pages if page.index and not page.selection]
    if head.stated_total is not None or head.pager is None:
        return head.stated_total if head.stated_total is not None else pages[0].row_count
    return ends[0].index * size + ends[0].row_count if ends else None


def _selections_whole(language: str, parts: Sequence[PageSeen], cap: int) -> Oracle:
    """Each selection shows as many practices, on map and list, as the site counts for it, and no more than fit."""
    sizes = {page.url: len(records_by_key([page], *_SHOWN)) for page in parts}
    odd = [page.url for page in parts if page.parsed.stated_total not in (None, sizes[page.url])]
    odd += [url for url, size in sizes.items() if not 0 < size <= cap and url not in odd]
    observed = f"{len(odd)} are not: {', '.join(odd[:3])}" if odd else f"{len(parts)} selections"
    expected = f"{len(parts)} selections, each shown whole"
    return oracle(f"selections_whole:{language}", expected, observed, holds=bool(parts) and not odd)


def _selections_cover(
    language: str, parts: Sequence[PageSeen], found: Mapping[str, Record], total: int | None
) -> Oracle:
    """The selections share no practice, and together have as many as the unfiltered listing."""
    shown = sum(len(records_by_key([page], *_SHOWN)) for page in parts)
    observed = f"{len(found)} practices, {shown - len(found)} of them again"
    expected = "a known number of practices" if total is None else f"{total} practices, each in one selection"
    return oracle(f"selections_cover:{language}", expected, observed, holds=total == len(found) == shown)


def _filters_read_back(language: str, pages: Sequence[PageSeen]) -> Oracle:
    """The site says of every page, in its settings and in its facets, that it is narrowed as asked."""
    odd = [page.url for page in pages if not reads_back(page.parsed, page.selection)]
    observed = f"{len(odd)} pages are not: {', '.join(odd[:3])}" if odd else f"{len(pages)} pages"
    return oracle(f"filters_read_back:{language}", f"{len(pages)} pages as asked", observed, holds=not odd)


def _records_have_keys(language: str, parts: Sequence[PageSeen]) -> Oracle:
    """Every record, on the map as well, links to its practice."""
    bare = sum(record.source_key is None for page in parts for record in page.parsed.records)
    return oracle(f"records_have_keys:{language}", "0 records without a key", f"{bare} without a key", holds=not bare)


def _head_covered(language: str, pages: Sequence[PageSeen], found: Mapping[str, Record]) -> Oracle:
    """What the unfiltered pages show, on list and map, is in the selections."""
    shown = records_by_key([page for page in pages if not page.selection], *_SHOWN)
    missing = len(shown.keys() - found.keys())
    return oracle(
        f"map_within_selections:{language}", "0 only unfiltered", f"{missing} only unfiltered", holds=not missing
    )


def _head_holds_still(language: str, pages: Sequence[PageSeen]) -> Oracle:
    """The unfiltered first page said the same at the end: list, map, total, and every count of every facet."""
    head, check = pages[0], pages[-1]
    is_again = check is not head and check.is_check and check.url == head.url
    before, after = head.parsed, check.parsed
    moved = [
        name
        for name, same in (
            ("the list", head.keys(Block.LIST) == check.keys(Block.LIST)),
            ("the map", head.keys(Block.MAP) == check.keys(Block.MAP)),
            ("the total", before.stated_total == after.stated_total),
            ("a facet's counts", before.facets == after.facets),
        )
        if not same
    ]
    observed = ("nothing moved" if not moved else f"{', '.join(moved)} moved") if is_again else "it was not read again"
    return oracle(f"holds_still:{language}", "nothing moved", observed, holds=is_again and not moved)
