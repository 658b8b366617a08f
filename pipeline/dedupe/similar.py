"""Practices that may be one: reported, never joined; only the source's key, a print or a person joins.

`duplicate_in_source`: two links whose institution, years, title and summary agree. `near_duplicate`: two practices of
one institution whose summaries in one language hardly differ. Only practices of one institution are compared, and of
an institution with more than `MOST_COMPARED` practices in a language only those of one implementation year, so that
the work is bounded, and so are the pairs that one practice begins.
"""

from collections.abc import Iterator

import polars as pl

from pipeline.dedupe.prints import folded

NEAR = 90.0
# A text that stands in a thousand practices is one thing to look at, not half a million.
MOST_NEAR = 5
MOST_COMPARED = 2_000
_MOST_WORDS = 200
_YEARS = ("implementation_year_value", "award_year_value")
SIMILAR = {
    "practice_id": pl.String(),
    "other_id": pl.String(),
    "kind": pl.String(),
    "language": pl.String(),
    "score": pl.Float64(),
    "differing": pl.String(),
}

# practice_id and folded summary.
Text = tuple[str, str]


def find_similar(practices: pl.DataFrame, editions: pl.DataFrame, different: pl.DataFrame) -> pl.DataFrame:
    """Return one row per pair, sorted, practice_id before other_id; of several languages, the one that agrees most.

    Args:
        practices: Merged.
        editions: Merged.
        different: practice_id and other_id, in both orders, of practices that a person told apart.

    Returns:
        Columns of SIMILAR; differing holds the words that differ, empty for duplicates.
    """
    texts = _texts(practices, editions)
    duplicates = _duplicates(texts.filter("is_linked"))
    near = pl.DataFrame(list(_near(texts)), schema=SIMILAR, orient="row")
    found = pl.concat([duplicates, near]).sort(
        ["practice_id", "other_id", "score", "language"], descending=[False, False, True, False]
    )
    best = found.unique(["practice_id", "other_id"], keep="first", maintain_order=True)
    return best.join(different, on=["practice_id", "other_id"], how="anti", maintain_order="left")


def _texts(practices: pl.DataFrame, editions: pl.DataFrame) -> pl.DataFrame:
    """Return every edition that has a summary and an institution, its texts folded."""
    of_practice = practices.filter(pl.col("institution_id").is_not_null()).select(
        "practice_id", "institution_id", *_YEARS
    )
    return (
        editions.select(
            "practice_id", "source", "language", "is_linked", folded(pl.col("title")), folded(pl.col("summary"))
        )
        .filter(pl.col("summary").str.len_chars() > 0)
        .join(of_practice, on="practice_id", how="inner")
        .sort("practice_id", "language")
    )


def _duplicates(linked: pl.DataFrame) -> pl.DataFrame:
    same = ["source", "language", "institution_id", *_YEARS, "title", "summary"]
    groups = linked.group_by(same, maintain_order=True).agg(pl.col("practice_id").sort().alias("members"))
    pairs = groups.filter(pl.col("members").list.len() > 1).select(
        "language",
        pl.col("members").list.first().alias("practice_id"),
        pl.col("members").list.slice(1).alias("other_id"),
    )
    return pairs.explode("other_id").select(
        "practice_id",
        "other_id",
        pl.lit("duplicate_in_source").alias("kind"),
        "language",
        pl.lit(100.0).alias("score"),
        pl.lit("").alias("differing"),
    )


def _near(texts: pl.DataFrame) -> Iterator[tuple[str, str, str, str, float, str]]:
    for source_language, members in _blocks(texts):
        for one, other, score in near_pairs(members):
            yield one[0], other[0], "near_duplicate", source_language, score, differing_words(one[1], other[1])


def _blocks(texts: pl.DataFrame) -> Iterator[tuple[str, list[Text]]]:
    """Yield language and texts that are compared with each other."""
    block = ["source", "institution_id", "language"]
    size = pl.len().over(block)
    year = pl.when(size > MOST_COMPARED).then("implementation_year_value").alias("year")
    for key, members in texts.with_columns(year).group_by(*block, "year", maintain_order=True):
        if members.height > 1:
            yield str(key[2]), list(members.select("practice_id", "summary").iter_rows())


def near_pairs(members: list[Text]) -> Iterator[tuple[Text, Text, float]]:
    """Yield the pairs of texts whose similarity is at least NEAR, with the similarity in per cent.

    Of many that are like one text, the MOST_NEAR that are most like it are named, or the first of those.
    """
    from rapidfuzz import fuzz, process

    summaries = [summary for _, summary in members]
    for number, one in enumerate(members):
        rest = summaries[number + 1 :]
        nearest = process.extract(one[1], rest, scorer=fuzz.ratio, score_cutoff=NEAR, limit=MOST_NEAR)
        for _, score, place in nearest:
            yield one, members[number + 1 + place], round(score, 1)


def differing_words(one: str, other: str) -> str:
    """Return the words that stand in one text only, as `old > new`, in order."""
    from rapidfuzz.distance import Levenshtein

    before, after = one.split(), other.split()
    spans = (
        (before[edit.src_start : edit.src_end], after[edit.dest_start : edit.dest_end])
        for edit in Levenshtein.opcodes(before, after)
        if edit.tag != "equal"
    )
    text = "; ".join(f"{' '.join(old)} > {' '.join(new)}".strip() for old, new in spans)
    return text if len(text) <= _MOST_WORDS else f"{text[:_MOST_WORDS]}…"
