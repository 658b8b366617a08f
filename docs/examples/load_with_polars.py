"""Count practices by region and topic: python docs/examples/load_with_polars.py [HOME]."""

import sys

import polars as pl

from pipeline.dataset import open_dataset

dataset = open_dataset(sys.argv[1] if len(sys.argv) > 1 else None)
pl.Config.set_tbl_rows(12).set_fmt_str_lengths(48).set_tbl_hide_dataframe_shape(active=True)

columns = ["practice_id", "award_year", "institution_name", "country_code", "title"]
print(dataset.practices.select(columns).head(5))  # noqa: T201 - an example shows what it finds
print(dataset.practices.group_by("region").len("practices").sort("region"))  # noqa: T201
by_topic = dataset.scan("practice_topics").group_by("topic_id").len("practices").sort("practices", "topic_id")
print(by_topic.tail(5).collect())  # noqa: T201
