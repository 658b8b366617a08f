"""A practice as one language of the site prints it: every word that a layout may show."""

from dataclasses import dataclass

from pipeline.twin.content import TwinPractice
from pipeline.twin.vocabulary import vocabulary
from pipeline.twin.wording import further_paragraph

# A point in the middle of each region; markers are scattered around it by key, since the vocabulary has no coordinates.
REGION_POINTS = {"africa": (2, 20), "americas": (0, -75), "asia-pacific": (22, 100), "europe": (50, 15)}


@dataclass(frozen=True, slots=True)
class Record:
    """A practice in print.

    Attributes:
        key: Node number.
        language: Language of every text here: English where the practice has no translation.
        path: Path of its detail page in that language.
        title: Title.
        implementation_year, award_year: As printed; None hides value and label.
        institution, country, region, topics: Names in the record's language.
        paragraphs: Summary of the listing.
        further: Paragraph that only the detail page shows.
        latitude, longitude: Where its marker stands on the map.
    """

    key: int
    language: str
    path: str
    title: str
    implementation_year: int | None
    award_year: int | None
    institution: str
    country: str
    region: str
    topics: tuple[str, ...]
    paragraphs: tuple[str, ...]
    further: str
    latitude: float
    longitude: float


def record(practice: TwinPractice, language: str, prefixes: dict[str, str]) -> Record:
    """Return the practice in a language, or in English when it has no such translation, as Drupal falls back.

    Args:
        practice: What to print.
        language: Language that the page was asked in.
        prefixes: Path prefix by language.
    """
    shown = language if language in practice.titles else "en"
    terms = vocabulary()
    latitude, longitude = REGION_POINTS[practice.region]
    return Record(
        key=practice.key,
        language=shown,
        path=f"{prefixes[shown]}/gp/{practice.key}",
        title=practice.titles[shown],
        implementation_year=practice.implementation_year,
        award_year=practice.award_year,
        institution=terms.institutions[practice.institution_id].names[shown],
        country=terms.countries[practice.country_code].names[shown],
        region=terms.regions[practice.region].names[shown],
        topics=tuple(terms.topics[topic].names[shown] for topic in practice.topic_ids),
        paragraphs=practice.summaries[shown],
        further=further_paragraph(practice.key, shown),
        latitude=latitude + practice.key % 101 / 10,
        longitude=longitude + practice.key % 211 / 10,
    )
