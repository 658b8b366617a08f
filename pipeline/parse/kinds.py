"""Pages that answer with 200 and are no content: known by their marks, tried in this order."""

import re

from pipeline.models import PageKind

# What Drupal core, the ISSA's member wall, and the usual protections print; matched in the first part of the HTML.
_MARKS: tuple[tuple[PageKind, str], ...] = (
    (PageKind.ERROR_PAGE, r"The website encountered an unexpected error|<title>\s*(?:Error|5\d\d)\b"),
    (PageKind.MAINTENANCE, r"class=\"[^\"]*\bmaintenance-page\b|<h1[^>]*>\s*Site under maintenance|under maintenance"),
    (PageKind.LOGIN_WALL, r"available for ISSA members\s+only|Please login to your My ISSA|action=\"[^\"]*/user/login"),
    (PageKind.CHALLENGE, r"cf-(?:browser-verification|challenge)|/cdn-cgi/challenge|Just a moment\.\.\.|g-recaptcha"),
    (PageKind.CHALLENGE, r"(?:verify|check)(?:ing)? (?:that )?(?:you are|your browser|you're)|enable JavaScript"),
    (PageKind.CONSENT, r"(?:accept|manage|consent to|use of) (?:all )?(?:our )?cookies"),
)
_PATTERNS = tuple((kind, re.compile(mark, re.IGNORECASE)) for kind, mark in _MARKS)
_LOOKED_AT = 100_000


def kind_without_content(html: str) -> PageKind | None:
    """Return what a page without any record is, None when no mark tells.

    Only for pages on which nothing of a listing was found: a listing may well carry a cookie banner.

    Args:
        html: The page.
    """
    start = html[:_LOOKED_AT]
    return next((kind for kind, pattern in _PATTERNS if pattern.search(start)), None)
