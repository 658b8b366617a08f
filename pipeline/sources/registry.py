"""Find and validate source files: those that ship with the package, and any other by its path."""

import difflib
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from pathlib import Path

from pydantic import ValidationError

from pipeline.errors import InvalidSourceError, UnknownSourceError
from pipeline.sources.spec import Source

_FOLDER = resources.files("pipeline.sources")


@cache
def registered_names() -> tuple[str, ...]:
    """Return the names of the sources that ship with the package, sorted."""
    return tuple(
        sorted(entry.name.removesuffix(".toml") for entry in _FOLDER.iterdir() if entry.name.endswith(".toml"))
    )


def load_source(name_or_path: str) -> Source:
    """Return a source by its registered name or by the path of its TOML file.

    Raises:
        UnknownSourceError: Neither is there.
        InvalidSourceError: The file is no TOML, or breaks the schema.
    """
    return read_source(source_text(name_or_path), name_or_path)


def source_text(name_or_path: str) -> str:
    """Return the text of a source file, by its registered name or by its path.

    Raises:
        UnknownSourceError: Neither is there.
    """
    if name_or_path in registered_names():
        return (_FOLDER / f"{name_or_path}.toml").read_text(encoding="utf-8")
    path = Path(name_or_path)
    if path.suffix == ".toml" or "/" in name_or_path:
        try:
            return path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise UnknownSourceError(name_or_path, f"the source file can not be read: {error}", _SEE_SOURCES) from error
    near = difflib.get_close_matches(name_or_path.lower(), registered_names(), n=1)
    hint = f"did you mean `{near[0]}`? " if near else ""
    raise UnknownSourceError(name_or_path, "no source of that name is registered", hint + _SEE_SOURCES)


_SEE_SOURCES = "`practices sources` lists them; the path of a source TOML file works as well"


def read_source(text: str, place: str) -> Source:
    """Return the source that TOML text describes.

    Args:
        text: Content of the file.
        place: Name of the file, for messages.

    Raises:
        InvalidSourceError: It is no TOML, or breaks the schema.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise InvalidSourceError(place, f"this is no TOML: {error}", "mend the line that it names") from error
    return validate_source(data, place)


def validate_source(data: Mapping[str, object], place: str) -> Source:
    """Return the source that plain data describes, as read from TOML or from a crawl's own record.

    Raises:
        InvalidSourceError: The data breaks the schema.
    """
    try:
        return Source.model_validate(data)
    except ValidationError as error:
        problems = "; ".join(
            f"{'.'.join(map(str, problem['loc'])) or 'the file'}: {problem['msg']}" for problem in error.errors()
        )
        raise InvalidSourceError(
            place, problems, "compare with `practices sources --show sample`; docs/sources.md explains every key"
        ) from error
