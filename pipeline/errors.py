"""Every error that a user can meet, as one tree. Imports nothing.

PracticesError                     exit 1: the run failed
├── UsageError                     exit 2: the command or its input files are wrong
│   ├── UnknownSourceError
│   └── InvalidSourceError
├── FetchError                     the site did not give what was asked for
│   ├── RobotsUnreachableError
│   ├── DisallowedError
│   ├── HostUnreachableError
│   │   └── TlsError
│   ├── DeadlineError
│   ├── CircuitOpenError
│   ├── BudgetError
│   ├── NoContentError
│   ├── UnexpectedStatusError
│   ├── RedirectBlockedError
│   └── BadBodyError
├── ArchiveError                   raw/ can not be read or written
│   ├── NotWritableError
│   ├── LockHeldError
│   └── ArchiveCorruptError
├── ParseError                     a page is not what it should be
├── VocabularyError                reviewed data contradicts itself
└── PublishError                   a release could not be written
    ├── ContractError              the built tables break their own contract
    ├── ReleaseDamagedError        a release or the pointer is not what was written
    └── RefusedError               exit 3: the release would not be trustworthy
"""

from typing import Any, ClassVar


class PracticesError(Exception):
    """A failure that says where it happened, why, and what to do next.

    Args:
        place: URL, file or record that the failure is about.
        cause: One sentence.
        next_command: What the user can type or do now.
        stage: Stage of the pipeline; by default the one that the class belongs to.
    """

    exit_code: ClassVar[int] = 1
    stage: ClassVar[str] = "run"

    def __init__(self, place: str, cause: str, next_command: str, *, stage: str | None = None) -> None:
        self.place = place
        self.cause = cause
        self.next_command = next_command
        self.at_stage = stage or self.stage
        super().__init__(f"{self.at_stage}: {place}: {cause}\nnext: {next_command}")

    def __reduce__(self) -> tuple[object, ...]:
        """Rebuild from the parts, so that the error survives a process boundary."""
        return _rebuild, (type(self), self.place, self.cause, self.next_command, self.at_stage)

    def as_dict(self) -> dict[str, Any]:
        """Return the parts for `--json`."""
        return {
            "error": type(self).__name__,
            "stage": self.at_stage,
            "place": self.place,
            "cause": self.cause,
            "next": self.next_command,
        }


def _rebuild(kind: type[PracticesError], place: str, cause: str, next_command: str, stage: str) -> PracticesError:
    return kind(place, cause, next_command, stage=stage)


class UsageError(PracticesError):
    """The command line, or a file that it names, is wrong."""

    exit_code = 2
    stage = "usage"


class UnknownSourceError(UsageError):
    """No source of that name is registered, and no TOML file lies there."""


class InvalidSourceError(UsageError):
    """A source file breaks its schema."""


class FetchError(PracticesError):
    """The site did not give what was asked for."""

    stage = "fetch"


class RobotsUnreachableError(FetchError):
    """robots.txt could not be read, so nothing may be asked (RFC 9309, 2.3.1.4)."""


class DisallowedError(FetchError):
    """robots.txt forbids the address."""


class HostUnreachableError(FetchError):
    """The host did not answer: refused, unresolvable, timed out, or the connection broke."""


class TlsError(HostUnreachableError):
    """The host is not who it says; asking again would not help."""


class DeadlineError(FetchError):
    """The answer did not come whole within its time, or dripped."""


class CircuitOpenError(FetchError):
    """The host failed so often in a row that it is left alone."""


class BudgetError(FetchError):
    """The crawl has used up the requests, bytes or time that the source file allows it."""


class NoContentError(FetchError):
    """The answer is no page of the listing: a login wall, maintenance, a challenge, an error or a consent page."""


class UnexpectedStatusError(FetchError):
    """The site answered with a status that is neither content nor a known way to it."""


class RedirectBlockedError(FetchError):
    """A redirect leads out of the hosts that the source file allows, or in circles."""


class BadBodyError(FetchError):
    """A body that is cut short, corrupt, too large, or in a coding that was not asked for."""


class ArchiveError(PracticesError):
    """raw/ can not be read or written."""

    stage = "archive"


class NotWritableError(ArchiveError):
    """A folder of the home can not be written."""


class LockHeldError(ArchiveError):
    """Another process is at work on the same thing."""


class ArchiveCorruptError(ArchiveError):
    """Bytes in raw/ are not what was written."""


class ParseError(PracticesError):
    """A page is empty, is no page of this source, or can not be read."""

    stage = "parse"


class VocabularyError(PracticesError):
    """Reviewed data contradicts itself: two entries own one name, or an id is unknown."""

    stage = "normalize"


class PublishError(PracticesError):
    """A release could not be written."""

    stage = "publish"


class ContractError(PublishError):
    """The built tables break their own contract: a bug, or input that no stage foresaw."""

    stage = "curate"


class ReleaseDamagedError(PublishError):
    """A release, the pointer or a pin in curated/ is not what was written."""


class RefusedError(PublishError):
    """Publishing would mislead: an incomplete crawl, a closed gate, or nothing to publish."""

    exit_code = 3
    gates: tuple[dict[str, object], ...] = ()

    def with_gates(self, gates: tuple[dict[str, object], ...]) -> "RefusedError":
        """Return the error with every gate that was looked at, for `--json`."""
        self.gates = gates
        return self

    def __reduce__(self) -> tuple[object, ...]:
        """Keep the gates across a process boundary."""
        return (*super().__reduce__(), {"gates": self.gates})

    def as_dict(self) -> dict[str, Any]:
        """Return the parts for `--json`, with the gates."""
        return {**super().as_dict(), **({"gates": list(self.gates)} if self.gates else {})}
