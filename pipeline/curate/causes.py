"""Why a value differs between two releases, decided by comparing layers: page bytes, raw fields, values, decisions.

1. `source`: the pages of crawls that only one of the two releases read make the difference.
2. `decision`: a name that the practice prints, or whether it is another practice, was decided differently.
3. `parser`: the same pages give other raw texts; or the same texts, vocabulary and decisions give another value. It
   stands for all code of the pipeline, and for the source file, which tells the code how to read.
4. `vocabulary`: the raw texts are the same, the vocabulary is not, and the field depends on it.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

# The printed fields that a column depends on; the columns of editions come from the printed field of their name.
PRINTED = {
    "source_key": ("source_key",),
    "url": ("source_key", "language"),
    "title": ("title", "language"),
    "summary": ("summary", "language"),
    "language": ("language",),
    "edition_languages": ("language",),
    "implementation_year": ("implementation_year",),
    "award_year": ("award_year",),
    "institution_id": ("institution", "country"),
    "institution_name": ("institution", "country"),
    "institution_label": ("institution",),
    "country_code": ("country",),
    "country_name": ("country",),
    "country_label": ("country",),
    "region": ("region",),
    "region_label": ("region",),
    "topic_ids": ("topics",),
    "topic_labels": ("topics",),
    "source": (),
    "state": (),
}
RAW_FIELDS = (
    "source_key",
    "language",
    "title",
    "summary",
    "implementation_year",
    "award_year",
    "institution",
    "country",
    "region",
    "topics",
)
_NAMED = ("institution_id", "institution_name", "country_code", "country_name", "region", "topic_ids", "topic_labels")
_FIELD_OF_KIND = {"institution": "institution", "country": "country", "region": "region", "topic": "topics"}
_DECIDED = ("kind", "printed", "country_code", "verdict", "target_id")
_KEY = ["practice_id", "field"]
_COLUMN = pl.col("field").str.split("/").list.last()


@dataclass(frozen=True, slots=True)
class Decided:
    """What two sets of decisions differ on.

    Attributes:
        names: practice_id and printed field of practices that print a name in question.
        identity: Practices of which it was decided whether they are others.
    """

    names: pl.DataFrame
    identity: Sequence[str]


def with_causes(
    differences: pl.DataFrame,
    from_source: pl.DataFrame,
    reread: pl.DataFrame,
    decided: Decided,
    names: str,
) -> pl.DataFrame:
    """Add to every difference its cause.

    Args:
        differences: See changes.differences.
        from_source: practice_id and field of the differences that come from the source.
        reread: practice_id and printed field (`*` for any) that read differently on the same pages; see `reread`.
        decided: What the decisions differ on; see decided_differently.
        names: Cause of a normalized name that differs although the same text was read and decided alike.
    """
    read_otherwise = _fields_of(differences, reread).with_columns(is_reread=pl.lit(value=True))
    named = _fields_of(differences, decided.names).with_columns(is_decided=pl.lit(value=True))
    is_name = _COLUMN.is_in(_NAMED) & ~pl.col("field").str.contains("/", literal=True)
    cause = (
        pl.when("is_source")
        .then(pl.lit("source"))
        .when((pl.col("is_decided") & is_name) | pl.col("practice_id").is_in(list(decided.identity)))
        .then(pl.lit("decision"))
        .when("is_reread")
        .then(pl.lit("parser"))
        .when(is_name)
        .then(pl.lit(names))
        .otherwise(pl.lit("parser"))
    )
    told = from_source.select(*_KEY, pl.lit(value=True).alias("is_source")).unique()
    return (
        differences.join(told, on=_KEY, how="left", maintain_order="left")
        .join(read_otherwise, on=_KEY, how="left", maintain_order="left")
        .join(named, on=_KEY, how="left", maintain_order="left")
        .with_columns(cause.alias("cause"))
        .drop("is_source", "is_reread", "is_decided")
    )


def from_other_crawls(
    differences: pl.DataFrame, before: pl.DataFrame, after: pl.DataFrame, shared: Sequence[str]
) -> pl.DataFrame:
    """Return practice_id and field of the differences that sightings of other crawls account for.

    For two releases between which nothing was rebuilt: a field differs for the source's sake when a crawl that only one
    of them has read prints a text that the other has not.

    Args:
        differences: See changes.differences.
        before: `sightings` of the one release.
        after: Those of the other.
        shared: Crawls that both have read.
    """
    is_shared = pl.col("crawl_id").is_in(list(shared))
    found = pl.concat(
        _news(mine.filter(~is_shared), other) for mine, other in ((before, after), (after, before))
    ).unique()
    known = pl.concat([before.filter(is_shared), after.filter(is_shared)]).select("practice_id").unique()
    wholes = differences.filter(pl.col("field") == "*").join(known, on="practice_id", how="anti")
    states = differences.filter(pl.col("field") == "state")
    return pl.concat([_fields_of(differences, found), *(frame.select(_KEY) for frame in (wholes, states))]).unique()


def reread(before: pl.DataFrame, after: pl.DataFrame) -> pl.DataFrame:
    """Return practice_id and printed field of what reads differently on the same pages; `*` beside every such practice.

    Args:
        before: `sightings` of the one release, of crawls that both have read.
        after: Those of the other.
    """
    old, new = (frame.select("sighting_id", "practice_id", *RAW_FIELDS) for frame in (before, after))
    both = old.join(new, on="sighting_id", how="full", coalesce=True, suffix="_new")
    is_lone = pl.col("practice_id").is_null() | pl.col("practice_id_new").is_null()
    rows = both.select(
        pl.concat_list("practice_id", "practice_id_new").list.drop_nulls().alias("practice_id"),
        *((is_lone | pl.col(name).ne_missing(pl.col(f"{name}_new"))).alias(name) for name in RAW_FIELDS),
    ).explode("practice_id")
    fields = rows.unpivot(index="practice_id", variable_name="printed").filter("value").select("practice_id", "printed")
    return pl.concat([fields, fields.with_columns(pl.lit("*").alias("printed"))]).unique()


def decided_differently(
    sightings: pl.DataFrame,
    before: Sequence[Mapping[str, object]],
    after: Sequence[Mapping[str, object]],
    key: Callable[[str], str],
) -> Decided:
    """Return what two sets of decisions differ on.

    Args:
        sightings: practice_id and the printed fields.
        before: Rows with kind, printed (a name, or a practice_id where kind is `identity`), verdict and target_id.
        after: The same of the other release.
        key: What the spellings of one name have in common.
    """
    old, new = ({tuple(str(row.get(name) or "") for name in _DECIDED) for row in rows} for rows in (before, after))
    differ = old ^ new
    identity = sorted({one for kind, *names in differ if kind == "identity" for one in (names[0], names[-1]) if one})
    frames = [pl.DataFrame(schema={"practice_id": pl.String, "printed": pl.String})]
    for kind, field in _FIELD_OF_KIND.items():
        keys = {key(name) for other, name, *_ in differ if other == kind}
        texts = pl.col(field) if field == "topics" else pl.concat_list(field)
        printed = sightings.select("practice_id", texts.alias("value")).explode("value")
        spellings = [text for text in printed["value"].drop_nulls().unique() if keys and key(text) in keys]
        mine = printed.filter(pl.col("value").is_in(spellings)).select("practice_id").unique()
        frames.append(mine.with_columns(printed=pl.lit(field)))
    return Decided(pl.concat(frames), identity)


def _fields_of(differences: pl.DataFrame, texts: pl.DataFrame) -> pl.DataFrame:
    """Return practice_id and field of the differences that depend on texts, given as practice_id and printed field."""
    depends = pl.DataFrame(
        [(name, field) for name, fields in PRINTED.items() for field in fields] + [("*", "*")],
        schema={"column": pl.String, "printed": pl.String},
        orient="row",
    )
    return (
        differences.select(*_KEY, _COLUMN.alias("column"))
        .join(depends, on="column")
        .join(texts, on=["practice_id", "printed"], how="semi")
        .select(_KEY)
        .unique()
    )


def _news(mine: pl.DataFrame, other: pl.DataFrame) -> pl.DataFrame:
    """Return practice_id and printed field of which my sightings print a text, or are in a language, that no other is.

    `*` stands beside a practice with a new language: an edition came or went.
    """
    key = ["practice_id", "language"]
    texts, known = (
        frame.select(*key, *(_text(name) for name in RAW_FIELDS if name != "language"))
        .unpivot(index=key, variable_name="printed")
        .drop_nulls("value")
        for frame in (mine, other)
    )
    new_texts = texts.join(known, on=[*key, "printed", "value"], how="anti").select("practice_id", "printed")
    new_editions = mine.select(key).join(other, on=key, how="anti").select("practice_id")
    marks = [new_editions.with_columns(pl.lit(mark).alias("printed")) for mark in ("language", "*")]
    return pl.concat([new_texts, *marks])


def _text(name: str) -> pl.Expr:
    return pl.col(name).list.join("\x1f").alias(name) if name == "topics" else pl.col(name)
