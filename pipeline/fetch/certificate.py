"""Was everything there? Independent questions about what a crawl saw, and the verdict on it."""

import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping, Sequence

from pipeline.fetch.reader import PageSeen
from pipeline.models import Block, Certificate, Oracle, PageKind, Record, Verdict
from pipeline.sources.spec import Source


def certify(source: Source, pages: Sequence[PageSeen]) -> Certificate:
    """Return the certificate of a page walk.

    One broken oracle makes the crawl incomplete. Without pages, or where the rows carry no keys to tell practices
    apart, nothing can be said.

    Args:
        source: The site.
        pages: Every listing page that was read, in order.
    """
    if not pages:
        return Certificate(Verdict.UNKNOWN)
    languages = list(dict.fromkeys(page.language for page in pages))
    oracles: list[Oracle] = []
    walks: dict[str, list[PageSeen]] = {}
    for language in languages:
        mine = [page for page in pages if page.language == language]
        walk = walks[language] = [page for page in mine if page.sweep == mine[-1].sweep and not page.is_check]
        oracles += [
            _page_chain(language, walk),
            _last_page(language, walk),
            _rows_per_page(language, walk, source.paging.page_size),
            _no_page_repeated(language, walk),
            _rows_have_keys(language, walk),
            _holds_still(language, mine),
            _stated_total(language, walk),
            language_as_asked(language, walk),
            text_is_whole(language, walk),
            _map_within_list(language, walk),
        ]
    preferred = walks[languages[0]]
    oracles += facet_counts(source, preferred[-1], records_by_key(preferred, Block.LIST))
    oracles.append(languages_agree({language: _distinct(walk) for language, walk in walks.items()}))
    return Certificate(verdict_of(oracles), tuple(oracles))


def verdict_of(oracles: Sequence[Oracle]) -> Verdict:
    """Return what oracles conclude together: one that is broken outweighs all that hold."""
    if any(oracle.verdict is Verdict.INCOMPLETE for oracle in oracles):
        return Verdict.INCOMPLETE
    return Verdict.COMPLETE if any(oracle.verdict is Verdict.COMPLETE for oracle in oracles) else Verdict.UNKNOWN


def oracle(name: str, expected: str, observed: str, *, holds: bool) -> Oracle:
    """Return the answer to a question that can be answered."""
    return Oracle(name, Verdict.COMPLETE if holds else Verdict.INCOMPLETE, expected, observed)


def _distinct(walk: Sequence[PageSeen], block: Block = Block.LIST) -> set[str]:
    return {key for page in walk for key in page.keys(block)}


def records_by_key(pages: Sequence[PageSeen], *blocks: Block) -> dict[str, Record]:
    """Return one record for each key of these blocks."""
    return {
        record.source_key: record
        for page in pages
        for record in page.parsed.records
        if record.block in blocks and record.source_key
    }


def _page_chain(language: str, walk: Sequence[PageSeen]) -> Oracle:
    """The pages are 0, 1, 2 ... without a gap, each a listing page; only an empty collection may have an empty page."""
    indices = [page.index for page in walk]
    odd = [page for page in walk if page.parsed.kind is not PageKind.LISTING]
    is_empty = len(walk) == 1 and walk[0].parsed.kind is PageKind.EMPTY_LISTING and not walk[0].parsed.stated_total
    holds = indices == list(range(len(walk))) and (not odd or is_empty)
    observed = f"{len(walk)} pages" + (f", page {odd[0].index} is of kind {odd[0].parsed.kind}" if odd else "")
    return oracle(f"page_chain:{language}", "every page from the first on, each with rows", observed, holds=holds)


def _last_page(language: str, walk: Sequence[PageSeen]) -> Oracle:
    """The walk ended on the last page that any pager named, and that page has no next."""
    pagers = [page.parsed.pager for page in walk if page.parsed.pager]
    named = [pager.last for pager in pagers if pager.last is not None]
    last = max(named, default=0)
    final = walk[-1]
    is_end = final.parsed.pager is None or not final.parsed.pager.has_next
    observed = f"page {final.index}" + ("" if is_end else ", which has a next")
    if pagers and not named and is_end:  # "Load more" names only the next page, and the last page has no pager.
        return Oracle(f"last_page:{language}", Verdict.UNKNOWN, "no pager names the last page", observed)
    return oracle(f"last_page:{language}", f"page {last}", observed, holds=final.index == last and is_end)


def _rows_per_page(language: str, walk: Sequence[PageSeen], size: int) -> Oracle:
    """Every page but the last is full, and the last is not fuller."""
    odd = [page.url for page in walk[:-1] if page.row_count != size] + [
        page.url for page in walk[-1:] if page.row_count > size
    ]
    rows = sum(page.row_count for page in walk)
    observed = f"{len(odd)} pages are not: {', '.join(odd[:3])}" if odd else f"{len(walk)} pages, {rows} rows"
    return oracle(f"rows_per_page:{language}", f"{size} rows on every page but the last", observed, holds=not odd)


def _no_page_repeated(language: str, walk: Sequence[PageSeen]) -> Oracle:
    """No two pages list the same practices."""
    seen = Counter(frozenset(page.keys(Block.LIST)) for page in walk if page.keys(Block.LIST))
    repeated = sum(count - 1 for count in seen.values())
    return oracle(f"no_page_repeated:{language}", "0 repeated pages", f"{repeated} repeated pages", holds=not repeated)


def _rows_have_keys(language: str, walk: Sequence[PageSeen]) -> Oracle:
    """Every row links to its practice; without keys nobody can say that two rows differ."""
    rows = sum(page.row_count for page in walk)
    keys = sum(len(page.keys(Block.LIST)) for page in walk)
    return oracle(
        f"rows_have_keys:{language}", f"{rows} rows with a key", f"{keys} rows with a key", holds=rows == keys
    )


def _holds_still(language: str, pages: Sequence[PageSeen]) -> Oracle:
    """Nothing moved during the last walk, or the last two walks saw the same practices."""
    last = pages[-1].sweep
    walks = [[page for page in pages if page.sweep == number and not page.is_check] for number in range(1, last + 1)]
    checks = [page for page in pages if page.sweep == last and page.is_check]
    head = all(check.keys(Block.LIST) == walks[-1][0].keys(Block.LIST) for check in checks)
    rows = sum(len(page.keys(Block.LIST)) for page in walks[-1])
    moved = not head or rows != len(_distinct(walks[-1]))
    agree = last > 1 and _distinct(walks[-1]) == _distinct(walks[-2])
    observed = f"{last} walks, " + ("the last two agree" if agree else "rows have moved" if moved else "nothing moved")
    return oracle(f"holds_still:{language}", "nothing moved, or two walks agree", observed, holds=agree or not moved)


def _stated_total(language: str, walk: Sequence[PageSeen]) -> Oracle:
    """The site's own total is the number of different practices in the list."""
    totals = {page.parsed.stated_total for page in walk if page.parsed.stated_total is not None}
    found = len(_distinct(walk))
    if not totals:
        return Oracle(f"stated_total:{language}", Verdict.UNKNOWN, "the site prints no total", f"{found} practices")
    expected = " and ".join(map(str, sorted(totals)))
    return oracle(f"stated_total:{language}", f"{expected} practices", f"{found} practices", holds=totals == {found})


def language_as_asked(language: str, walk: Sequence[PageSeen]) -> Oracle:
    """Every page is in the language that was asked for."""
    odd = Counter(page.parsed.language for page in walk if page.parsed.language != language)
    observed = ", ".join(f"{count} pages in {tag}" for tag, count in odd.items()) or f"{len(walk)} pages in {language}"
    return oracle(f"language:{language}", f"{len(walk)} pages in {language}", observed, holds=not odd)


def text_is_whole(language: str, walk: Sequence[PageSeen]) -> Oracle:
    """Every page is text in the charset that it declares; where it is not, letters are lost."""
    odd = [page for page in walk if any(issue.kind == "undecodable_bytes" for issue in page.parsed.issues)]
    observed = f"{len(odd)} pages with bytes that are none"
    return oracle(f"text_is_whole:{language}", "0 pages with bytes that are no text", observed, holds=not odd)


def _map_within_list(language: str, walk: Sequence[PageSeen]) -> Oracle:
    """Every practice of the map stands in the list as well."""
    missing = _distinct(walk, Block.MAP) - _distinct(walk)
    return oracle(
        f"map_within_list:{language}", "0 only on the map", f"{len(missing)} only on the map", holds=not missing
    )


def facet_counts(source: Source, shown: PageSeen, records: Mapping[str, Record]) -> list[Oracle]:
    """The site's count for every country, year and region is the number of practices that print it.

    Rows that are not translated print other names than the facets, so by as many a count may be missed, but never
    exceeded; the preferred language has none of them. Topics are left out: a parent counts its children's practices.

    Args:
        source: The site.
        shown: The page whose facets are believed.
        records: One record for each practice, by key.
    """
    foreign = sum(record.language != shown.language for record in records.values())
    facets = source.facets
    values: list[tuple[str, str, Callable[[Record], str | None]]] = [
        ("country", facets.country, lambda record: record.country),
        ("region", facets.region, lambda record: record.region),
        ("implementation_year", facets.implementation_year, lambda record: record.implementation_year),
        ("award_year", facets.award_year, lambda record: record.award_year),
    ]
    oracles = []
    for name, alias, value in values:
        items = shown.parsed.facets.get(alias, ())
        if not items:
            oracles.append(
                Oracle(f"facet_counts:{name}", Verdict.UNKNOWN, "no such facet", f"{len(records)} practices")
            )
            continue
        found = Counter(_folded(value(record) or "") for record in records.values())
        gaps = {item.label: item.count - found[_folded(item.label)] for item in items}
        is_foreign = min(gaps.values()) >= 0 and sum(gaps.values()) <= foreign
        off = [
            f"{item.label}: {item.count - gaps[item.label]} not {item.count}"
            for item in items
            if gaps[item.label] and not is_foreign
        ]
        observed = "; ".join(off[:3]) + (f" and {len(off) - 3} more" if len(off) > 3 else "")
        expected = f"{len(items)} counts as the site's"
        oracles.append(oracle(f"facet_counts:{name}", expected, observed or expected, holds=not off))
    return oracles


def _folded(text: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", text).casefold().replace("\u2019", "'").split())


def languages_agree(keys: Mapping[str, set[str]]) -> Oracle:
    """Every language lists the same practices."""
    everywhere = set.union(*keys.values())
    gaps = {language: len(everywhere - mine) for language, mine in keys.items() if everywhere - mine}
    observed = ", ".join(f"{count} missing in {language}" for language, count in gaps.items()) or "the same in each"
    return oracle("languages_agree", f"{len(everywhere)} practices in each language", observed, holds=not gaps)
