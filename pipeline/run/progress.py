"""How far a run has come, for whoever watches."""

from typing import Protocol


class Progress(Protocol):
    """Is told how far a run has come."""

    def pages(self, done: int, known: int | None, what: str) -> None:
        """So many pages are done, of so many known."""

    def stage(self, name: str) -> None:
        """A stage begins."""


class Silence:
    """Progress that nobody watches."""

    def pages(self, done: int, known: int | None, what: str) -> None:
        """Say nothing."""

    def stage(self, name: str) -> None:
        """Say nothing."""
