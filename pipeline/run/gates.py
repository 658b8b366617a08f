"""Whether a release may be published: every gate, what it expected and what it saw.

All gates are looked at, so that one run tells everything. A gate that raises is closed. A person can open any of them
with a reason, but the contracts: tables that break those are no tables.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import polars as pl

from pipeline.archive.crawls import Crawl
from pipeline.curate import check_contracts
from pipeline.curate.expectations import Gate, Past, bands, continuity, floors, laws, no_severe_findings
from pipeline.curate.figures import figures_of
from pipeline.errors import ContractError, PracticesError, RefusedError
from pipeline.models import CrawlKind, Verdict
from pipeline.publish.releases import earlier_releases
from pipeline.publish.scrub import refuse_damaged
from pipeline.settings import Home
from pipeline.sources.spec import Source

_CONTRACTS = "contracts"
_CRAWL = "crawl_complete"
_SHOWN = 5  # closed gates in the message; --json lists all


def check_gates(
    home: Home,
    sources: Mapping[str, Source],
    crawls: Sequence[Crawl],
    tables: Mapping[str, pl.DataFrame],
    accept: str | None = None,
) -> dict[str, Any]:
    """Return what release.json says about gates, or refuse.

    Args:
        home: The home, for its earlier releases.
        sources: The sites by name.
        crawls: What went in, oldest first.
        tables: All tables.
        accept: Reason to publish in spite of a closed gate.

    Returns:
        `gates`, a list, and `figures` by source, from which later releases learn.

    Raises:
        RefusedError: A gate is closed, and nobody accepts that; or a table breaks its contract.
        ReleaseDamagedError: An earlier release is not what was written.
    """
    gates = [
        *_guarded(_CONTRACTS, partial(_contracts, tables)),
        *_guarded(_CRAWL, partial(_crawls_complete, crawls)),
        *_guarded("severe_findings", partial(no_severe_findings, tables["findings"])),
    ]
    figures: dict[str, dict[str, float]] = {}
    earlier = earlier_releases(home, max(crawl.started_at for crawl in crawls))
    for name, source in sources.items():
        is_crawl = any(crawl.source == name and crawl.kind is CrawlKind.CRAWL for crawl in crawls)
        comparable = [record for record in earlier if _is_comparable(record, name, is_crawl=is_crawl)]
        gates += _guarded("figures", partial(_of_source, home, source, tables, comparable, figures, is_crawl), name)
    listed = [gate.as_dict() for gate in gates]
    closed = [gate for gate in gates if not gate.passed]
    if closed and (accept is None or any(gate.name == _CONTRACTS for gate in closed)):
        raise _refusal(closed).with_gates(tuple(listed))
    return {"gates": listed, "figures": figures}


def _guarded(name: str, look: Callable[[], Iterator[Gate]], source: str | None = None) -> Iterator[Gate]:
    try:
        yield from look()
    except PracticesError:
        raise
    except Exception as error:  # noqa: BLE001  # a gate that can not tell must not open
        observed = f"it raised {type(error).__name__}: {error}"
        yield Gate(name, source, "an answer", observed, passed=False, look="report this message: it is a bug")


def _contracts(tables: Mapping[str, pl.DataFrame]) -> Iterator[Gate]:
    expected = "every table keeps its contract"
    try:
        check_contracts(tables)
    except ContractError as error:
        observed = f"{error.place}: {' '.join(error.cause.split())}"
        yield Gate(_CONTRACTS, None, expected, observed, passed=False, look="report this message: it is a bug")
    else:
        yield Gate(_CONTRACTS, None, expected, "every table does", passed=True)


def _crawls_complete(crawls: Sequence[Crawl]) -> Iterator[Gate]:
    """Yield the verdict on the newest crawl of every source; earlier ones go in only when they are complete."""
    newest = {crawl.source: crawl for crawl in crawls if crawl.kind is CrawlKind.CRAWL}
    for source, crawl in newest.items():
        observed = f"{crawl.crawl_id} is {crawl.verdict.value}"
        yield Gate(_CRAWL, source, "complete", observed, crawl.verdict is Verdict.COMPLETE, "practices status")


def _of_source(
    home: Home,
    source: Source,
    tables: Mapping[str, pl.DataFrame],
    earlier: Sequence[Mapping[str, Any]],
    figures: dict[str, dict[str, float]],
    is_crawl: bool,  # noqa: FBT001  # bound by partial
) -> Iterator[Gate]:
    name = source.name
    figures[name] = figures_of(tables, name)
    if is_crawl:
        yield from floors(name, source.expect, figures[name])
    yield from laws(name, figures[name])
    yield from bands(name, figures[name], [_past(record, name) for record in earlier], is_crawl=is_crawl)
    if earlier:
        folder = home.releases / earlier[-1]["release_id"]
        refuse_damaged(folder)
        before = pl.read_parquet(folder / "practices.parquet")
        yield from continuity(name, tables["practices"], before)


def _is_comparable(record: Mapping[str, Any], source: str, *, is_crawl: bool) -> bool:
    """Tell whether an earlier release teaches something about a source: of the same kind, and from whole crawls."""
    kinds = {crawl["kind"] for crawl in record["crawls"] if crawl["source"] == source}
    is_whole = not any(gate["name"] == _CRAWL and not gate["passed"] for gate in record["gates"])
    return bool(kinds) and (CrawlKind.CRAWL.value in kinds) == is_crawl and is_whole


def _past(record: Mapping[str, Any], source: str) -> Past:
    accepted = {gate["name"] for gate in record["gates"] if gate["source"] == source and not gate["passed"]}
    return Past(record["figures"][source], accepted)


def _refusal(closed: Sequence[Gate]) -> RefusedError:
    told = [f"{gate.name} expected {gate.expected}, observed {gate.observed}" for gate in closed[:_SHOWN]]
    more = [f"and {len(closed) - _SHOWN} more, which --json lists"] if len(closed) > _SHOWN else []
    cause = f"{len(closed)} gate{'s are' if len(closed) > 1 else ' is'} closed: {'; '.join([*told, *more])}"
    is_final = any(gate.name == _CONTRACTS for gate in closed)
    follow = closed[0].look if is_final else f"{closed[0].look} to look at it, or practices build --accept 'reason'"
    return RefusedError(closed[0].source or "release", cause, follow)
