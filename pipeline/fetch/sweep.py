"""Walk the unfiltered listing page by page, in every language."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit, urlunsplit

from pipeline.errors import InvalidSourceError
from pipeline.fetch.client import Client
from pipeline.models import Block, Page, PageKind, ParsedPage, digest_of
from pipeline.sources.spec import Source


@dataclass(frozen=True, slots=True)
class PageSeen:
    """What the certificate needs to know of one listing page.

    Attributes:
        language: Language asked for.
        index: Zero-based page asked for.
        url: Address asked for.
        parsed: What the page says.
    """

    language: str
    index: int
    url: str
    parsed: ParsedPage

    def keys(self, block: Block) -> tuple[str, ...]:
        """Return the source's own keys of one block's records, in order; records without link have none."""
        return tuple(record.source_key for record in self.parsed.records if record.block is block and record.source_key)


def listing_url(source: Source, language: str, index: int) -> str:
    """Return the address of a listing page; the first page is asked without a page number.

    Args:
        source: The site.
        language: BCP 47 primary tag among source.languages.
        index: Zero-based.
    """
    parts = urlsplit(source.site.listing_url)
    query = f"{source.paging.parameter}={index}" if index else ""
    return urlunsplit(parts._replace(path=source.languages[language].prefix + parts.path, query=query))


def sweep(
    source: Source, languages: Sequence[str], client: Client, read: Callable[[Page], ParsedPage]
) -> Iterator[PageSeen]:
    """Yield the listing's pages as they come, language after language, up to and with the last.

    The last page is the one without a next; a page without rows ends a language as well, and so does the page cap.
    Whether that end is believable is the certificate's question, not this one's.

    Args:
        source: The site.
        languages: Languages to walk, each among source.languages.
        client: Asks the site, and archives what it says.
        read: Parses a page.

    Raises:
        FetchError: A page could not be had.
        ParseError: A page is no listing.
    """
    unknown = [language for language in languages if language not in source.languages]
    if unknown:
        known = ", ".join(source.languages)
        raise InvalidSourceError(source.name, f"it has no language {', '.join(unknown)}", f"choose among {known}")
    for language in languages:
        for index in range(source.paging.max_pages):
            url = listing_url(source, language, index)
            exchange, body = client.get(url, language)
            content_type = exchange.header("content-type") or ""
            parsed = read(Page(exchange.url, body, content_type, exchange.captured_at, digest_of(body)))
            yield PageSeen(language, index, url, parsed)
            if parsed.kind is not PageKind.LISTING or parsed.pager is None or not parsed.pager.has_next:
                break
