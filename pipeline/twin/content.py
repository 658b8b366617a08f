"""The made-up practices of real institutions that the twin shows."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import islice
from math import gcd
from random import Random

from pipeline.twin.vocabulary import Term, vocabulary
from pipeline.twin.wording import OTHER_SLOTS, SHAPES, combinations, compose, grammar, opening_picks

FIRST_KEY = 200_000
# Award years seen on the real listing: each region has its own cycle.
AWARD_YEARS = {
    "africa": (2014, 2017, 2020, 2023),
    "americas": (2015, 2017, 2020, 2023),
    "asia-pacific": (2015, 2018, 2021),
    "europe": (2016, 2022, 2024),
}
# Years between implementation and award, the likely ones more often; 0 to 8 were seen.
GAPS = (0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 4, 4, 5, 6, 7, 8)
# The other languages of a practice that has any.
TRANSLATIONS = (
    ("fr", "es", "de"),
    ("fr", "es", "de"),
    ("fr", "es", "de"),
    ("fr", "es"),
    ("fr", "de"),
    ("es", "de"),
    ("fr",),
    ("es",),
    ("de",),
)
TRANSLATED, WITHOUT_TOPIC, WITHOUT_AWARD_YEAR = 0.6, 0.06, 0.02
MOST_TOPICS = 6


@dataclass(frozen=True, slots=True)
class TwinPractice:
    """One practice of the twin.

    Attributes:
        key: Node number, unique.
        implementation_year, award_year: None when the site prints none.
        institution_id, country_code, region: Entries of the vocabularies.
        topic_ids: Topics in printed order, possibly none.
        titles: Title by language, English always.
        summaries: Paragraphs of the summary by language, the languages of titles.
    """

    key: int
    implementation_year: int | None
    award_year: int | None
    institution_id: str
    country_code: str
    region: str
    topic_ids: tuple[str, ...]
    titles: dict[str, str]
    summaries: dict[str, tuple[str, ...]]


def generate(count: int, seed: int = 1) -> list[TwinPractice]:
    """Return made-up practices: the same for the same seed, and a longer list begins with the shorter one.

    The first practices go once through all institutions and once through all topics, so that 300 show them all.
    """
    return list(islice(_practices(seed), count))


def _practices(seed: int) -> Iterator[TwinPractice]:
    """Yield practices without end. Every draw follows from the seed and the draws before it, never from the count."""
    rng = Random(seed)
    terms = vocabulary()
    institutions = list(terms.institutions.values())
    rng.shuffle(institutions)
    topics = list(terms.topics.values())
    total = combinations()
    stride = _stride(total)
    combination, key = rng.randrange(total), FIRST_KEY
    for number in range(2**31):
        if number < len(institutions):
            institution = institutions[number]
        else:  # A few institutions submit many practices, most submit few.
            institution = institutions[int(len(institutions) * rng.random() ** 2)]
        must_have = topics[number] if number < len(topics) else None
        yield _practice(rng, key, institution, must_have, combination)
        key += rng.randrange(1, 8)
        combination = (combination + stride) % total


def _practice(rng: Random, key: int, institution: Term, must_have: Term | None, combination: int) -> TwinPractice:
    region = vocabulary().countries[institution.group].group
    is_old = must_have is not None and must_have.is_retired
    cycle = AWARD_YEARS[region]
    award_year = cycle[0] if is_old else rng.choice(cycle)
    implementation_year = award_year - rng.choice(GAPS)
    picks = opening_picks(combination) | {slot: rng.randrange(len(grammar()[slot])) for slot in OTHER_SLOTS}
    picks["shape"] = rng.randrange(len(SHAPES))
    quantity = rng.randrange(5, 50)
    languages = ("en", *rng.choice(TRANSLATIONS)) if rng.random() < TRANSLATED else ("en",)
    texts = {
        language: compose(picks, language, institution.acronym, implementation_year, quantity) for language in languages
    }
    return TwinPractice(
        key=key,
        implementation_year=implementation_year,
        award_year=None if rng.random() < WITHOUT_AWARD_YEAR else award_year,
        institution_id=institution.key,
        country_code=institution.group,
        region=region,
        topic_ids=_topics(rng, must_have),
        titles={language: title for language, (title, _) in texts.items()},
        summaries={language: paragraphs for language, (_, paragraphs) in texts.items()},
    )


def _topics(rng: Random, must_have: Term | None) -> tuple[str, ...]:
    if must_have is None and rng.random() < WITHOUT_TOPIC:
        return ()
    current, position = _current_topics()
    chosen = set(rng.sample(current, rng.randint(1, MOST_TOPICS)))
    if must_have is not None:
        chosen.add(must_have.key)
    return tuple(sorted(chosen, key=position.__getitem__))


@cache
def _current_topics() -> tuple[list[str], dict[str, int]]:
    """Return the topics that the site still uses, and the place of every topic in a record."""
    topics = vocabulary().topics.values()
    return [topic.key for topic in topics if not topic.is_retired], {topic.key: at for at, topic in enumerate(topics)}


def _stride(total: int) -> int:
    """Return a step that visits every combination once before it repeats, far apart from one practice to the next."""
    stride = int(total * 0.618)
    while gcd(stride, total) != 1:
        stride += 1
    return stride
