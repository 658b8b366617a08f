"""Where a home's folders are, and how this program introduces itself. Nothing here touches a disk."""

from dataclasses import dataclass
from pathlib import Path

from pipeline import __version__


@dataclass(frozen=True, slots=True)
class Home:
    """The folder that holds all data of one user or deployment.

    Attributes:
        path: The folder itself.
    """

    path: Path

    @property
    def raw(self) -> Path:
        """Crawls, one folder each, written once."""
        return self.path / "raw"

    @property
    def curated(self) -> Path:
        """Releases."""
        return self.path / "curated"

    @property
    def releases(self) -> Path:
        """Immutable release folders."""
        return self.curated / "releases"

    @property
    def latest(self) -> Path:
        """The pointer to the release that readers should use."""
        return self.curated / "latest"

    def crawls(self, source: str) -> Path:
        """Return the folder of one source's crawls."""
        return self.raw / source


def user_agent(contact: str | None) -> str:
    """Return the one user agent of this program.

    Args:
        contact: Address or URL of the person who runs it, None for a site on loopback.
    """
    return f"practices/{__version__} (+{contact})" if contact else f"practices/{__version__}"
