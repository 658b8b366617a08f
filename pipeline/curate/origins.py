"""Where every column of every table comes from: the printed fields that go into it, and the rule in one sentence."""

from dataclasses import dataclass

from pipeline.curate.causes import PRINTED, RAW_FIELDS


@dataclass(frozen=True, slots=True)
class Origin:
    """How a column comes about.

    Attributes:
        printed: Printed fields that it depends on.
        rule: One sentence.
    """

    printed: tuple[str, ...]
    rule: str


_BEST = "The best sighting that prints it: preferred language, then detail, list, map, text, then the newest"
_COUNTED = "Counted over the practices of this release."
_ENTRY = "As the reviewed vocabulary has it, for an entry that a practice of this release uses."
_RULES: dict[str, dict[str, str]] = {
    "practices": {
        "practice_id": "Name of the source, and key; see merges for the rule that gave it to each sighting.",
        "source": "Name of the source file under which the pages were crawled.",
        "source_key": "Key in the detail link; without link, a hash over the printed record.",
        "url": "The source file's detail address with language and key filled in; without link, the page's address.",
        "title": f"{_BEST}; only in the language of the row.",
        "summary": f"{_BEST}; only in the language of the row.",
        "language": "The first language of the source file in which the practice was seen.",
        "implementation_year": f"{_BEST}; the year that is written there.",
        "award_year": f"{_BEST}; the year that is written there.",
        "institution_id": f"{_BEST}; the printed name is an exact name of this entry in the country.",
        "institution_name": "Registered name of institution_id, or else the name as printed by the best sighting.",
        "country_code": f"{_BEST}; the printed name is an exact name of this country.",
        "country_name": "Registered name of country_code, or else the name as printed by the best sighting.",
        "region": f"{_BEST}; the printed name is an exact name of this region.",
        "topic_ids": f"{_BEST}; each printed topic that is an exact name of an entry, once.",
        "topic_labels": "English labels of topic_ids, then printed topics that no vocabulary knows.",
        "edition_languages": "Languages of all sightings.",
        "sighting_count": "Number of sightings in all crawls and imports.",
        "first_seen_at": "Time of the oldest sighting of a crawl; of an import, when no crawl has seen it.",
        "last_seen_at": "Time of the newest sighting of a crawl; of an import, when no crawl has seen it.",
        "state": "Complete crawls since it was seen: none, present; one or two, missing; three, 404 or 410, removed.",
    },
    "editions": {
        "practice_id": "Practice of the sightings in this language.",
        "language": "Language of the sightings.",
        "url": "The source file's detail address with language and key filled in; without link, the page's address.",
        **dict.fromkeys(
            ("title", "summary", "institution_label", "country_label", "region_label", "topic_labels"),
            f"{_BEST}, as printed.",
        ),
    },
    "institutions": {
        **dict.fromkeys(("institution_id", "name", "country_code", "acronyms", "aliases", "is_registered"), _ENTRY),
        "practice_count": _COUNTED,
    },
    "topics": {
        **dict.fromkeys(("topic_id", "label_en", "label_fr", "label_es", "label_de"), _ENTRY),
        **dict.fromkeys(("parent_topic_id", "source_term_id", "is_retired"), _ENTRY),
        "practice_count": _COUNTED,
    },
    "practice_topics": {
        "practice_id": "Practice of the sighting that prints topics.",
        "topic_id": "The printed topic is an exact name of this entry.",
        "position": "Place among the known topics of the practice.",
        "label": "The topic as printed.",
    },
    "countries": {
        **dict.fromkeys(("country_code", "alpha_2", "name", "region"), _ENTRY),
        "practice_count": _COUNTED,
    },
    "sightings": {
        "sighting_id": "Crawl, number of the capture in it, block, and position in the block.",
        "practice_id": "See merges for the rule.",
        "crawl_id": "Folder of the crawl.",
        "page_url": "Address of the capture.",
        "page_digest": "SHA-256 of the page's bytes, without content coding.",
        "captured_at": "Time of the capture.",
        "language": "Language that the record declares, or else the page.",
        "block": "Where on the page the row stands.",
        "position": "Count of rows of its block.",
        **dict.fromkeys((name for name in RAW_FIELDS if name != "language"), "As printed on the page."),
        "raw_digest": "SHA-256 over the fields from source_key to topics.",
    },
    "merges": {
        "practice_id": "Practice that the sighting was given to.",
        "sighting_id": "The sighting.",
        "rule": "Rule that told the identity of the sighting.",
        "evidence": "What the rule saw.",
    },
    "findings": dict.fromkeys(
        (
            "finding_id",
            "severity",
            "kind",
            "practice_id",
            "crawl_id",
            "page_url",
            "field",
            "raw_value",
            "suggestion",
            "message",
        ),
        "The rule named in kind found it.",
    ),
    "rejects": dict.fromkeys(
        ("sighting_id", "rule", "message"), "The rule named in rule refused what the sighting prints."
    ),
    "changes": {
        **dict.fromkeys(
            ("practice_id", "field", "kind", "old_value", "new_value"),
            "Compared with the release before, cell by cell.",
        ),
        "cause": "The crawls of the release before were built again as of today, and the layers compared.",
        "previous_release_id": "The release that curated/latest pointed to when this one was built.",
    },
}
_NAMES = {"institutions": ("institution", "country"), "topics": ("topics",), "countries": ("country",)}


def origin(table: str, column: str) -> Origin:
    """Return how a column comes about."""
    if table in _NAMES:
        printed: tuple[str, ...] = _NAMES[table]
    elif table == "practice_topics":
        printed = ("topics",)
    elif table == "sightings":
        printed = (column,) if column in RAW_FIELDS and column != "language" else ()
    else:
        printed = tuple(name for name in PRINTED.get(column, ()) if name not in ("language", "source_key"))
    return Origin(printed, _RULES[table][column])
