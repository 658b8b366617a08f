"""The tables of a release: columns, types, keys and rules. Reading a class tells you the table.

A column that may be null says so; why a value is null stands in `findings`.
"""

from dataclasses import dataclass
from datetime import UTC

import dataframely as dy
import polars as pl

REGIONS = ("africa", "americas", "asia-pacific", "europe")
BLOCKS = ("detail", "list", "map", "text")
SEVERITIES = ("info", "warning", "severe")
CHANGE_KINDS = ("added", "changed", "missing", "removed", "returned")
CAUSES = ("source", "parser", "vocabulary", "decision")
STATES = ("present", "missing", "removed")


def _one_of(values: tuple[str, ...]) -> str:
    return f"^({'|'.join(values)})$"


def _key(description: str) -> dy.String:
    return dy.String(primary_key=True, min_length=1, description=description)


def _text(description: str, *, nullable: bool = False, regex: str | None = None) -> dy.String:
    return dy.String(nullable=nullable, regex=regex, description=description)


def _texts(description: str) -> dy.List:
    return dy.List(dy.String(), description=description)


def _time(description: str) -> dy.Datetime:
    return dy.Datetime(time_zone=UTC, time_unit="us", description=description)


def _year(description: str) -> dy.Int32:
    return dy.Int32(nullable=True, min=1000, max=9999, description=description)


def _count(description: str) -> dy.UInt32:
    return dy.UInt32(description=description)


class Practices(dy.Schema):
    """One row per practice: what all its sightings agree on."""

    practice_id = _key("Stable id: the source's name and its own key, or a hash of the record where no link is known.")
    source = _text("Name of the source file that describes the site.")
    source_key = _text("The source's own key, from the detail link; for a practice without link, the hash in its id.")
    url = _text("Address of the practice; for a practice without link, of the page that lists it.")
    title = _text("Title in the language of the row; null when no page printed one.", nullable=True)
    summary = _text("Summary in the language of the row, paragraphs separated by a blank line.", nullable=True)
    language = _text("BCP 47 primary tag of title and summary.", regex="^[a-z]{2}$")
    implementation_year = _year("Year in which the practice was implemented.")
    award_year = _year("Year of the award competition it was entered for.")
    institution_id = _text(
        "Entry of `institutions`; null when no name is printed, or a person rejected it.", nullable=True
    )
    institution_name = _text("Registered name, or else the name as printed.", nullable=True)
    country_code = _text("ISO 3166-1 alpha-3.", nullable=True, regex="^[A-Z]{3}$")
    country_name = _text("English name as the ISSA prints it, or else the name as printed.", nullable=True)
    region = _text("ISSA region as printed by the source.", nullable=True, regex=_one_of(REGIONS))
    topic_ids = _texts("Entries of `topics`, in printed order, each once.")
    topic_labels = _texts("English labels of topic_ids, then printed topics that no vocabulary knows.")
    edition_languages = _texts("Languages in which the practice was seen, sorted.")
    sighting_count = _count("How often the practice was seen, in all crawls.")
    first_seen_at = _time("Time of the first capture that shows it.")
    last_seen_at = _time("Time of the last capture that shows it.")
    state = _text("present, missing or removed.", regex=_one_of(STATES))


class Editions(dy.Schema):
    """One row per practice and language."""

    practice_id = _key("Entry of `practices`.")
    language = dy.String(primary_key=True, regex="^[a-z]{2}$", description="BCP 47 primary tag.")
    url = _text("Address of the practice in this language.")
    title = _text("Title in this language.", nullable=True)
    summary = _text("Summary in this language, paragraphs separated by a blank line.", nullable=True)
    institution_label = _text("Institution as printed.", nullable=True)
    country_label = _text("Country as printed.", nullable=True)
    region_label = _text("Region as printed.", nullable=True)
    topic_labels = _texts("Topics as printed, in printed order.")


class Institutions(dy.Schema):
    """Institutions that have a practice in this release."""

    institution_id = _key("Stable slug.")
    name = _text("Registered name.")
    country_code = _text("ISO 3166-1 alpha-3.", nullable=True, regex="^[A-Z]{3}$")
    acronyms = _texts("Acronyms in use, sorted.")
    aliases = _texts("Other names in any language, sorted.")
    practice_count = _count("Practices of this release.")
    is_registered = dy.Bool(description="Whether it is an entry of the reviewed vocabulary.")


class Topics(dy.Schema):
    """Topics that practices of this release carry, and the parents of those."""

    topic_id = _key("Stable slug.")
    label_en = _text("English label as the source prints it.")
    label_fr = _text("French label.", nullable=True)
    label_es = _text("Spanish label.", nullable=True)
    label_de = _text("German label.", nullable=True)
    parent_topic_id = _text("Broader topic, where known.", nullable=True)
    source_term_id = _text("The site's own number in facet addresses, where known.", nullable=True)
    is_retired = dy.Bool(description="Whether the site no longer uses it.")
    practice_count = _count("Practices of this release.")


class PracticeTopics(dy.Schema):
    """One row per practice and topic."""

    practice_id = _key("Entry of `practices`.")
    topic_id = _key("Entry of `topics`.")
    position = dy.UInt32(min=1, description="1 for the first known topic that is printed.")
    label = _text("Topic as printed.")


class Countries(dy.Schema):
    """Countries that have a practice in this release."""

    country_code = dy.String(primary_key=True, regex="^[A-Z]{3}$", description="ISO 3166-1 alpha-3.")
    alpha_2 = _text("ISO 3166-1 alpha-2.", regex="^[A-Z]{2}$")
    name = _text("English name as the ISSA prints it.")
    region = _text("ISSA region.", nullable=True, regex=_one_of(REGIONS))
    practice_count = _count("Practices of this release.")


class Sightings(dy.Schema):
    """One row per appearance of a record on a page, as printed."""

    sighting_id = _key("Crawl, capture, block and position.")
    practice_id = _text("Entry of `practices`.")
    crawl_id = _text("Folder under raw/<source>/.")
    page_url = _text("Address of the page.")
    page_digest = _text("Digest of the page's payload.", regex="^sha256:[0-9a-f]{64}$")
    captured_at = _time("When the page was received.")
    language = _text("BCP 47 primary tag of the record.", regex="^[a-z]{2}$")
    block = _text("Where on the page: detail, list, map or text.", regex=_one_of(BLOCKS))
    position = dy.UInt32(min=1, description="1 for the first record of its block on the page.")
    source_key = _text("The source's own key, from the detail link.", nullable=True)
    title = _text("As printed.", nullable=True)
    summary = _text("As printed, paragraphs separated by a blank line.", nullable=True)
    implementation_year = _text("As printed.", nullable=True)
    award_year = _text("As printed.", nullable=True)
    institution = _text("As printed.", nullable=True)
    country = _text("As printed.", nullable=True)
    region = _text("As printed.", nullable=True)
    topics = _texts("As printed, in order.")
    raw_digest = _text("Digest of the fields from source_key to topics.", regex="^sha256:[0-9a-f]{64}$")


class Merges(dy.Schema):
    """Why a sighting belongs to a practice."""

    practice_id = _key("Entry of `practices`.")
    sighting_id = _key("Entry of `sightings`.")
    rule = _text("Name of the rule that joined them.")
    evidence = _text("What the rule saw.")


class Findings(dy.Schema):
    """What a person should look at."""

    finding_id = _key("Digest of the finding's content.")
    severity = _text("info, warning or severe.", regex=_one_of(SEVERITIES))
    kind = _text("Name of the rule that found it.")
    practice_id = _text("Practice that it is about.", nullable=True)
    crawl_id = _text("Crawl that it is about.", nullable=True)
    page_url = _text("Page that it is about.", nullable=True)
    field = _text("Column that it is about.", nullable=True)
    raw_value = _text("Text in question, as printed.", nullable=True)
    suggestion = _text("What could be done.", nullable=True)
    message = _text("One sentence.")


class Rejects(dy.Schema):
    """Sightings that broke a rule and are in no practice."""

    sighting_id = _key("Crawl, capture, block and position.")
    rule = _text("Name of the broken rule.")
    message = _text("What was wrong, and the page it stands on.")


class Changes(dy.Schema):
    """What differs from the release before."""

    practice_id = _key("Entry of `practices`, of this release or the one before.")
    field = _key("Column that differs; `*` for the whole row.")
    kind = _text("added, changed, missing, removed or returned.", regex=_one_of(CHANGE_KINDS))
    old_value = _text("Value in the release before, as JSON.", nullable=True)
    new_value = _text("Value in this release, as JSON.", nullable=True)
    cause = _text("source, parser, vocabulary or decision.", regex=_one_of(CAUSES))
    previous_release_id = _text("The release before.")


TABLES: dict[str, type[dy.Schema]] = {
    "practices": Practices,
    "editions": Editions,
    "institutions": Institutions,
    "topics": Topics,
    "practice_topics": PracticeTopics,
    "countries": Countries,
    "sightings": Sightings,
    "merges": Merges,
    "findings": Findings,
    "rejects": Rejects,
    "changes": Changes,
}


USAGE: dict[str, tuple[str, ...]] = {
    "practices": (
        "Summaries are the listing's teasers, not the practice's full text; never treat their length as effort.",
        "A null says that no page printed the value, or that no vocabulary knows it; `findings` says which.",
        "Count institutions by institution_id, not by name: one name can belong to institutions of several countries.",
        "region is the ISSA's own region, not a continent; it also is the region of the award competition.",
        "Competitions take turns by region, so counts by award_year of one region have gaps of two to four years.",
        "A practice without link has an id made of its text; it gets another one when its page shows the link.",
    ),
    "editions": ("Editions of a practice are translations; adding up editions counts practices more than once.",),
    "practice_topics": ("A practice has several topics; counts by topic add up to more than the practices.",),
    "sightings": ("Values are as printed, in the page's language; use the other tables for counting.",),
    "changes": ("Differences are to one earlier release; their cause says whether the site or this pipeline changed.",),
}
"""What to know before counting, by table; it stands in the data dictionary of every release."""


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """A column whose values, nulls aside, must be keys of another table."""

    table: str
    column: str
    target: str


FOREIGN_KEYS = (
    ForeignKey("practices", "institution_id", "institutions"),
    ForeignKey("practices", "country_code", "countries"),
    ForeignKey("editions", "practice_id", "practices"),
    ForeignKey("topics", "parent_topic_id", "topics"),
    ForeignKey("practice_topics", "practice_id", "practices"),
    ForeignKey("practice_topics", "topic_id", "topics"),
    ForeignKey("sightings", "practice_id", "practices"),
    ForeignKey("merges", "practice_id", "practices"),
    ForeignKey("merges", "sighting_id", "sightings"),
    ForeignKey("findings", "practice_id", "practices"),
)


@dataclass(frozen=True, slots=True, eq=False)
class VocabularyTables:
    """The controlled vocabularies, one frame each, with the columns of pipeline/vocab/*.csv; several values are lists.

    Attributes:
        countries: One row per ISO 3166-1 country.
        regions: The four ISSA regions.
        topics: Topics that the listing prints or printed.
        institutions: Registered institutions.
    """

    countries: pl.DataFrame
    regions: pl.DataFrame
    topics: pl.DataFrame
    institutions: pl.DataFrame


def description(table: str, column: str) -> str:
    """Return what a column means, one sentence."""
    return TABLES[table].columns()[column].description or ""


def empty(table: str) -> pl.DataFrame:
    """Return the table without rows."""
    return TABLES[table].create_empty()
