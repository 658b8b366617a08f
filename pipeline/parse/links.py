"""Tell links to a practice's own page from all others, whatever host, language prefix or tracking they carry."""

import re
from contextlib import suppress
from urllib.parse import unquote, urljoin, urlsplit

from pipeline.parse.memo import Memo
from pipeline.parse.tree import INLINE_TAGS, Element
from pipeline.sources.spec import Source

_UNKNOWN = "?"  # no key: `?` never stands in a path


class DetailLinks:
    """Recognizes detail links of one source on one page.

    Attributes:
        folder: What relative links of the page start from.
    """

    def __init__(self, source: Source, page_url: str, memo: Memo | None = None, base: str = "") -> None:
        self._hosts = frozenset(source.site.hosts)
        # A saved file has no address of its own: its relative links are the site's.
        self._base = page_url if page_url.startswith(("http://", "https://")) else source.site.listing_url
        with suppress(ValueError):
            self._base = urljoin(self._base, base)
        self.folder = self._base.partition("?")[0].rpartition("/")[0]
        prefixes = sorted((language.prefix for language in source.languages.values()), key=len, reverse=True)
        self._prefix = re.compile("|".join(f"{re.escape(prefix)}(?=/)" for prefix in prefixes if prefix) or r"(?!)")
        self._patterns = [re.compile(pattern, re.ASCII) for pattern in source.site.detail_patterns]
        self._listings = frozenset(path.removesuffix("/") for path in source.site.listing_paths)
        self._own: str | None = _UNKNOWN
        self._known = (memo or Memo()).links_of(self.folder)

    def key_of(self, href: str) -> str | None:
        """Return the source's own key from a link, None when it leads elsewhere."""
        # Facets and pagers print hundreds of query-only links; each leads to the page's own path, which is remembered
        # under no other name, because pages of one folder have different ones.
        if not href or href.startswith(("?", "#")):
            if self._own is _UNKNOWN:
                self._own = self._key_of("")
            return self._own
        if href not in self._known:
            self._known[href] = self._key_of(href)
        return self._known[href]

    def is_listing(self, url: str) -> bool:
        """Tell whether an address is one of those under which the listing stands."""
        return self._path(url) in self._listings

    def record_key(self, anchor: Element) -> str | None:
        """Return the key that a link gives to the record around it; a link inside a sentence is only a mention.

        Args:
            anchor: Any element; only an `a` gives a key.
        """
        if anchor.tag != "a" or (key := self.key_of(anchor.get("href"))) is None:
            return None
        around = anchor.parent
        while around is not None and around.tag in INLINE_TAGS:
            around = around.parent
        if around is not None and around.tag == "p" and len(around.text()) > len(anchor.text()) + 3:
            return None
        return key

    def _path(self, href: str) -> str | None:
        """Return the path of a link without language prefix, None when it leads to another site."""
        try:
            parts = urlsplit(urljoin(self._base, href.strip()))
        except ValueError:
            return None
        if parts.scheme not in ("http", "https") or parts.hostname not in self._hosts:
            return None
        path = unquote(parts.path)
        path = self._prefix.sub("", path, count=1) if self._prefix.match(path) else path
        return path.removesuffix("/")

    def _key_of(self, href: str) -> str | None:
        path = self._path(href)
        if path is None:
            return None
        for pattern in self._patterns:
            if (match := pattern.fullmatch(path)) is not None:
                return match["key"]
        return None
