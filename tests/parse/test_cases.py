"""The list of cases that a parser of such listings has to survive (cases.toml) is whole, and its proofs exist."""

import re
import subprocess
import sys
import tomllib
import unicodedata
from pathlib import Path

import pytest

from pipeline.twin.faults.catalogue import catalogue

from .reading import parse

TESTS = Path(__file__).parents[1]
CASES = tomllib.loads((Path(__file__).parent / "cases.toml").read_text(encoding="utf-8"))


def test_every_case_is_there() -> None:
    """All 63, in order, each with what proves it."""
    assert list(CASES) == [str(number) for number in range(1, 64)]
    assert [number for number, case in CASES.items() if not (case["case"] and case["proofs"])] == []


@pytest.mark.parametrize("number", list(CASES))
def test_every_proof_exists(number: str) -> None:
    """A golden has its page and what it says, a test is defined in its file, a fault is in the catalogue."""
    assert [proof for proof in CASES[number]["proofs"] if not exists(*proof.split(" ", 1))] == []


def exists(kind: str, name: str) -> bool:
    """Whether a proof is there."""
    if kind == "golden":
        folder = TESTS / "parse" / "goldens" / name
        return (folder / "expected.json").exists() and bool(list(folder.glob("page.*")))
    if kind == "test":
        file, _, test = name.partition("::")
        return re.search(rf"^def {test}\(", (TESTS / file).read_text(encoding="utf-8"), re.MULTILINE) is not None
    return kind == "fault" and name in catalogue()


def test_only_the_newer_half_of_the_library_is_used() -> None:
    """Its older half is gone in newer versions."""
    code = "import sys, pipeline.parse; sys.exit('selectolax.parser' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_decomposed_accents_are_the_same_words() -> None:
    """A label with its accents as characters of their own is that label, and so is the name of a region."""
    fields = "<div>Año de implementación: 2020</div><div>Caja , Asia y el Pacífico</div>"
    row = f"<div><h3><a href='/gp/1'>Título</a></h3>{fields}</div>"
    texts = [row, unicodedata.normalize("NFD", row)]
    (one, other) = [parse(f"<html lang='es'><main>{text}</main></html>").records[0] for text in texts]
    assert (one.implementation_year, one.region) == ("2020", "Asia y el Pacífico")
    assert (other.implementation_year, unicodedata.normalize("NFC", other.region or "")) == ("2020", one.region)
