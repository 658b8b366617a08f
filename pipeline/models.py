"""The plain typed objects that stages hand to each other. Imports only the standard library."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class Block(StrEnum):
    """Where on a page a record appeared, best evidence first."""

    DETAIL = "detail"
    LIST = "list"
    MAP = "map"
    TEXT = "text"


class PageKind(StrEnum):
    """What a page turned out to be; only the first four are content."""

    LISTING = "listing"
    EMPTY_LISTING = "empty_listing"
    BEYOND_END = "beyond_end"
    DETAIL = "detail"
    LOGIN_WALL = "login_wall"
    MAINTENANCE = "maintenance"
    CHALLENGE = "challenge"
    ERROR_PAGE = "error_page"
    CONSENT = "consent"

    @property
    def is_content(self) -> bool:
        """Whether the page says anything about practices."""
        return self in (PageKind.LISTING, PageKind.EMPTY_LISTING, PageKind.BEYOND_END, PageKind.DETAIL)


class Severity(StrEnum):
    """How much a finding matters."""

    INFO = "info"
    WARNING = "warning"
    SEVERE = "severe"


class CrawlKind(StrEnum):
    """How pages came into raw/."""

    CRAWL = "crawl"
    IMPORT = "import"


class Verdict(StrEnum):
    """What a certificate says about a crawl's completeness."""

    COMPLETE = "complete"
    INCOMPLETE = "incomplete"
    UNKNOWN = "unknown"


def digest_of(data: bytes) -> str:
    """Return `sha256:` and the hex digest of data."""
    return f"sha256:{hashlib.sha256(data).hexdigest()}"


@dataclass(frozen=True, slots=True)
class Exchange:
    """One request and its response, as they went over the wire.

    Attributes:
        url: Address that was asked.
        status: Status code of the response.
        reason: Its reason phrase.
        request_headers, response_headers: Name and value in order.
        body: Payload with its content coding, without the transfer coding.
        captured_at: When the response was complete (UTC).
        ip_address: Of the peer, None when unknown.
        truncated: Why the body is not whole or can not be decoded, in WARC's words (length, time, disconnect,
            unspecified); such a body is only kept as evidence. None when it is whole.
    """

    url: str
    status: int
    reason: str
    request_headers: Sequence[tuple[str, str]]
    response_headers: Sequence[tuple[str, str]]
    body: bytes
    captured_at: datetime
    ip_address: str | None = None
    truncated: str | None = None

    def header(self, name: str) -> str | None:
        """Return a response header's value, None when it is absent."""
        return next((value for key, value in self.response_headers if key.lower() == name.lower()), None)


@dataclass(frozen=True, slots=True)
class Page:
    """One response or imported file, decoded from its transfer and content codings, not from its charset.

    Attributes:
        url: Address that was asked for, after redirects.
        body: Payload bytes.
        content_type: Value of the Content-Type header, `text/plain` for a text rendition.
        captured_at: When it was received (UTC).
        digest: `sha256:` and the hex digest of body.
    """

    url: str
    body: bytes
    content_type: str
    captured_at: datetime
    digest: str


@dataclass(frozen=True, slots=True)
class Capture:
    """A page inside a crawl.

    Attributes:
        crawl_id: Folder name under raw/<source>/.
        number: 1 for the first page of the crawl.
        page: What was received.
        warc_offset: Byte offset of its record in pages.warc.gz.
    """

    crawl_id: str
    number: int
    page: Page
    warc_offset: int


@dataclass(frozen=True, slots=True)
class Record:
    """One appearance of a record on a page, as printed: text is decoded and stripped of markup, nothing else.

    Attributes:
        block: Where on the page.
        position: 1 for the first record of its block on this page.
        language: BCP 47 primary tag, from the record or else the page.
        source_key: The source's own key, from the detail link; None when no link is known.
        title, summary, implementation_year, award_year, institution, country, region: Printed text, None when absent.
        topics: Printed topics in order.
        layout: Where on the page its fields stood, as `field: elements` joined by `; `; empty for a text rendition.
    """

    block: Block
    position: int
    language: str
    source_key: str | None = None
    title: str | None = None
    summary: str | None = None
    implementation_year: str | None = None
    award_year: str | None = None
    institution: str | None = None
    country: str | None = None
    region: str | None = None
    topics: tuple[str, ...] = ()
    layout: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Accounting:
    """What became of the text of all records of a page, in characters.

    Attributes:
        claimed: Taken by a field.
        unclaimed: Taken by nothing; the text stands in the findings.
        ignored: Left out, by the rule that says why.
    """

    claimed: int = 0
    unclaimed: int = 0
    ignored: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Issue:
    """Something about a page that a person should look at; becomes a row of `findings`.

    Attributes:
        severity: How much it matters.
        kind: Short snake_case name of the rule.
        message: One sentence.
        record: The record that it is about as (block, position), None for the page as a whole.
        field: Field of the record.
        raw_value: The text in question.
        suggestion: What could be done.
    """

    severity: Severity
    kind: str
    message: str
    record: tuple[Block, int] | None = None
    field: str | None = None
    raw_value: str | None = None
    suggestion: str | None = None


@dataclass(frozen=True, slots=True)
class Pager:
    """What a listing page says about its neighbours.

    Attributes:
        current: Zero-based index of this page.
        last: Zero-based index of the last page that the pager names, None when it names none.
        has_next: Whether the pager links to a following page.
    """

    current: int
    last: int | None
    has_next: bool


@dataclass(frozen=True, slots=True)
class FacetItem:
    """One value by which a listing can be narrowed.

    Attributes:
        value: As addresses carry it, behind the alias and a colon.
        label: As printed, without the count.
        count: Practices that have it, within the current selection.
        is_active: Whether the listing is narrowed to it now.
    """

    value: str
    label: str
    count: int
    is_active: bool


@dataclass(frozen=True, slots=True)
class Echo:
    """How the site says that it understood the request.

    Attributes:
        language: BCP 47 primary tag.
        page: Value of the paging parameter as sent, None without one.
        facets: Selected `alias:value` pairs.
    """

    language: str | None
    page: str | None
    facets: frozenset[str]


@dataclass(frozen=True, slots=True)
class ParsedPage:
    """Everything that parsing says about one page.

    Attributes:
        kind: What the page is.
        language: BCP 47 primary tag of the page.
        records: Records in document order.
        issues: What a person should look at.
        pager: The listing's pager, None when there is none.
        stated_total: Number of results that the page prints, None when it prints none.
        facets: Items of every facet block, by the facet's alias in addresses.
        echo: How the site understood the request, None when it does not say.
        accounting: What became of the records' text.
    """

    kind: PageKind
    language: str
    records: tuple[Record, ...] = ()
    issues: tuple[Issue, ...] = ()
    pager: Pager | None = None
    stated_total: int | None = None
    facets: Mapping[str, tuple[FacetItem, ...]] = field(default_factory=dict)
    echo: Echo | None = None
    accounting: Accounting = field(default_factory=Accounting)


@dataclass(frozen=True, slots=True)
class Oracle:
    """One independent question about a crawl's completeness, and its answer.

    Attributes:
        name: What was asked, snake_case.
        verdict: What this oracle alone concludes.
        expected, observed: The two sides, as text.
    """

    name: str
    verdict: Verdict
    expected: str
    observed: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """The verdict on a crawl's completeness, with its evidence: one broken oracle makes it incomplete."""

    verdict: Verdict
    oracles: tuple[Oracle, ...] = field(default=())
