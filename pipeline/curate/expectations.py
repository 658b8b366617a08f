"""What a trustworthy release looks like: floors of the source file, bands learned from earlier releases, and laws.

Every function is pure and returns gates. A gate that is not passed blocks the release, whichever side it fails on.
"""

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any

import polars as pl

from pipeline.curate.figures import present
from pipeline.sources.spec import Expect

_COMPARE = "practices releases list"
_STATUS = "practices status"
_REMEMBERED = 5  # earlier releases whose median makes a band: enough that one odd release does not move it
_COMPARED = (
    "title",
    "summary",
    "implementation_year",
    "award_year",
    "institution_id",
    "country_code",
    "region",
    "topic_ids",
)


@dataclass(frozen=True, slots=True)
class Gate:
    """One condition for publishing.

    Attributes:
        name: Unique for a source.
        source: What it is about; None for the release as a whole.
        expected, observed: What should be, and what is, in words.
        passed: Whether it is open.
        look: Command that shows more.
    """

    name: str
    source: str | None
    expected: str
    observed: str
    passed: bool
    look: str = _COMPARE

    def as_dict(self) -> dict[str, Any]:
        """Return it as release.json states it."""
        return {name: value for name, value in asdict(self).items() if name != "look"}


@dataclass(frozen=True, slots=True)
class Past:
    """An earlier release of a source.

    Attributes:
        figures: See figures_of.
        accepted: Gates that were closed then, and that a person accepted.
    """

    figures: Mapping[str, float]
    accepted: Set[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class Band:
    """How far a figure may be from the median of earlier releases.

    Attributes:
        fall, rise: Shares of that median, or of 1 where is_share; None for any.
        slack: Allowed beside, in counts (of practices where is_share), so that small collections may change too.
        is_share: Whether the figure is a share of the practices, so that differences are taken, not ratios.
        is_crawl_only: Whether it holds for crawls alone: imports grow by whatever pages somebody has saved.
    """

    fall: float | None
    rise: float | None
    slack: float
    is_share: bool = False
    is_crawl_only: bool = False


# A listing grows by a competition of one region, 160 to 190 entries to some 1,300; two between crawls are 30 %, so half
# more is out of the question. It hardly ever shrinks: a tenth less in one step is a page that is not read any more. The
# other figures are shares that a competition moves by a few points.
_BANDS = {
    "practices": Band(0.1, 0.5, 5),
    "editions": Band(0.1, 0.5, 5),
    "institutions": Band(0.1, 0.5, 3),
    "countries": Band(0.1, 0.5, 3),
    "topics": Band(0.1, 0.5, 3),
    "implementation_years": Band(0.1, 0.5, 2),
    "award_years": Band(0.1, 0.5, 2),
    "fill": Band(0.05, None, 3, is_share=True, is_crawl_only=True),
    "distinct": Band(0.05, None, 3, is_share=True),
    "length": Band(0.3, 0.5, 5),
    "finding": Band(None, 0.1, 3, is_share=True, is_crawl_only=True),
}
_MAX_GARBLED, _MAX_IMPLAUSIBLE = 0.01, 0.05
_MIN_KEPT, _MIN_UNCHANGED = 0.9, 0.75
_NO_WORD = r"[^\p{L}\p{N}]+"
_FEW = 5  # rows that may differ in the smallest collection


def floors(source: str, expect: Expect, figures: Mapping[str, float]) -> Iterator[Gate]:
    """Yield what the source file demands of a crawl: least and most practices, and least fill rates."""
    count, low, high = int(figures["practices"]), expect.min_practices, expect.max_practices
    yield Gate("practice_count", source, f"{low} to {high} practices", str(count), low <= count <= high, _STATUS)
    for column, share in expect.min_fill.items():
        filled = figures[f"fill:{column}"]
        yield Gate(f"min_fill:{column}", source, f"at least {share:.1%}", f"{filled:.1%}", filled >= share, _STATUS)


def laws(source: str, figures: Mapping[str, float]) -> Iterator[Gate]:
    """Yield what holds for every collection, the first one too."""
    for name, share in (("garbled_text", _MAX_GARBLED), ("implausible_years", _MAX_IMPLAUSIBLE)):
        most = max(2, int(share * figures["practices"]))
        yield Gate(name, source, f"at most {most} practices", f"{figures[name]:g}", figures[name] <= most, _STATUS)


def bands(source: str, figures: Mapping[str, float], earlier: Sequence[Past], *, is_crawl: bool) -> Iterator[Gate]:
    """Yield how figures compare with the median of earlier releases of the same kind.

    A figure that a person has accepted in spite of its gate is the new normal: releases before that teach nothing.

    Args:
        source: Name of the source.
        figures: Of this release.
        earlier: Oldest first.
        is_crawl: Whether the source was crawled, not only imported.
    """
    known = dict.fromkeys([name for past in earlier for name in past.figures] + list(figures))
    for name in known:
        band = _BANDS.get(name.split(":")[0])
        if band is None or (band.is_crawl_only and not is_crawl):
            continue
        gate = f"band:{name}"
        values = [past.figures.get(name, 0.0) for past in _since_accepted(gate, earlier)]
        if not values:
            continue
        normal, value = median(values), figures.get(name, 0.0)
        low, high = _limits(band, normal, figures["practices"], is_crawl=is_crawl)
        is_within = (low is None or value >= low) and (high is None or value <= high)
        yield Gate(gate, source, _range(low, high, normal), f"{value:g}", is_within)


def continuity(source: str, practices: pl.DataFrame, before: pl.DataFrame) -> Iterator[Gate]:
    """Yield whether practices keep their ids and most of their values from one release to the next.

    Args:
        source: Name of the source.
        practices: The table of this release.
        before: That of the release before.
    """
    old, new = present(before, source), present(practices, source)
    kept = old.join(new, on="practice_id", how="inner", suffix=":new", maintain_order="left")
    # A practice that is reported as missing or removed has kept its id.
    ids = old.join(practices, on="practice_id", how="semi").height
    least = min(old.height - _FEW, int(_MIN_KEPT * old.height))
    yield Gate("kept_ids", source, f"at least {max(least, 0)} of {old.height}", str(ids), ids >= least)
    for column in _COMPARED:
        # A value that was not known before is no change.
        known = kept.filter(pl.col(column).is_not_null())
        same = known.filter(_bare(column, known).eq_missing(_bare(f"{column}:new", known))).height
        least = max(min(known.height - _FEW, int(_MIN_UNCHANGED * known.height)), 0)
        yield Gate(f"unchanged:{column}", source, f"at least {least} of {known.height}", str(same), same >= least)


def _bare(column: str, frame: pl.DataFrame) -> pl.Expr:
    """Return letters and digits alone, so that better blanks or dashes are no change."""
    return pl.col(column).str.replace_all(_NO_WORD, "") if frame.schema[column] == pl.String else pl.col(column)


def no_severe_findings(findings: pl.DataFrame) -> Iterator[Gate]:
    """Yield whether nothing severe was found; the first finding is named."""
    severe = findings.filter(pl.col("severity") == "severe").sort("finding_id")
    if not severe.height:
        yield Gate("severe_findings", None, "0", "0", passed=True)
        return
    first = severe.row(0, named=True)
    observed = (
        f"{severe.height}, such as {first['kind']} on {first['page_url'] or first['practice_id']}: {first['message']}"
    )
    yield Gate("severe_findings", None, "0", observed, passed=False, look=_STATUS)


def _since_accepted(gate: str, earlier: Sequence[Past]) -> Sequence[Past]:
    starts = [number for number, past in enumerate(earlier) if gate in past.accepted]
    return earlier[starts[-1] if starts else 0 :][-_REMEMBERED:]


def _limits(band: Band, normal: float, practices: float, *, is_crawl: bool) -> tuple[float | None, float | None]:
    slack = band.slack / max(practices, 1) if band.is_share else band.slack
    unit = 1.0 if band.is_share else normal
    low = None if band.fall is None else normal - max(slack, band.fall * unit)
    # More imports are more practices, without any limit.
    high = None if band.rise is None or not is_crawl else normal + max(slack, band.rise * unit)
    return low, high


def _range(low: float | None, high: float | None, normal: float) -> str:
    least = "" if low is None else f"at least {max(low, 0):.4g}"
    most = "" if high is None else f"at most {high:.4g}"
    return f"{' and '.join(filter(None, (least, most))) or 'anything'}, after {normal:.4g}"
