"""What a person sees of an explanation: lines on stderr, plain data, or a copy of the archived page."""

import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from pipeline.run.explain import Explainer, Explanation

_CONSOLE = Console(stderr=True, highlight=False)
_MOST_PLACES = 5


def show_explanation(found: Explanation) -> dict[str, Any]:
    """Print the way from a value back to the bytes; return it as data."""
    lines = [f"{found.table} {found.key}", f"{found.column} = {found.value!r}", f"rule: {found.rule}"]
    lines += [f"names: {found.vocabulary}"] if found.vocabulary else []
    lines += [f"finding: {message}" for message in found.findings]
    for place in found.places[:_MOST_PLACES]:
        lines += ["", f"sighting {place.sighting_id}" if place.sighting_id else "page"]
        lines += [f"  because: {place.rule}: {place.evidence}"] if place.rule else []
        lines += [f"  {name}: {text!r}" for name, text in place.printed.items()]
        lines += [f"  page: {place.page_url}", f"  captured: {place.captured_at.isoformat()}"]
        lines += [f"  bytes: {place.warc} at byte {place.offset}", f"  digest: {place.page_digest}"]
    if len(found.places) > _MOST_PLACES:
        lines += ["", f"and {len(found.places) - _MOST_PLACES} more sightings: --json shows all"]
    if not found.places:
        lines += ["", "no page is behind it: it is an entry of the reviewed vocabulary"]
    for line in lines:
        _CONSOLE.print(Text(line), soft_wrap=True)
    return data_of(found)


def show_row(explainer: Explainer, table: str, key: str) -> dict[str, Any]:
    """Print one line for each column of a row that is not null; return the explanations as data."""
    found = [explainer.explain(table, key, column) for column in explainer.cells(table, key)]
    _CONSOLE.print(Text(f"{table} {key}"))
    for one in found:
        place = one.places[0].sighting_id or one.places[0].page_url if one.places else one.vocabulary
        _CONSOLE.print(Text(f"{one.column} = {one.value!r}\n  {one.rule}\n  {place}"), soft_wrap=True)
    return {"cells": [data_of(one) for one in found]}


def write_marked(explainer: Explainer, found: Explanation) -> dict[str, Any]:
    """Write the archived page with the texts marked into the current folder; return its path."""
    page, count = explainer.marked(found)
    name = re.sub(r"[^A-Za-z0-9._-]+", "-", f"explain-{found.key}-{found.column}")
    path = Path(f"{name[:120]}.html").resolve()
    path.write_text(page, encoding="utf-8")
    return {**data_of(found), "html": str(path), "marked": count}


def data_of(found: Explanation) -> dict[str, Any]:
    """Return an explanation as plain data."""
    places = [
        {**asdict(place), "warc": str(place.warc), "captured_at": place.captured_at.isoformat()}
        for place in found.places
    ]
    value = found.value.isoformat() if hasattr(found.value, "isoformat") else found.value
    return {**asdict(found), "value": value, "places": places}
