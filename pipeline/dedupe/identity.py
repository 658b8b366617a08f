"""Give every sighting the practice that it belongs to, and say by which rule.

1. `decision_same`: a person decided that its practice is another one; a person's `different` beats every other rule.
2. `detail_link`: the record links to its own page; the source's own key is the identity.
3. `print_of_linked`: without a link, its print is that of exactly one linked practice.
4. `print`: without a link, and no linked practice has its print: the print is the identity.

A sighting with neither link nor print can not be told from others; it is rejected.
"""

from dataclasses import dataclass, field

import polars as pl

from pipeline.dedupe.prints import with_print

DECIDED = {"practice_id": pl.String(), "other_id": pl.String(), "verdict": pl.String()}


@dataclass(frozen=True, slots=True)
class Identified:
    """The sightings, told apart.

    Attributes:
        sightings: As given, with practice_id, key (the second part of practice_id), is_linked (whether the key is a
            detail link's), rule and evidence.
        rejects: Columns of `tables.Rejects`.
        ambiguous: practice_id, sighting_id and candidates (a text) of prints that several linked practices share.
        different: practice_id and other_id, in both orders, of practices that a person told apart.
        ids: Every practice_id that a sighting has, or has by itself.
    """

    sightings: pl.DataFrame
    rejects: pl.DataFrame
    ambiguous: pl.DataFrame
    different: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=["practice_id", "other_id"]))
    ids: frozenset[str] = frozenset()


def identify(sightings: pl.DataFrame, decided: pl.DataFrame | None = None) -> Identified:
    """Return the sightings with their practice.

    Args:
        sightings: source and the raw fields of `tables.Sightings`.
        decided: practice_id, other_id and verdict (`same`: practice_id is other_id; or `different`).
    """
    decisions = pl.DataFrame(schema=DECIDED) if decided is None else decided
    printed = with_own_id(with_print(sightings.drop("is_linked", strict=False)))
    joined = printed.join(_owners(printed, decisions), on=["source", "print"], how="left", maintain_order="left")
    told = _by_rule(joined)
    told = _by_decision(told, _same(decisions, told))
    is_known = pl.col("key").is_not_null()
    rejects = told.filter(~is_known).select(
        "sighting_id",
        pl.lit("no_identity").alias("rule"),
        pl.format("The record has no link, and no institution or no summary to tell it by; page {}.", "page_url").alias(
            "message"
        ),
    )
    has_several_owners = pl.col("source_key").is_null() & (pl.col("owners").list.len() > 1)
    ambiguous = told.filter(has_several_owners & (pl.col("rule") == "print")).select(
        "practice_id", "sighting_id", pl.col("owners").list.join(", ").alias("candidates")
    )
    kept = told.filter(is_known)
    linked = kept.filter(pl.col("source_key").is_not_null()).select("source", key="source_key").unique()
    linked = linked.with_columns(is_linked=pl.lit(value=True))
    kept = kept.join(linked, on=["source", "key"], how="left", maintain_order="left").with_columns(
        pl.col("is_linked").fill_null(value=False)
    )
    ids = frozenset(kept["own_id"]) | frozenset(kept["practice_id"])
    final = dict(kept.select("own_id", "practice_id").unique().iter_rows())
    return Identified(kept.drop("print", "owners", "own_id"), rejects, ambiguous, _different(decisions, final), ids)


def with_own_id(printed: pl.DataFrame) -> pl.DataFrame:
    """Return the sightings with `own_key` and `own_id`: what each would be by itself, null where nothing tells it.

    Args:
        printed: source, source_key and print.
    """
    own = pl.coalesce("source_key", "x" + pl.col("print"))
    return printed.with_columns(own.alias("own_key")).with_columns(
        pl.format("{}-{}", "source", "own_key").alias("own_id")
    )


def _owners(printed: pl.DataFrame, decisions: pl.DataFrame) -> pl.DataFrame:
    """Return source, print and owners: the linked practices with that print, those that a person excluded left out."""
    linked = printed.filter(pl.col("source_key").is_not_null() & pl.col("print").is_not_null())
    pairs = linked.select("source", "print", "source_key", "own_id").unique()
    told_apart = decisions.filter(pl.col("verdict") == "different")
    if told_apart.height:
        pairs = pairs.with_columns(pl.format("{}-x{}", "source", "print").alias("print_id"))
        for one, other in (("practice_id", "other_id"), ("other_id", "practice_id")):
            pairs = pairs.join(told_apart, left_on=["print_id", "own_id"], right_on=[one, other], how="anti")
    return pairs.group_by("source", "print").agg(pl.col("source_key").unique().sort().alias("owners"))


def _by_rule(joined: pl.DataFrame) -> pl.DataFrame:
    has_link = pl.col("source_key").is_not_null()
    has_one_owner = pl.col("owners").list.len() == 1
    only_owner = pl.col("owners").list.first()
    return joined.with_columns(
        pl.when(has_link | ~has_one_owner.fill_null(value=False)).then("own_key").otherwise(only_owner).alias("key"),
        pl.when(has_link)
        .then(pl.lit("detail_link"))
        .when(has_one_owner)
        .then(pl.lit("print_of_linked"))
        .otherwise(pl.lit("print"))
        .alias("rule"),
        pl.when(has_link)
        .then(pl.format("links to {}", "source_key"))
        .when(has_one_owner)
        .then(pl.format("print {} is that of {}", "print", only_owner))
        .otherwise(pl.format("print {}", "print"))
        .alias("evidence"),
    ).with_columns(pl.format("{}-{}", "source", "key").alias("practice_id"))


def _same(decisions: pl.DataFrame, told: pl.DataFrame) -> dict[str, str]:
    """Return where every practice that is another one ends; decisions about unknown practices change nothing.

    Practices that decisions join, directly or by others, are one; it has the id that is called another's nowhere.

    Args:
        decisions: As given.
        told: Sightings with own_id and practice_id, as the rules tell.
    """
    if not decisions.filter(pl.col("verdict") == "same").height:
        return {}
    known = told.filter(pl.col("own_id").is_not_null()).select("own_id", "practice_id", "source").unique().rows()
    current = {own: practice for own, practice, _ in known} | {practice: practice for _, practice, _ in known}
    source = {practice: name for _, practice, name in known}
    cluster = {practice: {practice} for practice in source}
    called_another = set()
    for one, other, verdict in decisions.iter_rows():
        if verdict == "same" and one in current and other in current:
            start, end = current[one], current[other]
            if start != end and source[start] == source[end]:
                called_another.add(start)
                joined = cluster[start] | cluster[end]
                cluster.update(dict.fromkeys(joined, joined))
    ends = {practice: min(members - called_another or members) for practice, members in cluster.items()}
    return {start: end for start, end in ends.items() if start != end}


def _by_decision(told: pl.DataFrame, same: dict[str, str]) -> pl.DataFrame:
    if not same:
        return told.drop("own_key")
    ends = pl.DataFrame({"practice_id": list(same), "end": list(same.values())})
    moved = pl.col("end").is_not_null()
    evidence = pl.format("a person decided that {} is {}; by itself: {}, {}", "practice_id", "end", "rule", "evidence")
    return (
        told.join(ends, on="practice_id", how="left", maintain_order="left")
        .with_columns(
            pl.when(moved).then(pl.lit("decision_same")).otherwise("rule").alias("rule"),
            pl.when(moved).then(evidence).otherwise("evidence").alias("evidence"),
            pl.coalesce("end", "practice_id").alias("practice_id"),
        )
        .with_columns(
            # The source's name may hold hyphens, so the key is what follows it and one hyphen.
            pl.when(moved)
            .then(pl.col("practice_id").str.slice(pl.col("source").str.len_chars() + 1))
            .otherwise("key")
            .alias("key")
        )
        .drop("end", "own_key")
    )


def _different(decisions: pl.DataFrame, final: dict[str, str]) -> pl.DataFrame:
    pairs = [
        (final.get(one, one), final.get(other, other))
        for one, other, verdict in decisions.iter_rows()
        if verdict == "different"
    ]
    both = sorted({*pairs, *((other, one) for one, other in pairs)})
    return pl.DataFrame(both, schema={"practice_id": pl.String, "other_id": pl.String}, orient="row")
