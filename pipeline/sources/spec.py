"""The schema of a source file. Every field is documented here; unknown keys are refused."""

import re
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

LANGUAGE = r"^[a-z]{2}$"
Region = Literal["africa", "americas", "asia-pacific", "europe"]


def _is_pattern(text: str) -> str:
    try:
        groups = re.compile(text).groupindex
    except re.error as error:
        raise ValueError(f"this is no regular expression: {error}") from error
    if "key" not in groups:
        raise ValueError("a detail pattern needs a named group (?P<key>...)")
    return text


Pattern = Annotated[str, AfterValidator(_is_pattern)]


class Part(BaseModel):
    """Common to all tables of a source file: frozen, nothing unknown."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Rights(Part):
    """Who owns the content, and what may be done with it."""

    publisher: str
    """Name of the institution that publishes the listing."""
    terms_url: str
    """Where its terms of use stand."""
    note: str
    """What the terms say about reuse, in our words."""


class Site(Part):
    """Where the listing is: every host and path here shows the same listing."""

    listing_url: str
    """Canonical address of the unfiltered listing; the crawl starts here."""
    hosts: tuple[str, ...] = Field(min_length=1)
    """Hosts that serve this site, the canonical one first. No other host is ever asked."""
    listing_paths: tuple[str, ...] = Field(min_length=1)
    """Paths, without language prefix, under which the same listing stands."""
    detail_url: str
    """Canonical address of a practice, with {prefix} (of the language) and {key}."""
    detail_patterns: tuple[Pattern, ...] = Field(min_length=1)
    """Regular expressions for the path of a detail link, without language prefix; group `key` is the source's own
    key."""


class Language(Part):
    """One language of the site."""

    prefix: str = Field(pattern=r"^(/[a-z-]+)?$")
    """Path prefix, empty for the default language."""
    implementation_year: tuple[str, ...]
    """Printed labels of the implementation year, without colon; case does not matter."""
    award_year: tuple[str, ...]
    """Printed labels of the award year."""
    topics: tuple[str, ...]
    """Printed labels of the topic list."""
    institution: tuple[str, ...] = ()
    """Printed labels of the institution, where a layout has one."""
    country: tuple[str, ...] = ()
    """Printed labels of the country."""
    region: tuple[str, ...] = ()
    """Printed labels of the region."""
    ignored: tuple[str, ...] = ()
    """Printed labels whose value is left in raw/: personal data such as an e-mail address, or what is of no use."""
    is_guess: bool = False
    """True when the labels were never seen in print."""


class Paging(Part):
    """How the listing is cut into pages."""

    parameter: str = "page"
    """Query parameter; the first page is 0 and is asked without it."""
    page_size: int = Field(gt=0)
    """Records of the list block on every page but the last."""
    map_size: int = Field(ge=0)
    """Most records that the map block repeats; 0 when there is no map."""
    max_pages: int = Field(gt=0)
    """A crawl that meets more pages than this stops: the pager is endless."""


class Facets(Part):
    """Query names of the facets: `f[0]=<alias>:<value>`."""

    implementation_year: str
    """Alias of the implementation year facet."""
    award_year: str
    """Alias of the award year facet."""
    country: str
    """Alias of the country facet."""
    region: str
    """Alias of the award region facet."""
    topic: str
    """Alias of the topic facet."""


class Pace(Part):
    """How gently the site is asked."""

    delay_seconds: float = Field(ge=0)
    """Least time between the starts of two requests."""
    timeout_seconds: float = Field(gt=0)
    """Most time for one request, from connecting to the last byte."""
    max_body_bytes: int = Field(gt=0)
    """Larger pages are refused, before and after decompression."""
    attempts: int = Field(gt=0)
    """How often one page is asked for before the crawl gives up."""
    max_requests: int = Field(default=5_000, gt=0)
    """Most requests of one crawl."""
    max_total_bytes: int = Field(default=2_000_000_000, gt=0)
    """Most bytes that one crawl receives."""
    max_seconds: float = Field(default=14_400, gt=0)
    """Longest time of one crawl; what it has by then is kept, and the next one goes on from there."""


Fillable = Literal[
    "title",
    "summary",
    "implementation_year",
    "award_year",
    "institution_id",
    "institution_name",
    "country_code",
    "country_name",
    "region",
    "topic_ids",
]
"""Columns of `practices` that may be null or empty."""


class Expect(Part):
    """What a healthy crawl yields."""

    min_practices: int = Field(ge=0)
    """Fewer practices than this block a release of a crawl."""
    max_practices: int = Field(gt=0)
    """More practices than this block a release of a crawl."""
    min_fill: dict[Fillable, Annotated[float, Field(ge=0, le=1)]] = {}
    """By column of `practices`, the least share of practices with a value; less blocks a release of a crawl."""


class Source(Part):
    """One listing site, as its TOML file describes it."""

    name: str = Field(pattern=r"^[a-z][a-z0-9-]*$")
    """Short name: folder under raw/, first part of every practice_id."""
    title: str
    """Name of the listing as people call it."""
    is_synthetic: bool = False
    """True for made-up data, which is never published together with real data."""
    twin_practices: int | None = Field(default=None, gt=0)
    """For the twin: every crawl serves it on loopback with so many practices, and asks it instead of the hosts."""
    needs_contact: bool = True
    """Whether PRACTICES_CONTACT must be set before the first request."""
    rights: Rights
    site: Site
    languages: dict[Annotated[str, Field(pattern=LANGUAGE)], Language] = Field(min_length=1)
    """By BCP 47 primary tag, the preferred one first: a practice is shown in the first language it has."""
    paging: Paging
    facets: Facets
    pace: Pace
    expect: Expect
    award_years: dict[Region, tuple[Annotated[int, Field(ge=1000, le=9999)], ...]] = Field(default_factory=dict)
    """Years of the award by region of the ISSA, as far as known: another year is a finding. A region that is left out
    is not checked."""
    ignore_texts: tuple[str, ...] = ()
    """Furniture of the page that is no part of any record, as printed."""

    @model_validator(mode="after")
    def _addresses_agree(self) -> "Source":
        host = urlsplit(self.site.listing_url).hostname
        if host != self.site.hosts[0]:
            raise ValueError(f"site.listing_url is on {host!r}, but the first of site.hosts is {self.site.hosts[0]!r}")
        return self
