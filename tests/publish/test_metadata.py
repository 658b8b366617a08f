"""What a release says about itself."""

import json
from collections.abc import Callable

import duckdb
import frictionless
import pandas as pd
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from polars.testing import assert_frame_equal

from pipeline.publish import Release
from pipeline.publish.metadata import readme
from pipeline.seal import is_sealed
from pipeline.tables import FOREIGN_KEYS, TABLES, USAGE, description

Tables = dict[str, pl.DataFrame]


def with_duckdb(path: str) -> pl.DataFrame:
    with duckdb.connect() as connection:
        connection.execute("SET TimeZone = 'UTC'")
        return connection.read_parquet(path).pl()


def with_pandas(path: str) -> pl.DataFrame:
    return pl.from_arrow(pa.Table.from_pandas(pd.read_parquet(path, dtype_backend="pyarrow")))


READERS = {
    "polars": pl.read_parquet,
    "duckdb": with_duckdb,
    "pandas": with_pandas,
    "pyarrow": lambda path: pl.from_arrow(pq.read_table(path)),
}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("name", TABLES)
def test_every_table_reads_alike_everywhere(reader: str, name: str, release: Release, small_tables: Tables) -> None:
    """The same names, types and values in polars, DuckDB, pandas and pyarrow."""
    assert_frame_equal(READERS[reader](str(release.folder / f"{name}.parquet")), small_tables[name])


@pytest.mark.parametrize("name", TABLES)
def test_a_file_carries_its_own_description(name: str, release: Release) -> None:
    """Release, table, and every column's meaning stand in the key-value metadata."""
    metadata = pl.read_parquet_metadata(release.folder / f"{name}.parquet")
    assert (metadata["release_id"], metadata["table"]) == (release.release_id, name)
    assert metadata["description"] == (TABLES[name].__doc__ or "").splitlines()[0]
    columns = {column: description(name, column) for column in TABLES[name].column_names()}
    assert json.loads(metadata["columns"]) == columns


@pytest.mark.parametrize("name", [name for name in TABLES if name not in ("rejects", "changes")])
def test_files_are_compressed_with_zstd(name: str, release: Release) -> None:
    """Every column of every row group."""
    metadata = pq.ParquetFile(release.folder / f"{name}.parquet").metadata
    codecs = {
        metadata.row_group(group).column(column).compression
        for group in range(metadata.num_row_groups)
        for column in range(metadata.num_columns)
    }
    assert codecs == {"ZSTD"}


def test_the_data_package_lists_every_column(release: Release) -> None:
    """With its type and meaning, and whether it may be null."""
    package = json.loads((release.folder / "datapackage.json").read_text())
    assert package["version"] == release.release_id
    resources = {resource["path"]: resource["schema"] for resource in package["resources"]}
    assert set(resources) == {f"{name}.parquet" for name in TABLES}
    for name, schema in TABLES.items():
        fields = {field["name"]: field for field in resources[f"{name}.parquet"]["fields"]}
        assert list(fields) == schema.column_names()
        for column, definition in schema.columns().items():
            assert fields[column]["description"] == description(name, column)
            assert ("constraints" in fields[column]) == (not definition.nullable)
    types = {field["name"]: field["type"] for field in resources["practices.parquet"]["fields"]}
    expected = {"title": "string", "award_year": "integer", "topic_ids": "array", "first_seen_at": "datetime"}
    assert {name: types[name] for name in expected} == expected


def test_the_data_package_knows_the_keys(release: Release) -> None:
    """Every reference leads to the key of a table that is there."""
    package = json.loads((release.folder / "datapackage.json").read_text())
    resources = {resource["name"]: resource["schema"] for resource in package["resources"]}
    references = {
        (name, key["fields"], key["reference"]["resource"] or name)
        for name, schema in resources.items()
        for key in schema["foreignKeys"]
    }
    dashed = {(key.table.replace("_", "-"), key.column, key.target.replace("_", "-")) for key in FOREIGN_KEYS}
    assert references == dashed
    for name, schema in resources.items():
        for key in schema["foreignKeys"]:
            assert [key["reference"]["fields"]] == resources[key["reference"]["resource"] or name]["primaryKey"]


def test_the_readme_is_the_data_dictionary(release: Release, small_tables: Tables) -> None:
    """Every table with its rows, every column with its meaning, and the rights."""
    text = (release.folder / "README.md").read_text()
    assert text.startswith(f"# Release {release.release_id}\n")
    assert "- Sample listing of good practices: Use as you like." in text
    parts = {part.split("\n", 1)[0]: part for part in text.split("\n## ")}
    for name, schema in TABLES.items():
        assert f" {small_tables[name].height} rows." in parts[name]
        for column, definition in schema.columns().items():
            (line,) = [line for line in parts[name].splitlines() if line.startswith(f"| {column} | ")]
            assert line.endswith(f" | {'yes' if definition.nullable else 'no'} | {description(name, column)} |")


def test_no_meaning_breaks_the_table_that_it_stands_in(release: Release) -> None:
    """Every line of a table has the same number of cells."""
    lines = (release.folder / "README.md").read_text().splitlines()
    assert {line.count("|") for line in lines if line.startswith("|")} == {5}


def test_the_record_of_the_release_is_complete(
    release: Release, small_tables: Tables, tree_digest: Callable[..., str]
) -> None:
    """Given facts, rows of every table, and a digest of every other file."""
    record = json.loads((release.folder / "release.json").read_text())
    assert (record["release_id"], record["code_version"], record["crawls"]) == (release.release_id, "1.2.3", [])
    assert {name: table["rows"] for name, table in record["tables"].items()} == {
        name: frame.height for name, frame in small_tables.items()
    }
    others = {path.name for path in release.folder.iterdir()} - {"release.json"}
    documents = {"README.md", "datapackage.json", "croissant.json"}
    assert set(record["files"]) == others == {*(f"{name}.parquet" for name in TABLES), *documents}


def test_the_data_package_is_valid(release: Release) -> None:
    """By the word of its own library."""
    assert frictionless.Package.validate_descriptor(str(release.folder / "datapackage.json")).flatten(["note"]) == []


@pytest.mark.filterwarnings("ignore")  # rdflib and pandas deprecate what mlcroissant calls
def test_the_croissant_is_valid(release: Release, small_tables: Tables, caplog: pytest.LogCaptureFixture) -> None:
    """Its library finds no error, and reads every table that has rows from it."""
    import mlcroissant

    dataset = mlcroissant.Dataset(jsonld=str(release.folder / "croissant.json"))
    assert dataset.metadata.issues.errors == set()
    for name, frame in small_tables.items():
        keys = [tuple(row) for row in frame.select(TABLES[name].primary_key()).iter_rows()]
        fields = [f"{name}/{column}" for column in TABLES[name].primary_key()]
        read = [tuple(record[field].decode() for field in fields) for record in dataset.records(name)]
        assert sorted(read) == sorted(keys)


def test_the_croissant_states_the_digest_of_every_file(release: Release) -> None:
    """The one that release.json states too."""
    document = json.loads((release.folder / "croissant.json").read_text())
    files = json.loads((release.folder / "release.json").read_text())["files"]
    stated = {file["@id"]: f"sha256:{file['sha256']}" for file in document["distribution"]}
    assert stated == {name: digest for name, digest in files.items() if name.endswith(".parquet")}


def test_the_readme_warns(release: Release) -> None:
    """Of what is easily counted wrongly, at the table that it is about."""
    parts = {part.split("\n", 1)[0]: part for part in (release.folder / "README.md").read_text().split("\n## ")}
    for name, warnings in USAGE.items():
        assert all(f"- {warning}\n" in parts[name] for warning in warnings)


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"is_partial": True}, "This collection is partial"),
        ({"is_synthetic": True}, "The practices are made up"),
        ({"accepted": "the site\nis new"}, "a person published nonetheless: the site is new"),
    ],
)
def test_the_readme_says_what_is_odd_about_a_release(facts: dict[str, object], words: str) -> None:
    """Before anything else; a release without oddities has no such part."""
    assert words in readme("x", {}, {}, facts).split("## Rights")[0]
    assert "Before you use it" not in readme("x", {}, {}, {})


def test_the_seal_shows_a_changed_record(release: Release) -> None:
    """release.json states its own digest."""
    data = (release.folder / "release.json").read_bytes()
    assert is_sealed(json.loads(data), data)
    assert not is_sealed(json.loads(data), data.replace(b"1.2.3", b"1.2.4"))
