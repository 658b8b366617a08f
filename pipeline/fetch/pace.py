"""How long to wait between requests: never less than the source and robots.txt ask, more when the site struggles."""

from dataclasses import dataclass

# A delay that robots.txt asks for is honoured up to this; above, the crawl would not end within a day.
LONGEST_DELAY = 60.0
# A site that takes long to answer is given at least as long to rest.
_SLOWDOWN = 2.0


@dataclass(slots=True)
class Pace:
    """The time from the start of one request to the start of the next.

    An error or a slow answer makes it longer at once; good answers bring it back step by step, and never below the
    least delay. A fast error is an error: it never makes the pace faster.

    Attributes:
        least: Seconds that the source file or robots.txt asks for.
        delay: Seconds in force now.
    """

    least: float
    delay: float = 0.0

    def __post_init__(self) -> None:
        """Begin with the least delay."""
        self.delay = max(self.delay, self.least)

    def at_least(self, seconds: float) -> None:
        """Honour a delay that the site asks for, within reason."""
        self.least = max(self.least, min(max(seconds, 0.0), LONGEST_DELAY))
        self.delay = max(self.delay, self.least)

    def answered(self, seconds: float) -> None:
        """Note a good answer and how long it took."""
        wanted = max(self.least, seconds)
        self.delay = wanted if wanted > self.delay else max(self.least, (self.delay + wanted) / 2)

    def failed(self) -> None:
        """Note an error, or a status that asks for less."""
        self.delay = min(max(self.delay, self.least, 0.05) * _SLOWDOWN, LONGEST_DELAY)
