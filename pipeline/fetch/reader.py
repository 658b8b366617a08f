"""Ask for a listing page until the answer is believable, within the source's attempts.

A site on a bad day answers 200 with an empty list, a login form, or half of the rows; taken at face value, one such
answer
loses a part of the collection without an error. So what came back is judged before it counts, and asked for again.
"""

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.errors import NoContentError, ParseError
from pipeline.fetch.client import Client
from pipeline.fetch.exchange import AGAIN
from pipeline.models import Block, Page, ParsedPage, digest_of
from pipeline.sources.spec import Source

_HTML = ("text/html", "application/xhtml+xml")


@dataclass(frozen=True, slots=True)
class PageSeen:
    """What the certificate needs to know of one listing page.

    Attributes:
        language: Language asked for.
        index: Zero-based page asked for.
        url: Address asked for.
        parsed: What the page says.
        sweep: 1 for the first walk over the listing, 2 for the second; a page read to check a walk belongs to it. 0 for
            a page that was read for the sake of selections.
        is_check: Whether it only helps the others: to see if the listing has moved, how long it is, how to divide it.
        selection: `alias:value` pairs that the listing was narrowed to.
    """

    language: str
    index: int
    url: str
    parsed: ParsedPage
    sweep: int = 1
    is_check: bool = False
    selection: tuple[str, ...] = ()

    def keys(self, block: Block) -> tuple[str, ...]:
        """Return the source's own keys of one block's records, in order; records without link have none."""
        return tuple(record.source_key for record in self.parsed.records if record.block is block and record.source_key)

    @property
    def row_count(self) -> int:
        """Records of the list block."""
        return sum(record.block is Block.LIST for record in self.parsed.records)


def reads_back(parsed: ParsedPage, selection: tuple[str, ...]) -> bool:
    """Whether a page says in both ways, settings and facets, that it shows this selection and nothing else."""
    active = {f"{alias}:{item.value}" for alias, items in parsed.facets.items() for item in items if item.is_active}
    return parsed.echo is not None and parsed.echo.facets == active == set(selection)


class PageReader:
    """Reads listing pages of one source.

    Args:
        source: The site.
        client: Asks it.
        read: Parses a page.
    """

    def __init__(self, source: Source, client: Client, read: Callable[[Page], ParsedPage]) -> None:
        self._source = source
        self._client = client
        self._read = read

    def page(self, url: str, language: str, doubt: Callable[[ParsedPage], str | None] = lambda _: None) -> ParsedPage:
        """Return what a page says; after the last attempt also when there is doubt, which the certificate will show.

        Args:
            url: Address of a listing page.
            language: Language asked for.
            doubt: Says why content is hard to believe, None when it is not.

        Raises:
            FetchError: The page could not be had.
            NoContentError: Something came, but no content.
        """
        for attempt in range(1, self._source.pace.attempts + 1):
            is_last = attempt == self._source.pace.attempts
            try:
                parsed = self._ask(url, language)
            except NoContentError:
                if is_last:
                    raise
            else:
                if is_last or doubt(parsed) is None:
                    return parsed
            self._client.struggled(attempt)
        raise AssertionError("the source schema asks for at least one attempt")

    def _ask(self, url: str, language: str) -> ParsedPage:
        exchange, body = self._client.get(url, language)
        content_type = exchange.header("content-type") or ""
        if content_type.split(";")[0].strip().lower() not in _HTML:
            raise NoContentError(url, f"the site answered with {content_type[:80]!r} instead of HTML", AGAIN)
        try:
            parsed = self._read(Page(exchange.url, body, content_type, exchange.captured_at, digest_of(body)))
        except ParseError as error:
            raise NoContentError(url, error.cause, AGAIN) from error
        if not parsed.kind.is_content:
            raise NoContentError(url, f"the answer is no content but a page of kind {parsed.kind}", AGAIN)
        return parsed
