"""Ids for what no vocabulary knows: derived from the name alone, so that they are the same in every build."""

import hashlib
import re
from collections.abc import Callable

from pipeline.normalize.text import comparison_key

# Registered ids never end so; the vocabulary is refused when one does.
PROVISIONAL = re.compile("-x[0-9a-f]{8}$")
# User-assigned in ISO 3166-1, so no country ever has it.
_NO_COUNTRY = "zzz"
_MOST_SLUG = 40


def slug(text: str) -> str:
    """Return the Latin letters and digits of a name, words joined by hyphens; may be empty."""
    words = re.findall("[a-z0-9]+", comparison_key(text))
    short = ""
    for word in words:
        if short and len(short) + 1 + len(word) > _MOST_SLUG:
            break
        short = f"{short}-{word}" if short else word[:_MOST_SLUG]
    return short


def provisional_id(name: str, country_code: str | None, country: str | None) -> str | None:
    """Return the id of an institution that is not registered, None for a name without any letter.

    Args:
        name: As printed.
        country_code: Alpha-3, None where the printed country is unknown or absent.
        country: As printed; tells institutions of different unknown countries apart.
    """
    key = comparison_key(name)
    if not key:
        return None
    scope = country_code or comparison_key(country or "")
    digest = hashlib.sha256(f"{scope}\x1f{key}".encode()).hexdigest()[:8]
    middle = slug(name)
    return "-".join(part for part in ((country_code or _NO_COUNTRY).lower(), middle, f"x{digest}") if part)


def free_slug(text: str, is_taken: Callable[[str], bool]) -> str:
    """Return the slug of a name as an id, with a hash behind it where the plain one is taken or empty."""
    plain = slug(text)
    if plain and not is_taken(plain):
        return plain
    digest = hashlib.sha256(comparison_key(text).encode()).hexdigest()[:8]
    return f"{plain}-x{digest}".lstrip("-")
