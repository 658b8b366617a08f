"""What persons decided: read strictly, kept sorted."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.errors import VocabularyError
from pipeline.normalize.decisions import COLUMNS, Decision, read_decisions, write_decisions

HEADER = ",".join(COLUMNS)
GOOD = "institution,Fund of Atlantis,KOR,alias,kor-nps,its old name,2026-11-23"
SAME = "identity,issa-2,,same,issa-1,moved,2026-11-23"


def read(*lines: str) -> tuple[Decision, ...]:
    return read_decisions("\n".join((HEADER, *lines, "")), "vocab/decisions.csv")


def test_a_line_is_a_decision() -> None:
    """Every column is kept, and the line is known."""
    (found,) = read(GOOD)
    assert found == Decision("institution", "Fund of Atlantis", "KOR", "alias", "kor-nps", "its old name", "2026-11-23")
    assert found.row == 2


def test_a_decision_is_keyed_by_what_spellings_share() -> None:
    """A layout that prints capitals, other quotes or blanks does not lose it."""
    assert read(GOOD)[0].key == read(GOOD.replace("Fund of Atlantis", "FUND  OF ATLANTIS"))[0].key


@pytest.mark.parametrize(
    ("line", "cause"),
    [
        (GOOD.replace("institution", "person"), "kind is 'person'"),
        (GOOD.replace("alias", "perhaps"), "'perhaps', not one of accept, alias, reject"),
        (GOOD.replace("kor-nps", ""), "alias needs a target_id"),
        (GOOD.replace("alias", "reject"), "a rejected name has no target_id"),
        (GOOD.replace("its old name", ""), "reason is empty"),
        (GOOD.replace("2026-11-23", "23.11.2026"), "no date like"),
        (GOOD.replace("2026-11-23", "20261123"), "no date like"),
        (GOOD.replace("Fund of Atlantis", " "), "printed is empty"),
        (GOOD.replace("KOR,alias", ",accept"), "country_code is empty"),
        ("country,Atlantis,,accept,ATL,found,2026-11-23", "'accept', not one of alias, reject"),
        ("topic,Telepathy,KOR,reject,,no topic,2026-11-23", "only an institution has a country_code"),
        (SAME.replace("issa-2", "issa-1"), "compared with itself"),
        (f"{GOOD},more", "there are 8 cells, not 7"),
    ],
)
def test_a_wrong_line_is_named(line: str, cause: str) -> None:
    """File, line, cause, and what to do."""
    with pytest.raises(VocabularyError) as caught:
        read("country,Korea,,alias,KOR,usual,2026-11-23", line)
    assert caught.value.place == "vocab/decisions.csv, line 3"
    assert cause in caught.value.cause
    assert caught.value.next_command


@pytest.mark.parametrize("text", ["", "kind,printed\n", f'{HEADER}\n"open', "\ufeff" + HEADER])
def test_a_file_that_is_none_is_named(text: str) -> None:
    """Without the header, or no CSV at all."""
    with pytest.raises(VocabularyError, match=r"vocab/decisions.csv"):
        read_decisions(text, "vocab/decisions.csv")


@pytest.mark.parametrize(
    ("lines", "cause"),
    [
        ((GOOD, GOOD.replace("kor-nps", "kor-kosha")), "decided already: alias kor-nps (line 2)"),
        ((GOOD, GOOD.replace("Fund of", "fund  OF")), "decided already"),
        ((SAME, SAME.replace("issa-1", "issa-3")), "decided already: same issa-1"),
        ((SAME, "identity,issa-1,,same,issa-2,moved,2026-11-23"), "the same as itself"),
        ((SAME, "identity,issa-1,,different,issa-2,two,2026-11-23"), "are the same by other rows"),
        (
            (SAME, "identity,issa-3,,same,issa-1,x,2026-11-23", "identity,issa-3,,different,issa-2,y,2026-11-23"),
            "same by other",
        ),
    ],
)
def test_lines_that_contradict_each_other_are_refused(lines: tuple[str, ...], cause: str) -> None:
    """Two verdicts on one name; circles; and two practices that are one and two at once."""
    with pytest.raises(VocabularyError, match=r"line \d") as caught:
        read(*lines)
    assert cause in caught.value.cause


def test_a_practice_may_differ_from_several() -> None:
    """Each pair is a decision of its own."""
    assert len(read("identity,a,,different,b,x,2026-11-23", "identity,a,,different,c,x,2026-11-23")) == 2


words = st.text("aéZ ,\"'\n-", min_size=1, max_size=8).filter(str.strip)
decisions = st.builds(
    Decision,
    kind=st.sampled_from(["institution", "topic"]),
    printed=words.map(lambda text: "x" + " ".join(text.split())),
    country_code=st.just(""),
    verdict=st.just("alias"),
    target_id=st.just("some-id"),
    reason=words.map(lambda text: "r" + " ".join(text.split())),
    decided_at=st.dates().map(lambda day: day.isoformat()),
)


@given(st.lists(decisions, unique_by=lambda one: one.key), st.randoms())
def test_writing_and_reading_gives_the_same(rows: list[Decision], rng: object) -> None:
    """In one order, whichever they were made in, so that files of two persons merge line by line."""
    text = write_decisions(rows)
    assert read_decisions(text, "x") == read_decisions(write_decisions(rows[::-1]), "x")
    assert {replace(one, row=0) for one in read_decisions(text, "x")} == set(rows)
    assert write_decisions(read_decisions(text, "x")) == text
