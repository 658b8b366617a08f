"""Whole pages, one folder each: what a careful person reads on them.

A folder holds `page.html` or `page.txt`, and `expected.json`. Optional are `source.txt` (name of the source, `issa` by
default) and `url.txt` (address of the page, the listing's own by default). A missing `expected.json` is written and the
test fails: read it word by word against the page before you keep it.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from pipeline.errors import ParseError

from .reading import as_data, minified, parse

FOLDER = Path(__file__).parent / "goldens"
CASES = sorted(path for path in FOLDER.iterdir() if path.is_dir())
HTML_CASES = [case for case in CASES if (case / "page.html").exists()]


def optional(path: Path) -> str | None:
    """The text of a file that need not be there."""
    return path.read_text(encoding="utf-8").strip() if path.exists() else None


def read_case(case: Path, *, minify: bool = False) -> dict[str, Any]:
    """What is understood of a case's page: data, or the error."""
    page = next(path for path in (case / "page.html", case / "page.txt") if path.exists())
    kind = "text/html; charset=UTF-8" if page.suffix == ".html" else "text/plain"
    text = page.read_text(encoding="utf-8")
    try:
        return as_data(
            parse(
                minified(text) if minify else text,
                optional(case / "url.txt"),
                kind,
                optional(case / "source.txt") or "issa",
            )
        )
    except ParseError as error:
        return {"error": type(error).__name__, "cause": error.cause}


def differences(expected: object, actual: object, place: str = "") -> list[str]:
    """One sentence for each field that differs, is missing, or is extra."""
    if isinstance(expected, dict) and isinstance(actual, dict):
        return [
            line
            for name in dict.fromkeys((*expected, *actual))
            for line in (
                [f"{place}.{name}: extra field {actual[name]!r}"]
                if name not in expected
                else [f"{place}.{name}: missing, expected {expected[name]!r}"]
                if name not in actual
                else differences(expected[name], actual[name], f"{place}.{name}")
            )
        ]
    if isinstance(expected, list) and isinstance(actual, list):
        lines = [
            line
            for number, (one, other) in enumerate(zip(expected, actual, strict=False), start=1)
            for line in differences(one, other, f"{place}[{number}]")
        ]
        lines += [f"{place}: extra {one!r}" for one in actual[len(expected) :]]
        lines += [f"{place}: missing, expected {one!r}" for one in expected[len(actual) :]]
        return lines
    return [] if expected == actual else [f"{place}: expected {expected!r}, read {actual!r}"]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_page_is_read_as_a_careful_person_reads_it(case: Path) -> None:
    """Every field, and no other field."""
    golden = case / "expected.json"
    actual = read_case(case)
    if not golden.exists():
        golden.write_text(json.dumps(actual, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        pytest.fail(f"{golden.relative_to(FOLDER)} was missing and is written now: read it before you keep it")
    assert differences(json.loads(golden.read_text(encoding="utf-8")), actual) == []


@pytest.mark.parametrize("case", HTML_CASES, ids=lambda case: case.name)
def test_white_space_between_tags_means_nothing(case: Path) -> None:
    """The minified page says what the indented one says."""
    assert differences(read_case(case), read_case(case, minify=True)) == []


def test_a_comparison_names_every_field_that_differs() -> None:
    """Missing, extra and different ones, with their place."""
    expected = {"kind": "listing", "records": [{"title": "A", "region": "Africa"}, {"title": "B"}]}
    actual = {"records": [{"title": "Z", "summary": "S", "region": "Africa"}], "language": "en"}
    assert differences(expected, actual) == [
        ".kind: missing, expected 'listing'",
        ".records[1].title: expected 'A', read 'Z'",
        ".records[1].summary: extra field 'S'",
        ".records: missing, expected {'title': 'B'}",
        ".language: extra field 'en'",
    ]
