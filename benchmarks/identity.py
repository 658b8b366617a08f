"""Identity against the twin's own truth: three crawls with edits, four languages, text copies without links.

    python benchmarks/identity.py --practices 10000

Precision and recall are counted over pairs of records. The text copies of the first and last crawl have no link, so
they are joined by their prints alone.
"""

import time
from collections import Counter
from itertools import pairwise

import click
import polars as pl

from pipeline.dedupe import find_similar, identify, merge_editions, merge_practices
from pipeline.normalize import load_vocabulary, normalize
from pipeline.parse.frames import SIGHTING_SCHEMA
from pipeline.twin.truth import LANGUAGES, crawls, score


@click.command()
@click.option("--practices", "counts", type=int, multiple=True, default=(300, 10_000), show_default=True)
def main(counts: tuple[int, ...]) -> None:
    """Print a table: one line for each number of practices."""
    print("practices   records  found  precision  recall  normalize s  identify s  merge s  similar s  rules")
    for count in counts:
        rows, truth = crawls(count)
        sightings = pl.DataFrame(rows, schema=SIGHTING_SCHEMA)
        times = [time.perf_counter()]
        normalized = normalize(sightings, load_vocabulary())
        times.append(time.perf_counter())
        identified = identify(normalized)
        times.append(time.perf_counter())
        languages = {"sample": tuple(LANGUAGES)}
        practices = merge_practices(identified.sightings, languages)
        editions = merge_editions(identified.sightings, languages)
        times.append(time.perf_counter())
        similar = find_similar(practices, editions, identified.different)
        times.append(time.perf_counter())
        told = identified.sightings.select("practice_id", "sighting_id").rows()
        result = score((practice_id, truth[sighting_id]) for practice_id, sighting_id in told)
        seconds = "  ".join(f"{after - before:9.2f}" for before, after in pairwise(times))
        rules = dict(sorted(Counter(identified.sightings["rule"]).items()))
        print(
            f"{count:9}  {result.records:8}  {result.practices:5}  {result.precision:9.6f}  {result.recall:6.4f}  "
            f"{seconds}  {rules}"
        )
        print(f"{'':9}  pairs reported as similar: {similar.height}, rejects: {identified.rejects.height}")


if __name__ == "__main__":
    main()
