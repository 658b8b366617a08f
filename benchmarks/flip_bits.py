"""Flip one bit of a home at a time, and see whether `practices verify` names the file.

    practices --home demo refresh sample
    python benchmarks/flip_bits.py demo --flips 500

Every flip is taken back before the next one. The home is copied first, so nothing happens to it.
"""

import random
import shutil
import sys
import tempfile
import time
from pathlib import Path

import click

from pipeline.run.verify import verify
from pipeline.settings import Home


def named(home: Home, path: Path) -> bool:
    """Tell whether verifying names a file."""
    verified = verify(home)
    found = [damage.path for damage in verified.damages] + [flaw.path for flaw in verified.flaws]
    return path in found


@click.command()
@click.argument("home", type=click.Path(path_type=Path, exists=True))
@click.option("--flips", default=500, show_default=True, help="Half of them in raw/, half in curated/.")
@click.option("--seed", default=1, show_default=True, help="Of the places.")
def main(home: Path, flips: int, seed: int) -> None:
    """Flip bits of a copy of HOME, and print a Markdown table."""
    chance = random.Random(seed)  # no secret
    click.echo("| where | files | bytes | flipped | found and named | seconds |\n|---|---:|---:|---:|---:|---:|")
    missed = 0
    with tempfile.TemporaryDirectory() as folder:
        copy = Home(Path(shutil.copytree(home, Path(folder) / "home", symlinks=True)))
        for part in (copy.raw, copy.curated):
            files = sorted(path for path in part.rglob("*") if path.is_file() and path.stat().st_size)
            # Every file has the same chance, for most bytes are in few files.
            began, found = time.monotonic(), 0
            for path in chance.choices(files, k=flips // 2):
                before = path.read_bytes()
                harmed = bytearray(before)
                harmed[chance.randrange(len(harmed))] ^= 1 << chance.randrange(8)
                path.write_bytes(harmed)
                found += named(copy, path)
                path.write_bytes(before)
            missed += flips // 2 - found
            size = sum(path.stat().st_size for path in files)
            seconds = time.monotonic() - began
            click.echo(f"| {part.name}/ | {len(files)} | {size} | {flips // 2} | {found} | {seconds:.0f} |")
    if missed:
        sys.exit(1)


if __name__ == "__main__":
    main()
