"""What a release says about itself: Parquet metadata, datapackage.json and README.md, all made from the contract."""

import json
from collections.abc import Mapping
from typing import Any

import polars as pl

from pipeline.tables import FOREIGN_KEYS, TABLES, USAGE, description

TITLE = "Good practices of institutions"
_PARTIAL = (
    "This collection is partial: its pages were imported, not crawled. A practice that is not in it may exist, and "
    "counts say what was collected, not what there is."
)
_SYNTHETIC = "The practices are made up, for tests and demonstrations. Draw no conclusion from them."
_ACCEPTED = "A gate was closed, and a person published nonetheless: {}"
_TYPES = {pl.String: "string", pl.Int32: "integer", pl.UInt32: "integer", pl.Boolean: "boolean"}


def parquet_metadata(table: str, release_id: str) -> dict[str, str]:
    """Return the key-value metadata of one Parquet file."""
    columns = {name: description(table, name) for name in TABLES[table].column_names()}
    return {
        "release_id": release_id,
        "table": table,
        "description": summary_of(table),
        "columns": json.dumps(columns, ensure_ascii=False),
    }


def summary_of(table: str) -> str:
    """Return the first line of a table's description."""
    return (TABLES[table].__doc__ or "").strip().splitlines()[0]


def json_text(value: Mapping[str, Any]) -> bytes:
    """Return a document as it is written."""
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


def datapackage(release_id: str, tables: Mapping[str, pl.DataFrame], rights: Mapping[str, str]) -> dict[str, Any]:
    """Return the Frictionless data package descriptor of a release.

    Args:
        release_id: Of the release.
        tables: Its tables.
        rights: What each source's terms say, by title.
    """
    return {
        "profile": "data-package",
        "name": f"practices-{release_id.lower()}",
        "title": TITLE,
        "description": " ".join(f"{title}: {note}" for title, note in rights.items()),
        "version": release_id,
        "sources": [{"title": title} for title in rights],
        "resources": [
            {
                "name": name.replace("_", "-"),
                "path": f"{name}.parquet",
                "format": "parquet",
                "mediatype": "application/vnd.apache.parquet",
                "description": summary_of(name),
                "schema": _schema(name),
            }
            for name in tables
        ],
    }


def _schema(table: str) -> dict[str, Any]:
    fields = []
    for name, column in TABLES[table].columns().items():
        required = {} if column.nullable else {"constraints": {"required": True}}
        fields.append({"name": name, "type": _type(column.dtype), "description": description(table, name), **required})
    references = [
        {
            "fields": key.column,
            "reference": {
                # The empty name is the resource itself.
                "resource": "" if key.target == table else key.target.replace("_", "-"),
                "fields": TABLES[key.target].primary_key()[0],
            },
        }
        for key in FOREIGN_KEYS
        if key.table == table
    ]
    return {"fields": fields, "primaryKey": TABLES[table].primary_key(), "foreignKeys": references}


def _type(dtype: pl.DataType) -> str:
    if isinstance(dtype, pl.List):
        return "array"
    if isinstance(dtype, pl.Datetime):
        return "datetime"
    return _TYPES[type(dtype)]


def readme(
    release_id: str, tables: Mapping[str, pl.DataFrame], rights: Mapping[str, str], facts: Mapping[str, Any]
) -> str:
    """Return the data dictionary of a release as Markdown.

    Args:
        release_id: Of the release.
        tables: Its tables.
        rights: What each source's terms say, by title.
        facts: What release.json says beside: is_partial, is_synthetic and accepted become warnings.
    """
    lines = [
        f"# Release {release_id}",
        "",
        "Good practices that institutions published, one zstd Parquet file per table.",
        "",
    ]
    lines += _warnings(facts)
    lines += ["## Rights", "", *(f"- {title}: {note}" for title, note in rights.items()), ""]
    for name, frame in tables.items():
        key = ", ".join(TABLES[name].primary_key())
        lines += [f"## {name}", "", f"{summary_of(name)} Key: {key}. {frame.height} rows.", ""]
        lines += [*(f"- {warning}" for warning in USAGE[name]), ""] if name in USAGE else []
        lines += ["| column | type | null | meaning |", "|---|---|---|---|"]
        for column, definition in TABLES[name].columns().items():
            nullable = "yes" if definition.nullable else "no"
            lines.append(f"| {column} | {_type(definition.dtype)} | {nullable} | {description(name, column)} |")
        lines.append("")
    return "\n".join(lines)


def _warnings(facts: Mapping[str, Any]) -> list[str]:
    """Return what is true of this release as a whole, and must be known before it is used."""
    warnings = [
        *([_SYNTHETIC] if facts.get("is_synthetic") else []),
        *([_PARTIAL] if facts.get("is_partial") else []),
        *([_ACCEPTED.format(" ".join(facts["accepted"].split()))] if facts.get("accepted") else []),
    ]
    return ["## Before you use it", "", *(f"- {warning}" for warning in warnings), ""] if warnings else []
