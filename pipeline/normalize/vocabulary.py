"""The controlled vocabularies: the reviewed CSV files of `pipeline/vocab`, typed and free of contradictions."""

from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable

import polars as pl

from pipeline.errors import VocabularyError
from pipeline.models import digest_of
from pipeline.normalize.consistency import check_names, check_references, refuse_provisional
from pipeline.tables import VocabularyTables

_TEXT: pl.DataType = pl.String()
_TEXTS: pl.DataType = pl.List(pl.String())
_FLAG: pl.DataType = pl.Boolean()
_NUMBER: pl.DataType = pl.Int32()

SCHEMAS: dict[str, dict[str, pl.DataType]] = {
    "countries": {
        "country_code": _TEXT,
        "alpha_2": _TEXT,
        "region": _TEXT,
        "region_status": _TEXT,
        "name_en": _TEXT,
        "name_fr": _TEXT,
        "name_es": _TEXT,
        "name_de": _TEXT,
        "aliases": _TEXTS,
        "source_term_id": _TEXT,
    },
    "regions": {
        "region": _TEXT,
        "name_en": _TEXT,
        "name_fr": _TEXT,
        "name_es": _TEXT,
        "name_de": _TEXT,
        "aliases": _TEXTS,
    },
    "topics": {
        "topic_id": _TEXT,
        "label_en": _TEXT,
        "label_fr": _TEXT,
        "label_es": _TEXT,
        "label_de": _TEXT,
        "aliases": _TEXTS,
        "parent_topic_id": _TEXT,
        "parent_status": _TEXT,
        "source_term_id": _TEXT,
        "is_retired": _FLAG,
        "modern_topic_id": _TEXT,
        "position": _NUMBER,
    },
    "institutions": {
        "institution_id": _TEXT,
        "country_code": _TEXT,
        "name": _TEXT,
        "name_fr": _TEXT,
        "name_es": _TEXT,
        "name_de": _TEXT,
        "name_original": _TEXT,
        "acronyms": _TEXTS,
        "aliases": _TEXTS,
        "predecessor_ids": _TEXTS,
        "successor_ids": _TEXTS,
        "is_issa_name": _FLAG,
        "source": _TEXT,
    },
}


_OVERRIDES: dict[str, pl.DataType] = {"kind": _TEXT, "key": _TEXT, "country_code": _TEXT, "id": _TEXT}


@dataclass(frozen=True, slots=True, eq=False)
class Vocabulary(VocabularyTables):
    """The four tables, as `SCHEMAS` types them. What the columns mean stands in `pipeline/vocab/README.md`.

    An empty list means that there is none; null means that it is not known.

    Attributes:
        overrides: What persons decided: kind, key and country_code (empty where it plays no part) of a name, and the
            id that it gets, null for none. It goes before the names of the tables.

    Raises:
        VocabularyError: Two entries own one name, or an id is used twice or points nowhere.
    """

    overrides: pl.DataFrame = field(default_factory=lambda: pl.DataFrame(schema=_OVERRIDES))

    def __post_init__(self) -> None:
        """Refuse contradictions, so that no stage ever sees them."""
        check_references(self.countries, self.regions, self.topics, self.institutions)
        check_names(self.countries, self.regions, self.topics, self.institutions)


@cache
def load_vocabulary() -> Vocabulary:
    """Return the vocabulary that ships with the package.

    Raises:
        VocabularyError: The files contradict themselves or each other.
    """
    return read_vocabulary(files("pipeline") / "vocab")


def vocabulary_digest() -> str:
    """Return `sha256:` and the hex digest over the vocabulary files that ship with the package."""
    folder = files("pipeline") / "vocab"
    return digest_of(b"".join((folder / f"{table}.csv").read_bytes() for table in SCHEMAS))


def read_vocabulary(folder: Traversable) -> Vocabulary:
    """Return the vocabulary in a folder with the four CSV files.

    Raises:
        VocabularyError: A file is not what `SCHEMAS` says, or the files contradict themselves or each other.
    """
    tables = {table: _read(folder, table) for table in SCHEMAS}
    refuse_provisional(tables["institutions"])
    return Vocabulary(**tables)


def _read(folder: Traversable, table: str) -> pl.DataFrame:
    place, schema = f"vocab/{table}.csv", SCHEMAS[table]
    try:
        raw = pl.read_csv((folder / f"{table}.csv").read_bytes(), infer_schema=False)
        if raw.columns != list(schema):
            raise VocabularyError(
                place, f"the columns are {raw.columns}, not {list(schema)}", "Restore the header of the file."
            )
        return raw.select(_typed(column, dtype) for column, dtype in schema.items())
    except (OSError, pl.exceptions.PolarsError) as error:
        raise VocabularyError(place, f"the table can not be read: {error}", "Repair the file.") from error


def _typed(column: str, dtype: pl.DataType) -> pl.Expr:
    if dtype == _TEXTS:
        return pl.col(column).str.split("|").fill_null([])
    if dtype == _FLAG:
        return pl.col(column).replace_strict({"yes": True, "no": False}, return_dtype=pl.Boolean)
    return pl.col(column).cast(dtype)
