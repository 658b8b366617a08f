"""Is everything still as it was written? Every byte is read, and every digest computed again."""

from dataclasses import dataclass

from pipeline.archive.scrub import Damage, Scrubbed, scrub
from pipeline.errors import ArchiveCorruptError, PracticesError, ReleaseDamagedError
from pipeline.publish.releases import check_curated, release_ids
from pipeline.publish.scrub import RESTORE, Checked, Flaw, check_release
from pipeline.run.progress import Progress, Silence
from pipeline.settings import Home


@dataclass(frozen=True, slots=True)
class Verified:
    """What was found.

    Attributes:
        crawls: Every crawl in raw/, by source and then by age.
        releases: Every release in curated/, by age.
        loose: What is not as it was written in curated/ outside of releases: the pointer, the pins.
    """

    crawls: tuple[Scrubbed, ...]
    releases: tuple[Checked, ...] = ()
    loose: tuple[Flaw, ...] = ()

    @property
    def damages(self) -> tuple[Damage, ...]:
        """Everything in raw/ that is not as it was written."""
        return tuple(damage for crawl in self.crawls for damage in crawl.damages)

    @property
    def flaws(self) -> tuple[Flaw, ...]:
        """Everything in curated/ that is not as it was written."""
        return (*self.loose, *(flaw for release in self.releases for flaw in release.flaws))

    @property
    def error(self) -> PracticesError | None:
        """The failure that the damages are, None when all is well; raw/ comes first."""
        if not self.damages:
            return self._release_error
        first = self.damages[0]
        place = str(first.path) if first.offset is None else f"{first.path} at byte {first.offset}"
        more = f", and {len(self.damages) - 1} more" if len(self.damages) > 1 else ""
        return ArchiveCorruptError(place, first.problem + more, "restore the file from a backup, or crawl again")

    @property
    def _release_error(self) -> ReleaseDamagedError | None:
        if not self.flaws:
            return None
        more = f", and {len(self.flaws) - 1} more" if len(self.flaws) > 1 else ""
        return ReleaseDamagedError(str(self.flaws[0].path), self.flaws[0].problem + more, RESTORE)


def verify(home: Home, progress: Progress | None = None) -> Verified:
    """Look at every byte of raw/ and curated/.

    Args:
        home: The home.
        progress: Is told crawls and releases.
    """
    progress = progress or Silence()
    progress.stage("verify")
    sources = sorted(path for path in home.raw.glob("*") if path.is_dir())
    folders = [folder for source in sources for folder in sorted(source.iterdir()) if folder.is_dir()]
    crawls: list[Scrubbed] = []
    for number, folder in enumerate(folders, start=1):
        crawls.append(scrub(folder))
        progress.pages(number, len(folders), folder.name)
    names = release_ids(home)
    checked: list[Checked] = []
    for number, name in enumerate(names, start=1):
        checked.append(check_release(home.releases / name))
        progress.pages(number, len(names), name)
    return Verified(tuple(crawls), tuple(checked), tuple(check_curated(home)))
