"""The site was redesigned over night."""

import re
from collections.abc import Callable
from dataclasses import replace

from pipeline.twin.faults.occasion import Behaviour, Occasion
from pipeline.twin.messages import Response

# The part of a page with map, list and pager, without the facets.
MAIN = re.compile(r"<main\b.*?(?=<aside\b)", re.DOTALL)
ROW_CLASS = re.compile(
    r' class="(?!view[ -]|views-element|attachment|geolocation|location|layout|pager|is-active)[^"]*"'
)
NEW_LABELS = {
    "implementation_year": {"en": "Started in", "fr": "Début", "es": "Inicio", "de": "Beginn"},
    "award_year": {"en": "Honoured in", "fr": "Distinction", "es": "Distinción", "de": "Ehrung"},
    "topics": {"en": "Keywords", "fr": "Mots-clés", "es": "Palabras clave", "de": "Schlagwörter"},
}


def classless(occasion: Occasion) -> Response:
    """Print rows without any class; view, map and pager keep theirs."""
    return _redesigned(occasion, lambda text: ROW_CLASS.sub("", text))


def relabelled(occasion: Occasion) -> Response:
    """Print other labels; the value names one of them, or it is all."""
    names = [occasion.value] if occasion.value else list(NEW_LABELS)
    return _relabel(occasion, {name: NEW_LABELS[name] for name in names})


def unlabelled(occasion: Occasion) -> Response:
    """Print the value's field without its label."""
    return _relabel(occasion, {occasion.value: {}})


def unlinked(occasion: Occasion) -> Response:
    """Print titles without links."""
    return _redesigned(occasion, lambda text: re.sub(r'<a href="[^"]*/gp/[0-9]+"[^>]*>(.*?)</a>', r"\1", text))


def _redesigned(occasion: Occasion, change: Callable[[str], str]) -> Response:
    response = occasion.honest()
    text = MAIN.sub(lambda main: change(main[0]), response.body.decode())
    return replace(response, body=text.encode())


def _relabel(occasion: Occasion, new_labels: dict[str, dict[str, str]]) -> Response:
    """Replace labels by language, colon included; a language without a new one prints none."""

    def change(text: str) -> str:
        for code, language in occasion.site.source.languages.items():
            for name, news in new_labels.items():
                for old in getattr(language, name):
                    text = text.replace(f"{old}: ", f"{news[code]}: " if news else "")
        return text

    return _redesigned(occasion, change)


BEHAVIOURS: dict[str, Behaviour] = {
    "classless": classless,
    "relabelled": relabelled,
    "unlabelled": unlabelled,
    "unlinked": unlinked,
}
