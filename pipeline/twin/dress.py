"""What a theme does to a finished page, whatever its templates were."""

import re
from collections.abc import Collection

from pipeline.twin.theme import Extra

# What scripts need, and what modules print from templates of their own, stays in a theme that prints no classes.
_KEPT_CLASSES = re.compile(r"js-|facet|geolocation|is-active$")
_CLASSES = re.compile(r' class="([^"]*)"')
_BETWEEN_TAGS = re.compile(r">\s+<")
_STARTS_OF_TEMPLATES = re.compile(r"(?=<(?:div|article|li|ul|h[1-6]|nav|table|tr|td|span|a)\b)")
_COMMENTS = (
    "<!-- THEME DEBUG -->\n<!-- THEME HOOK: 'node' -->\n<!-- FILE NAME SUGGESTIONS:\n   * node--teaser.html.twig\n"
    "   x node.html.twig\n-->\n<!-- BEGIN OUTPUT from 'themes/custom/site/templates/node.html.twig' -->\n"
)


def dressed(html: str, extras: Collection[Extra]) -> str:
    """Return a page without classes, with comments or without white space between tags, as the theme wants it."""
    if "bare" in extras:
        html = _CLASSES.sub(lambda found: _kept(found[1]), html)
    if "comments" in extras:
        head, body, rest = html.partition("<body")
        html = head + body + _STARTS_OF_TEMPLATES.sub(lambda _: _COMMENTS, rest)
    if "minified" in extras:
        html = _BETWEEN_TAGS.sub("><", html).strip()
    return html


def _kept(classes: str) -> str:
    kept = [name for name in classes.split() if _KEPT_CLASSES.match(name)]
    return f' class="{" ".join(kept)}"' if kept else ""
