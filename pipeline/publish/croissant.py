"""croissant.json: the same contract in the vocabulary by which machine learning tools find and load data sets.

Croissant 1.0 of MLCommons, JSON-LD over schema.org: a file per table, a record set per file, a field per column.
References between tables are left out: mlcroissant 1.1 loads no table that has one. They stand in datapackage.json.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import polars as pl

from pipeline import __version__
from pipeline.publish.metadata import TITLE, summary_of
from pipeline.tables import TABLES, description

_CONFORMS_TO = "http://mlcommons.org/croissant/1.0"
_TYPES = {pl.String: "sc:Text", pl.Int32: "sc:Integer", pl.UInt32: "sc:Integer", pl.Boolean: "sc:Boolean"}
_CR = (
    *("citeAs", "column", "equivalentProperty", "extract", "field", "fileObject", "fileProperty", "fileSet", "format"),
    *("includes", "isLiveDataset", "jsonPath", "key", "md5", "parentField", "path", "recordSet", "references", "regex"),
    *("repeated", "replace", "samplingRate", "separator", "source", "subField", "transform"),
)
_CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    **{name: f"cr:{name}" for name in _CR},
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
}


def croissant(
    release_id: str,
    newest_crawl_at: datetime,
    tables: Mapping[str, pl.DataFrame],
    files: Mapping[str, str],
    rights: Mapping[str, str],
) -> dict[str, Any]:
    """Return the Croissant metadata of a release.

    Args:
        release_id: Of the release.
        newest_crawl_at: Start of the newest crawl that went in; stands for the time of publishing, which no file knows.
        tables: Its tables.
        files: Digest of every Parquet file by its name.
        rights: What each source's terms say, by title.
    """
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "name": "practices",
        "description": f"{TITLE}, one Parquet file per table. README.md is the data dictionary.",
        "conformsTo": _CONFORMS_TO,
        "version": f"{__version__}+{release_id}",
        "citeAs": f"{TITLE}, release {release_id}, from {', '.join(rights)}",
        "datePublished": f"{newest_crawl_at:%Y-%m-%d}",
        "license": [f"{title}: {note}" for title, note in rights.items()],
        "creator": [{"@type": "sc:Organization", "name": title} for title in rights],
        "distribution": [
            {
                "@type": "cr:FileObject",
                "@id": f"{name}.parquet",
                "name": f"{name}.parquet",
                "description": summary_of(name),
                "contentUrl": f"{name}.parquet",
                "encodingFormat": "application/x-parquet",
                "sha256": files[f"{name}.parquet"].removeprefix("sha256:"),
            }
            for name in tables
        ],
        "recordSet": [
            {
                "@type": "cr:RecordSet",
                "@id": name,
                "name": name,
                "description": summary_of(name),
                "key": [{"@id": f"{name}/{column}"} for column in TABLES[name].primary_key()],
                "field": [_field(name, column) for column in TABLES[name].column_names()],
            }
            for name in tables
        ],
    }


def _field(table: str, column: str) -> dict[str, Any]:
    dtype = TABLES[table].columns()[column].dtype
    is_list = isinstance(dtype, pl.List)
    return {
        "@type": "cr:Field",
        "@id": f"{table}/{column}",
        "name": column,
        "description": description(table, column),
        "dataType": "sc:Text" if is_list else "sc:DateTime" if isinstance(dtype, pl.Datetime) else _TYPES[type(dtype)],
        **({"repeated": True} if is_list else {}),
        "source": {"fileObject": {"@id": f"{table}.parquet"}, "extract": {"column": column}},
    }
