import os
import subprocess
import sys
from difflib import SequenceMatcher
from itertools import combinations

import pytest

from pipeline.twin.content import AWARD_YEARS, TwinPractice, generate
from pipeline.twin.vocabulary import vocabulary


@pytest.fixture(scope="module")
def practices() -> list[TwinPractice]:
    return generate(300)


def test_three_hundred_practices_show_every_corner_of_the_vocabularies(practices: list[TwinPractice]) -> None:
    """300 practices: many institutions and countries, all regions, all topics."""
    assert len(practices) == len({practice.key for practice in practices}) == 300
    assert len({practice.institution_id for practice in practices}) >= 80
    assert len({practice.country_code for practice in practices}) >= 50
    assert {practice.region for practice in practices} == set(vocabulary().regions)
    assert {topic for practice in practices for topic in practice.topic_ids} == set(vocabulary().topics)


def test_a_longer_list_begins_with_the_shorter_one(practices: list[TwinPractice]) -> None:
    """Practice i does not depend on how many are asked for."""
    assert generate(700)[:300] == practices


def test_another_seed_gives_other_practices(practices: list[TwinPractice]) -> None:
    """The seed decides."""
    assert generate(300, seed=2) != practices


def test_the_hash_seed_changes_nothing() -> None:
    """Two processes with different PYTHONHASHSEED print the same practices."""
    code = "from pipeline.twin.content import generate; print(ascii(generate(120)))"
    outputs = [
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    ]
    assert outputs[0] == outputs[1]
    assert outputs[0].decode().strip() == ascii(generate(120))


def test_award_years_follow_the_cycle_of_the_region(practices: list[TwinPractice]) -> None:
    """An award year is one of the region's competitions, 0 to 8 years after implementation."""
    for practice in practices:
        if practice.award_year is not None:
            assert practice.award_year in AWARD_YEARS[practice.region]
            assert practice.implementation_year is not None
            assert 0 <= practice.award_year - practice.implementation_year <= 8


def test_region_and_country_are_those_of_the_institution(practices: list[TwinPractice]) -> None:
    """Nothing contradicts the vocabularies."""
    terms = vocabulary()
    for practice in practices:
        assert terms.institutions[practice.institution_id].group == practice.country_code
        assert terms.countries[practice.country_code].group == practice.region


def test_topics_stand_in_printed_order(practices: list[TwinPractice]) -> None:
    """Each topic once, in the order of the vocabulary's positions."""
    order = list(vocabulary().topics)
    for practice in practices:
        assert list(practice.topic_ids) == sorted(set(practice.topic_ids), key=order.index)


def test_some_practices_lack_topics_or_translations() -> None:
    """About 6 % have no topic, about 60 % another language, and English is always there."""
    many = generate(3000)
    assert 0.04 < sum(not practice.topic_ids for practice in many) / 3000 < 0.08
    assert 0.55 < sum(len(practice.titles) > 1 for practice in many) / 3000 < 0.65
    assert {len(practice.titles) for practice in many} == {1, 2, 3, 4}
    assert all("en" in practice.titles and practice.titles.keys() == practice.summaries.keys() for practice in many)


def test_summaries_look_like_those_of_the_real_site() -> None:
    """115 to 590 characters, one or two paragraphs, typographic signs, some with a colon at the end."""
    summaries = [paragraphs for practice in generate(3000) for paragraphs in practice.summaries.values()]
    texts = ["\n\n".join(paragraphs) for paragraphs in summaries]
    assert all(115 <= len(text) <= 590 for text in texts)
    assert {len(paragraphs) for paragraphs in summaries} == {1, 2}
    assert any(text.endswith(":") for text in texts)
    for sign in "“”’–\u2011":
        assert any(sign in text for text in texts), f"no summary has {sign!r}"
    assert not any("{" in text or "'" in text or '"' in text for text in texts)


def test_two_practices_of_one_institution_begin_differently() -> None:
    """The first 150 characters tell the practices of an institution apart."""
    by_institution: dict[str, list[str]] = {}
    for practice in generate(1000):
        start = practice.summaries["en"][0][:150]
        by_institution.setdefault(practice.institution_id, []).append(start)
    for starts in by_institution.values():
        for one, other in combinations(starts, 2):
            matcher = SequenceMatcher(None, one, other, autojunk=False)
            # The quick ratios are upper bounds of the true one, which takes long.
            assert min(matcher.real_quick_ratio(), matcher.quick_ratio()) < 0.95 or matcher.ratio() < 0.95


def test_no_two_of_a_hundred_thousand_summaries_begin_alike(hundred_thousand: list[TwinPractice]) -> None:
    """Every practice has a first sentence of its own."""
    assert len({practice.summaries["en"][0] for practice in hundred_thousand}) == 100_000
    assert len({practice.key for practice in hundred_thousand}) == 100_000
