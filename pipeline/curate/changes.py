"""What differs between two releases, and the law that the older one and its changes give the newer one.

Compared are the cells of `practices` and `editions`; the other tables follow from these, the vocabularies and the
sightings. Left out is the bookkeeping that every crawl moves: sighting_count, first_seen_at, last_seen_at. A field is

- a column of `practices`, such as `title`,
- language and column of `editions`, such as `es/title`,
- `es/*` for an edition, or `*` for a practice with all its editions, that only one of the two releases has.

Values are JSON; null stands for a null, and beside a `*` for nothing at all.
"""

from collections.abc import Mapping

import polars as pl

from pipeline.errors import ContractError
from pipeline.tables import Editions, Practices, empty

Tables = Mapping[str, pl.DataFrame]

BOOKKEEPING = ("sighting_count", "first_seen_at", "last_seen_at")
PRACTICE_FIELDS = tuple(name for name in Practices.column_names() if name not in ("practice_id", *BOOKKEEPING))
EDITION_FIELDS = tuple(name for name in Editions.column_names() if name not in ("practice_id", "language"))
DIFFERENCES = {
    "practice_id": pl.String(),
    "field": pl.String(),
    "kind": pl.String(),
    "old_value": pl.String(),
    "new_value": pl.String(),
}
_KEY = ["practice_id", "part"]
_EDITION = pl.Struct({name: empty("editions").schema[name] for name in ("language", *EDITION_FIELDS)})
_PRACTICE = pl.Struct(
    {**{name: empty("practices").schema[name] for name in PRACTICE_FIELDS}, "editions": pl.List(_EDITION)}
)
_KIND_OF_STATE = {'"missing"': "missing", '"removed"': "removed", '"present"': "returned"}


def tracked(tables: Tables) -> dict[str, pl.DataFrame]:
    """Return the columns of practices and editions that changes speak of, sorted by key.

    A column that an older version of the tables did not have is null.
    """
    practices = pl.concat([empty("practices"), tables["practices"]], how="diagonal")
    editions = pl.concat([empty("editions"), tables["editions"]], how="diagonal")
    return {
        "practices": practices.select("practice_id", *PRACTICE_FIELDS).sort("practice_id"),
        "editions": editions.select("practice_id", "language", *EDITION_FIELDS).sort("practice_id", "language"),
    }


def differences(before: Tables, after: Tables) -> pl.DataFrame:
    """Return what differs, as `DIFFERENCES`, one row per practice and field, sorted."""
    old, new = tracked(before), tracked(after)
    wholes = [_wholes(new, old, "added"), _wholes(old, new, "removed")]
    changed = (
        _cells(old)
        .join(_cells(new), on=[*_KEY, "field"], suffix="_new")
        .filter(pl.col("value").ne_missing(pl.col("value_new")))
        .select(
            "practice_id",
            (pl.col("part") + pl.col("field")).alias("field"),
            pl.when((pl.col("part") + pl.col("field")) == "state")
            .then(pl.col("value_new").replace_strict(_KIND_OF_STATE, default="changed"))
            .otherwise(pl.lit("changed"))
            .alias("kind"),
            pl.col("value").alias("old_value"),
            pl.col("value_new").alias("new_value"),
        )
    )
    return pl.concat([*wholes, changed]).sort("practice_id", "field")


def apply_changes(before: Tables, changes: pl.DataFrame) -> dict[str, pl.DataFrame]:
    """Return the tracked columns of the release that changes lead to.

    Args:
        before: The tables of the release that the changes start from.
        changes: Columns of `DIFFERENCES`.
    """
    old = tracked(before)
    is_practice = pl.col("field") == "*"
    added = changes.filter(is_practice & (pl.col("kind") == "added"))
    whole = _decoded(added.select("practice_id", "new_value"), _PRACTICE)
    practices = [_edited(old["practices"], changes, ["practice_id"], "field"), whole.drop("editions")]
    parts = changes.filter(pl.col("field").str.contains("/", literal=True)).with_columns(
        pl.col("field").str.head(2).alias("language"), pl.col("field").str.slice(3).alias("column")
    )
    is_edition = pl.col("column") == "*"
    new_editions = parts.filter(is_edition & (pl.col("kind") == "added"))
    editions = [
        _edited(old["editions"], parts, ["practice_id", "language"], "column"),
        _decoded(new_editions.select("practice_id", "new_value"), _EDITION),
        whole.select("practice_id", "editions").explode("editions").drop_nulls("editions").unnest("editions"),
    ]
    gone = changes.filter(is_practice & (pl.col("kind") == "removed"))
    gone_editions = parts.filter(is_edition & (pl.col("kind") == "removed"))
    tables = {
        "practices": pl.concat(practices).join(gone, on="practice_id", how="anti"),
        "editions": pl.concat(editions, how="diagonal")
        .join(gone, on="practice_id", how="anti")
        .join(gone_editions, on=["practice_id", "language"], how="anti"),
    }
    return tracked(tables)


def check_law(before: Tables, changes: pl.DataFrame, after: Tables) -> None:
    """Accept changes that lead from one release to the other.

    Raises:
        ContractError: They lead elsewhere.
    """
    told, found = apply_changes(before, changes), tracked(after)
    for name, frame in found.items():
        if not told[name].equals(frame):
            cause = f"the previous release and its changes do not give the {name} of this release"
            raise ContractError(
                "changes", cause, "this is a bug of the pipeline: report it; curated/latest is as it was"
            )


def _json(value: pl.Expr) -> pl.Expr:
    """Return the JSON of a value; null for null."""
    wrapped = pl.struct(value.alias("v")).struct.json_encode()
    return pl.when(value.is_not_null()).then(wrapped.str.slice(5).str.head(-1))


def _cells(tables: Tables) -> pl.DataFrame:
    """Return practice_id, part (`es/` or nothing), field and value of every cell."""
    practices = tables["practices"].with_columns(pl.lit("").alias("part"))
    editions = tables["editions"].with_columns((pl.col("language") + "/").alias("part"))
    return pl.concat(
        frame.select(*_KEY, *(_json(pl.col(name)).alias(name) for name in fields)).unpivot(
            index=_KEY, variable_name="field"
        )
        for frame, fields in ((practices, PRACTICE_FIELDS), (editions, EDITION_FIELDS))
    )


def _wholes(mine: Tables, other: Tables, kind: str) -> pl.DataFrame:
    """Return a row for each practice, and each edition of a shared practice, that the other release has not."""
    value = "new_value" if kind == "added" else "old_value"
    edition = pl.struct("language", *EDITION_FIELDS)
    practices = (
        mine["practices"]
        .join(other["practices"], on="practice_id", how="anti")
        .join(
            mine["editions"].group_by("practice_id", maintain_order=True).agg(edition.alias("editions")),
            on="practice_id",
            how="left",
            maintain_order="left",
        )
        .select(
            "practice_id",
            pl.lit("*").alias("field"),
            pl.struct(*PRACTICE_FIELDS, pl.col("editions").fill_null([])).struct.json_encode().alias(value),
        )
    )
    editions = (
        mine["editions"]
        .join(other["editions"], on=["practice_id", "language"], how="anti")
        .join(other["practices"], on="practice_id", how="semi")
        .select("practice_id", (pl.col("language") + "/*").alias("field"), edition.struct.json_encode().alias(value))
    )
    rows = pl.concat([practices, editions]).with_columns(pl.lit(kind).alias("kind"))
    return pl.concat([pl.DataFrame(schema=DIFFERENCES), rows], how="diagonal")


def _decoded(rows: pl.DataFrame, dtype: pl.Struct) -> pl.DataFrame:
    """Return practice_id and the fields of the objects in new_value."""
    return rows.with_columns(pl.col("new_value").str.json_decode(dtype)).unnest("new_value")


def _edited(frame: pl.DataFrame, changes: pl.DataFrame, key: list[str], column: str) -> pl.DataFrame:
    """Return a table with the new values of its changed cells."""
    for name in changes[column].unique():
        if name not in frame.columns:
            continue
        dtype = pl.Struct({"v": frame.schema[name]})
        decoded = ('{"v":' + pl.col("new_value").fill_null("null") + "}").str.json_decode(dtype).struct.field("v")
        new = changes.filter(pl.col(column) == name).select(*key, decoded.alias("new"), is_new=True)
        frame = (
            frame.join(new, on=key, how="left", maintain_order="left")
            .with_columns(pl.when("is_new").then("new").otherwise(name).alias(name))
            .drop("new", "is_new")
        )
    return frame
