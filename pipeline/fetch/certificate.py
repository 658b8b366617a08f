"""Was everything there? Independent questions about what a crawl saw, and the verdict on it."""

from collections import Counter
from collections.abc import Sequence

from pipeline.fetch.sweep import PageSeen
from pipeline.models import Block, Certificate, Oracle, PageKind, Verdict
from pipeline.sources.spec import Source


def certify(source: Source, pages: Sequence[PageSeen]) -> Certificate:
    """Return the certificate of a crawl: one broken oracle makes it incomplete, no page at all makes it unknown.

    Args:
        source: The site.
        pages: Every listing page that was read, in order.
    """
    if not pages:
        return Certificate(Verdict.UNKNOWN)
    languages = list(dict.fromkeys(page.language for page in pages))
    oracles: list[Oracle] = []
    for language in languages:
        mine = [page for page in pages if page.language == language]
        oracles += [
            _page_chain(language, mine),
            _rows_per_page(language, mine, source.paging.page_size),
            _no_page_repeated(language, mine),
            _stated_total(language, mine),
            _map_within_list(language, mine),
        ]
    oracles.append(_languages_agree(pages, languages))
    is_broken = any(oracle.verdict is Verdict.INCOMPLETE for oracle in oracles)
    return Certificate(Verdict.INCOMPLETE if is_broken else Verdict.COMPLETE, tuple(oracles))


def _oracle(name: str, expected: str, observed: str, *, holds: bool) -> Oracle:
    return Oracle(name, Verdict.COMPLETE if holds else Verdict.INCOMPLETE, expected, observed)


def _page_chain(language: str, pages: Sequence[PageSeen]) -> Oracle:
    """The pages are 0, 1, 2 ... up to the last page that any pager named, and the final one is a listing page."""
    named = [page.parsed.pager.last for page in pages if page.parsed.pager and page.parsed.pager.last is not None]
    last = max(named, default=0)
    indices = [page.index for page in pages]
    final = pages[-1].parsed
    is_end = final.pager is None or not final.pager.has_next
    holds = indices == list(range(last + 1)) and is_end and final.kind in (PageKind.LISTING, PageKind.EMPTY_LISTING)
    observed = f"pages 0 to {indices[-1]}, the last one a {final.kind}"
    return _oracle(f"page_chain:{language}", f"pages 0 to {last}, the last one a listing", observed, holds=holds)


def _rows_per_page(language: str, pages: Sequence[PageSeen], size: int) -> Oracle:
    """Every page but the last is full."""
    counts = [sum(record.block is Block.LIST for record in page.parsed.records) for page in pages]
    odd = [page.url for page, count in zip(pages[:-1], counts[:-1], strict=True) if count != size]
    observed = f"{len(odd)} pages are not: {', '.join(odd[:3])}" if odd else f"{len(pages)} pages, {sum(counts)} rows"
    return _oracle(f"rows_per_page:{language}", f"{size} rows on every page but the last", observed, holds=not odd)


def _no_page_repeated(language: str, pages: Sequence[PageSeen]) -> Oracle:
    """No two pages list the same practices."""
    seen = Counter(frozenset(page.keys(Block.LIST)) for page in pages if page.keys(Block.LIST))
    repeated = sum(count - 1 for count in seen.values())
    return _oracle(f"no_page_repeated:{language}", "0 repeated pages", f"{repeated} repeated pages", holds=not repeated)


def _stated_total(language: str, pages: Sequence[PageSeen]) -> Oracle:
    """The site's own total is the number of different practices in the list."""
    totals = {page.parsed.stated_total for page in pages if page.parsed.stated_total is not None}
    found = len({key for page in pages for key in page.keys(Block.LIST)})
    if not totals:
        return Oracle(f"stated_total:{language}", Verdict.UNKNOWN, "the site prints no total", f"{found} practices")
    expected = " and ".join(map(str, sorted(totals)))
    return _oracle(f"stated_total:{language}", f"{expected} practices", f"{found} practices", holds=totals == {found})


def _map_within_list(language: str, pages: Sequence[PageSeen]) -> Oracle:
    """Every practice of the map stands in the list as well."""
    listed = {key for page in pages for key in page.keys(Block.LIST)}
    missing = {key for page in pages for key in page.keys(Block.MAP)} - listed
    return _oracle(
        f"map_within_list:{language}", "0 only on the map", f"{len(missing)} only on the map", holds=not missing
    )


def _languages_agree(pages: Sequence[PageSeen], languages: Sequence[str]) -> Oracle:
    """Every language lists the same practices."""
    keys = {
        language: {key for page in pages if page.language == language for key in page.keys(Block.LIST)}
        for language in languages
    }
    everywhere = set.union(*keys.values())
    gaps = {language: len(everywhere - mine) for language, mine in keys.items() if everywhere - mine}
    observed = ", ".join(f"{count} missing in {language}" for language, count in gaps.items()) or "the same in each"
    return _oracle("languages_agree", f"{len(everywhere)} practices in each language", observed, holds=not gaps)
