"""Is everything still as it was written? Every byte is read, and every digest computed again."""

from dataclasses import dataclass

from pipeline.archive.scrub import Damage, Scrubbed, scrub
from pipeline.errors import ArchiveCorruptError
from pipeline.run.progress import Progress, Silence
from pipeline.settings import Home


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found.

    Attributes:
        crawls: Every crawl in raw/, by source and then by age.
    """

    crawls: tuple[Scrubbed, ...]

    @property
    def damages(self) -> tuple[Damage, ...]:
        """Everything that is not as it was written."""
        return tuple(damage for crawl in self.crawls for damage in crawl.damages)

    @property
    def error(self) -> ArchiveCorruptError | None:
        """The failure that the damages are, None when all is well."""
        if not self.damages:
            return None
        first = self.damages[0]
        place = str(first.path) if first.offset is None else f"{first.path} at byte {first.offset}"
        more = f", and {len(self.damages) - 1} more" if len(self.damages) > 1 else ""
        return ArchiveCorruptError(place, first.problem + more, "restore the file from a backup, or crawl again")


def verify(home: Home, progress: Progress | None = None) -> Verified:
    """Look at every byte of raw/.

    Args:
        home: The home.
        progress: Is told crawls.
    """
    progress = progress or Silence()
    progress.stage("verify")
    sources = sorted(path for path in home.raw.glob("*") if path.is_dir())
    folders = [folder for source in sources for folder in sorted(source.iterdir()) if folder.is_dir()]
    crawls: list[Scrubbed] = []
    for number, folder in enumerate(folders, start=1):
        crawls.append(scrub(folder))
        progress.pages(number, len(folders), folder.name)
    return Verified(tuple(crawls))
