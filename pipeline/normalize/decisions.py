"""What persons decided about printed names and about practices: read strictly, and put on top of the vocabulary."""

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import astuple, dataclass, field
from datetime import date
from functools import partial
from io import StringIO

from pipeline.errors import VocabularyError
from pipeline.normalize.text import clean_text, comparison_key

COLUMNS = ("kind", "printed", "country_code", "verdict", "target_id", "reason", "decided_at")
# accept: the name is an entry of its own. alias: it is a name of the entry target_id. reject: it is no name; do not ask
# again. Countries and regions are closed lists, so nothing is added to them. same, different: about two practices.
VERDICTS = {
    "country": ("alias", "reject"),
    "identity": ("different", "same"),
    "institution": ("accept", "alias", "reject"),
    "region": ("alias", "reject"),
    "topic": ("accept", "alias", "reject"),
}
_WITH_TARGET = ("alias", "different", "same")


@dataclass(frozen=True, slots=True)
class Decision:
    """One row of `vocab/decisions.csv`.

    Attributes:
        kind: institution, country, topic, region or identity.
        printed: Name as printed; of an identity, the practice_id that it is about.
        country_code: Country (alpha-3) of an institution, empty where no known country is printed with it.
        verdict: One of VERDICTS of the kind.
        target_id: Entry or other practice_id; of an accepted name, the id that it gets; of a rejected one, empty.
        reason: Why, in a person's words.
        decided_at: Date, as YYYY-MM-DD.
        row: Line of the file, for messages; 0 when it is in none yet.
    """

    kind: str
    printed: str
    country_code: str
    verdict: str
    target_id: str
    reason: str
    decided_at: str
    row: int = field(default=0, compare=False, kw_only=True)

    @property
    def key(self) -> tuple[str, str, str]:
        """What the decision is about: a later spelling of the same name is decided as well."""
        if self.kind == "identity":
            return self.kind, self.printed, ""
        return self.kind, comparison_key(self.printed), self.country_code

    def as_dict(self) -> dict[str, str]:
        """Return the columns of the file."""
        return dict(zip(COLUMNS, astuple(self), strict=False))


def read_decisions(text: str, place: str) -> tuple[Decision, ...]:
    """Return the decisions of a CSV file, sorted.

    Raises:
        VocabularyError: The header or a row is wrong, or two rows contradict each other; it names file, row and cause.
    """
    try:
        table = list(csv.reader(StringIO(text), strict=True))
    except csv.Error as error:
        raise VocabularyError(place, f"this is no CSV file: {error}", "repair the file") from error
    if not table or tuple(table[0]) != COLUMNS:
        cause = f"the columns are {','.join(table[0]) if table else 'missing'}, not {','.join(COLUMNS)}"
        raise VocabularyError(place, cause, "restore the first line of the file")
    decisions = []
    for row, cells in enumerate(table[1:], start=2):
        if not cells:
            continue
        if len(cells) != len(COLUMNS):
            raise wrong_row(place, row, f"there are {len(cells)} cells, not {len(COLUMNS)}")
        decision = Decision(*map(clean_text, cells), row=row)
        check_decision(decision, partial(wrong_row, place, row))
        decisions.append(decision)
    check_together(decisions, place)
    return in_order(decisions)


def write_decisions(decisions: Iterable[Decision]) -> str:
    """Return the CSV file: a header, one decision a line, sorted, so that two persons' rows merge."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(COLUMNS)
    writer.writerows(decision.as_dict().values() for decision in in_order(decisions))
    return text.getvalue()


def in_order(decisions: Iterable[Decision]) -> tuple[Decision, ...]:
    """Return decisions in the order of the file."""
    return tuple(sorted(decisions, key=lambda decision: (*decision.key, decision.target_id, decision.printed)))


def wrong_row(place: str, row: int, cause: str) -> VocabularyError:
    """Return the error about one line of a file of decisions."""
    return VocabularyError(f"{place}, line {row}" if row else place, cause, "correct or delete the line")


def check_decision(decision: Decision, wrong: Callable[[str], Exception]) -> None:
    """Refuse a row that can not be meant; what it points to is checked when it is applied."""
    if decision.kind not in VERDICTS:
        raise wrong(f"kind is {decision.kind!r}, not one of {', '.join(VERDICTS)}")
    if decision.verdict not in VERDICTS[decision.kind]:
        verdicts = ", ".join(VERDICTS[decision.kind])
        raise wrong(f"the verdict on a {decision.kind} is {decision.verdict!r}, not one of {verdicts}")
    if not decision.key[1]:
        raise wrong("printed is empty")
    if decision.verdict in _WITH_TARGET and not decision.target_id:
        raise wrong(f"{decision.verdict} needs a target_id")
    if decision.verdict == "reject" and decision.target_id:
        raise wrong("a rejected name has no target_id")
    if decision.country_code and decision.kind != "institution":
        raise wrong("only an institution has a country_code")
    if decision.verdict == "accept" and decision.kind == "institution" and not decision.country_code:
        raise wrong("an institution is registered in a country: country_code is empty")
    if decision.kind == "identity" and decision.printed == decision.target_id:
        raise wrong("a practice is compared with itself")
    if not decision.reason:
        raise wrong("reason is empty; say why")
    if not _is_date(decision.decided_at):
        raise wrong(f"decided_at is {decision.decided_at!r}, no date like 2026-11-23")


def check_together(decisions: Sequence[Decision], place: str) -> None:
    """Refuse two rows about one thing, and pairs of practices that are the same and different at once."""
    seen: dict[tuple[str, ...], Decision] = {}
    for decision in decisions:
        about: tuple[str, ...] = decision.key
        if decision.kind == "identity" and decision.verdict == "different":
            about = ("different", *sorted((decision.printed, decision.target_id)))
        if (other := seen.setdefault(about, decision)) is not decision:
            cause = f"{decision.printed!r} is decided already: {other.verdict} {other.target_id}".rstrip()
            raise wrong_row(place, decision.row, f"{cause} (line {other.row})" if other.row else cause)
    _check_identity([decision for decision in decisions if decision.kind == "identity"], place)


def _check_identity(decisions: Sequence[Decision], place: str) -> None:
    """Follow every `same` to its end: no circles, and no `different` inside."""
    follow = {decision.printed: decision.target_id for decision in decisions if decision.verdict == "same"}
    for decision in decisions:
        if decision.verdict == "same" and last_target(decision.printed, follow) is None:
            raise wrong_row(place, decision.row, f"{decision.printed} is, by several rows, the same as itself")
    for decision in decisions:
        ends = {last_target(decision.printed, follow), last_target(decision.target_id, follow)}
        if decision.verdict == "different" and len(ends) == 1:
            cause = f"{decision.printed} and {decision.target_id} are the same by other rows"
            raise wrong_row(place, decision.row, cause)


def last_target(practice_id: str, follow: dict[str, str]) -> str | None:
    """Return where the links from a practice end, None when they go in a circle."""
    seen = {practice_id}
    while practice_id in follow:
        practice_id = follow[practice_id]
        if practice_id in seen:
            return None
        seen.add(practice_id)
    return practice_id


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
