"""The words of one source that carry structure."""

import re
from dataclasses import dataclass, field

from pipeline.parse.labels import Label, folded
from pipeline.parse.memo import Memo
from pipeline.sources.spec import Source

_COLON = re.compile(r"[:\uff1a]")
_LONGEST_LABEL = 80


@dataclass(frozen=True, slots=True)
class Words:
    """The words of one source that carry structure, folded.

    Attributes:
        labels: Label by its folded print, all languages together: pages mix them.
        regions: Folded region names; they mark the end of the place line.
        countries: Folded country names.
        topics: Folded topic names; they only tell a list of topics where nothing else does.
        ignored: Folded furniture of the page.
        memo: Rows that were read with these words.
    """

    labels: dict[str, Label]
    regions: frozenset[str]
    countries: frozenset[str]
    topics: frozenset[str]
    ignored: frozenset[str]
    memo: Memo = field(default_factory=Memo, repr=False, compare=False)

    @classmethod
    def of(cls, source: Source, regions: frozenset[str], countries: frozenset[str], topics: frozenset[str]) -> "Words":
        """Collect the words of a source.

        Args:
            source: The source file.
            regions: Names of regions in any language, as printed.
            countries: Names of countries in any language, as printed.
            topics: Names of topics in any language, as printed.
        """
        labels = {
            folded(text): label
            for language in source.languages.values()
            for label in Label
            for text in getattr(language, label.value)
        }
        return cls(
            labels=labels,
            regions=frozenset(map(folded, regions)),
            countries=frozenset(map(folded, countries)),
            topics=frozenset(map(folded, topics)),
            ignored=frozenset(map(folded, source.ignore_texts)),
        )

    def label_at_start(self, text: str) -> tuple[Label, str] | None:
        """Return the label that text is or starts with, and the rest behind it; None when there is none.

        Behind a label in the same text a colon is required: `Topic: Health` is labelled, `Topic maps` is not.
        """
        cut = _COLON.search(text)
        head, rest = (text[: cut.start()], text[cut.end() :]) if cut is not None else (text, "")
        if len(head) > _LONGEST_LABEL or (label := self.labels.get(folded(head))) is None:
            return None
        return label, rest.strip()
