"""The tree of errors that a user can meet."""

import importlib
import inspect
import pickle
import pkgutil
import re

import pytest

import pipeline
from pipeline import errors
from pipeline.errors import ArchiveError, LockHeldError, PracticesError, PublishError, RefusedError, UsageError

ALL = [kind for _, kind in inspect.getmembers(errors, inspect.isclass) if issubclass(kind, PracticesError)]
PARTS = ("raw/issa", "the folder is full", "make room")


def drawn() -> list[tuple[int, str]]:
    """Depth and name of every class in the module's drawing."""
    lines = (inspect.getdoc(errors) or "").splitlines()
    return [
        (len(match[1]) // 4, match[2])
        for line in lines
        if (match := re.match(r"((?:[│ ]   )*(?:[├└]── )?)(\w+Error)\b", line)) is not None
    ]


def real(kind: type[PracticesError] = PracticesError, depth: int = 0) -> list[tuple[int, str]]:
    """Depth and name of every class as Python sees them, in the order of their definition."""
    below = [line for child in kind.__subclasses__() for line in real(child, depth + 1)]
    return [(depth, kind.__name__), *below]


def test_the_drawing_is_the_tree() -> None:
    """Every class stands at its place in the module's docstring, and no other module adds one."""
    for module in pkgutil.walk_packages(pipeline.__path__, "pipeline."):
        importlib.import_module(module.name)
    assert drawn() == real()


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_every_error_says_where_why_and_what_next(kind: type[PracticesError]) -> None:
    """The message has stage, place, cause and next command, on two lines."""
    assert str(kind(*PARTS, stage="fetch")) == "fetch: raw/issa: the folder is full\nnext: make room"


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_every_error_survives_a_process_boundary(kind: type[PracticesError]) -> None:
    """Class and parts are the same after pickling."""
    error = kind(*PARTS, stage="curate")
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), again.as_dict()) == (kind, str(error), error.as_dict())


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_exit_codes_follow_the_tree(kind: type[PracticesError]) -> None:
    """2 for wrong usage, 3 for a refusal, 1 for every other failure."""
    expected = 2 if issubclass(kind, UsageError) else 3 if issubclass(kind, RefusedError) else 1
    assert kind.exit_code == expected


@pytest.mark.parametrize("kind", ALL, ids=lambda kind: kind.__name__)
def test_every_error_has_its_cause_in_one_sentence(kind: type[PracticesError]) -> None:
    """The docstring begins with a sentence."""
    assert (kind.__doc__ or "").splitlines()[0].endswith(".")


def test_an_error_belongs_to_the_stage_of_its_class() -> None:
    """Unless a stage is given."""
    assert [kind(*PARTS).at_stage for kind in (ArchiveError, LockHeldError, PublishError, RefusedError)] == [
        "archive",
        "archive",
        "publish",
        "publish",
    ]
    assert RefusedError(*PARTS, stage="curate").at_stage == "curate"


def test_the_parts_are_there_for_machines() -> None:
    """`--json` prints them by name."""
    assert LockHeldError(*PARTS).as_dict() == {
        "error": "LockHeldError",
        "stage": "archive",
        "place": "raw/issa",
        "cause": "the folder is full",
        "next": "make room",
    }


def test_a_refusal_keeps_its_gates_across_a_process_boundary() -> None:
    """A machine is told all of them; without gates there is nothing to tell."""
    error = RefusedError(*PARTS).with_gates(({"name": "practice_count", "passed": False},))
    again = pickle.loads(pickle.dumps(error))
    assert again.as_dict() == error.as_dict()
    assert again.as_dict()["gates"] == [{"name": "practice_count", "passed": False}]
    assert "gates" not in RefusedError(*PARTS).as_dict()
