"""The vocabulary with a home's decisions on top, and which of them were needed."""

from collections.abc import Iterable, Sequence

import polars as pl

from pipeline.errors import VocabularyError
from pipeline.normalize.countries import country_names
from pipeline.normalize.decisions import Decision, wrong_row
from pipeline.normalize.institutions import institution_names
from pipeline.normalize.provisional import free_slug, provisional_id
from pipeline.normalize.regions import region_names
from pipeline.normalize.text import comparison_key
from pipeline.normalize.topics import topic_names
from pipeline.normalize.vocabulary import SCHEMAS, Vocabulary

_TABLES = {"country": "countries", "region": "regions", "topic": "topics", "institution": "institutions"}


def with_decisions(vocabulary: Vocabulary, decisions: Sequence[Decision], place: str) -> Vocabulary:
    """Return the vocabulary with every decision on a name applied.

    An accepted name becomes an entry, an alias a name of its entry; a rejected name leads nowhere, even where the
    vocabulary knows it.

    Args:
        vocabulary: As it ships.
        decisions: As read; those on identity play no part here.
        place: The file of decisions, for messages.

    Raises:
        VocabularyError: A decision points to no entry, or contradicts the vocabulary; the message names the line.
    """
    named = [decision for decision in decisions if decision.kind in _TABLES]
    if not named:
        return vocabulary
    tables = {table: getattr(vocabulary, table) for table in _TABLES.values()}
    owners = _owners(vocabulary)
    ids = {kind: set(tables[table].to_series(0)) for kind, table in _TABLES.items()}
    overrides = []
    for decision in sorted(
        named, key=lambda decision: decision.verdict
    ):  # Accepted entries first: they may be targets.
        target = _target(decision, ids, owners, tables["institutions"], place)
        if decision.verdict == "accept" and target is not None:
            ids[decision.kind].add(target)
            table = _TABLES[decision.kind]
            tables[table] = pl.concat([tables[table], _entry(decision, target)]).sort(tables[table].columns[0])
        if decision.verdict == "alias":
            tables[_TABLES[decision.kind]] = _with_alias(tables[_TABLES[decision.kind]], decision)
        overrides.append((*decision.key, target))
    overrides_frame = pl.DataFrame(overrides, schema=vocabulary.overrides.schema, orient="row")
    try:
        return Vocabulary(**tables, overrides=overrides_frame)
    except VocabularyError as error:
        raise VocabularyError(place, f"together with the vocabulary, {error.cause}", error.next_command) from error


def accepted_id(decision: Decision, vocabulary: Vocabulary) -> str:
    """Return the id that an accepted name gets: for an institution the provisional one, so that nothing moves."""
    if decision.kind == "institution":
        return provisional_id(decision.printed, decision.country_code, None) or ""
    return free_slug(decision.printed, set(vocabulary.topics["topic_id"]).__contains__)


def _target(
    decision: Decision,
    ids: dict[str, set[str]],
    owners: dict[tuple[str, str, str], str],
    institutions: pl.DataFrame,
    place: str,
) -> str | None:
    """Return the id that a decided name gets, None for a rejected one; refuse what contradicts the vocabulary."""
    owner, table = owners.get(decision.key), _TABLES[decision.kind]
    if decision.verdict == "reject":
        return None
    if decision.verdict == "accept":
        if owner is not None:
            raise wrong_row(place, decision.row, f"{decision.printed!r} is a name of {owner} already")
        if decision.country_code and decision.country_code not in ids["country"]:
            raise wrong_row(place, decision.row, f"country_code {decision.country_code!r} is in no row of countries")
        if not decision.target_id:
            raise wrong_row(place, decision.row, "an accepted name needs the id that it gets as target_id")
        if decision.target_id in ids[decision.kind]:
            raise wrong_row(place, decision.row, f"the id {decision.target_id!r} has an owner already")
        return decision.target_id
    if decision.target_id not in ids[decision.kind]:
        raise wrong_row(place, decision.row, f"target_id {decision.target_id!r} is in no row of {table}")
    if owner not in (None, decision.target_id):
        cause = f"{decision.printed!r} is a name of {owner}, so it can not be one of {decision.target_id}"
        raise wrong_row(place, decision.row, cause)
    if decision.kind == "institution" and decision.country_code:
        country = institutions.row(by_predicate=pl.col("institution_id") == decision.target_id, named=True)
        if country["country_code"] != decision.country_code:
            cause = f"{decision.target_id} is of {country['country_code']}, not of {decision.country_code}"
            raise wrong_row(place, decision.row, cause)
    return decision.target_id


def _owners(vocabulary: Vocabulary) -> dict[tuple[str, str, str], str]:
    """Return the owner of every name in the vocabulary, by kind, key and country."""
    names = {
        "country": country_names(vocabulary.countries),
        "region": region_names(vocabulary.regions),
        "topic": topic_names(vocabulary.topics),
        "institution": institution_names(vocabulary.institutions),
    }
    return {
        (kind, row["key"], row.get("country_code", "")): row["id"]
        for kind, frame in names.items()
        for row in frame.iter_rows(named=True)
    }


def _entry(decision: Decision, target: str) -> pl.DataFrame:
    """Return the row of a table for an accepted name."""
    schema = SCHEMAS[_TABLES[decision.kind]]
    row: dict[str, object] = {column: [] if isinstance(dtype, pl.List) else None for column, dtype in schema.items()}
    if decision.kind == "institution":
        row |= {"institution_id": target, "country_code": decision.country_code, "name": decision.printed}
        row |= {"is_issa_name": True, "source": "decision"}
    else:
        row |= {"topic_id": target, "label_en": decision.printed, "parent_status": "empty", "is_retired": False}
    return pl.DataFrame([row], schema=schema)


def _with_alias(entries: pl.DataFrame, decision: Decision) -> pl.DataFrame:
    """Return the table with one more name of an entry; a name without country says nothing about its entry's."""
    if decision.kind == "institution" and not decision.country_code:
        return entries
    is_target = entries.to_series(0) == decision.target_id
    longer = pl.concat_list("aliases", pl.lit(decision.printed)).list.unique(maintain_order=True)
    return entries.with_columns(pl.when(is_target).then(longer).otherwise("aliases").alias("aliases"))


def printed_names(sightings: pl.DataFrame, vocabulary: Vocabulary) -> pl.DataFrame:
    """Return every distinct name that normalized sightings print.

    Returns:
        kind, printed, country_code (empty but for institutions), key, id (null where unknown or rejected),
        is_known (whether an entry of the vocabulary owns it), is_decided.
    """
    topics = sightings.select("topics", "topic_ids").explode("topics", "topic_ids")
    parts = [
        _distinct("country", sightings["country"], sightings["country_code"]),
        _distinct("region", sightings["region"], sightings["region_code"]),
        _distinct("topic", topics["topics"], topics["topic_ids"]),
        _distinct("institution", sightings["institution"], sightings["institution_id"], sightings["country_code"]),
    ]
    names = pl.concat(parts)
    keys = pl.Series("key", [comparison_key(name) for name in names["printed"]], dtype=pl.String)
    registered = pl.col("id").is_in(vocabulary.institutions["institution_id"].implode())
    decided = vocabulary.overrides.select("kind", "key", "country_code", is_decided=pl.lit(value=True))
    return (
        names.with_columns(keys)
        .with_columns(
            is_known=pl.col("id").is_not_null()
            & pl.when(pl.col("kind") == "institution").then(registered).otherwise(pl.lit(value=True))
        )
        .join(decided, on=["kind", "key", "country_code"], how="left", maintain_order="left")
        .with_columns(pl.col("is_decided").fill_null(value=False))
    )


def _distinct(kind: str, printed: pl.Series, ids: pl.Series, country: pl.Series | None = None) -> pl.DataFrame:
    columns = {"printed": printed, "id": ids, "country_code": country}
    frame = pl.DataFrame({name: values for name, values in columns.items() if values is not None})
    if country is None:
        frame = frame.with_columns(pl.lit("").alias("country_code"))
    return (
        frame.filter(pl.col("printed").is_not_null())
        .with_columns(pl.col("country_code").fill_null(""))
        .unique()
        .sort("country_code", "printed")
        .select(pl.lit(kind).alias("kind"), "printed", "country_code", "id")
    )


def unused_decisions(decisions: Iterable[Decision], names: pl.DataFrame, practice_ids: set[str]) -> list[Decision]:
    """Return the decisions about names that nobody printed, or about practices that there are not.

    Args:
        decisions: As read.
        names: What `printed_names` returns.
        practice_ids: Every practice_id, old ones included.
    """
    printed = set(names.select("kind", "key", "country_code").iter_rows())
    return [
        decision
        for decision in decisions
        if (
            not {decision.printed, decision.target_id} <= practice_ids
            if decision.kind == "identity"
            else decision.key not in printed
        )
    ]
