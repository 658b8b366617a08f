"""The saved page of the real listing, cut anywhere: what is whole is kept, nothing is more than was there."""

from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pipeline.errors import ParseError
from pipeline.models import ParsedPage, Record

from .reading import parse

URL = "https://ww1.issa.int/gp?f%5B0%5D=countries%3AKorea%2C%20Republic%20of"
# Every byte was tried by hand (docs/reliability.md); a test that is run all day tries some, in all records.
STRIDE = 31


def cuts(body: bytes, stride: int) -> Iterator[tuple[int, ParsedPage | None]]:
    """The page without its end, None where nothing could be read; any other error ends the test."""
    for at in range(0, len(body), stride):
        try:
            yield at, parse(body[:at], URL, "text/plain")
        except ParseError:
            yield at, None


def is_start_of(cut: Record, whole: Record) -> bool:
    """Whether every field of a record is that of another, or its beginning."""
    return all(begins(value, asdict(whole)[name]) for name, value in asdict(cut).items() if name != "layout")


def begins(value: Any, whole: Any) -> bool:
    """Whether a value is the beginning of another; bytes of a letter that was cut in two do not count."""
    if isinstance(value, tuple):
        return all(map(begins, value, whole)) and len(value) <= len(whole)
    if not isinstance(value, str):
        return value is None or value == whole
    text = value.rstrip("\ufffd\u00e2\u0080\u20ac\u00c2\u00c3 ,")
    return isinstance(whole, str) and whole.startswith(text)


def test_a_page_that_is_cut_gives_no_wrong_record(seed: Path) -> None:
    """All records but the last are whole, the last is whole or a beginning; no untyped error."""
    body = seed.read_bytes()
    whole = parse(body, URL, "text/plain").records
    wrong = []
    for at, page in cuts(body, STRIDE):
        records = page.records if page is not None else ()
        last = len(records) - 1
        for number, (one, other) in enumerate(zip(records, whole, strict=False)):
            if one != other and not (number == last and is_start_of(one, other)):
                wrong.append((at, number + 1))
        assert len(records) <= len(whole)
    assert wrong == []
