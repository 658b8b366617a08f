"""Printed topics to topic ids."""

import polars as pl

from pipeline.normalize.lookup import map_names, own_names

NAME_COLUMNS = ("label_en", "label_fr", "label_es", "label_de", "aliases")


def topic_names(topics: pl.DataFrame) -> pl.DataFrame:
    """Return `id`, `name` and `key` of every label in any language, retired topics included."""
    return own_names(topics, "topic_id", NAME_COLUMNS)


def map_topics(printed: pl.Series, topics: pl.DataFrame) -> pl.DataFrame:
    """Map printed topics to ids; a retired topic keeps its own id, its modern one stands in the vocabulary.

    Args:
        printed: Topics as printed, nulls allowed.
        topics: That table of the vocabulary.

    Returns:
        One row per distinct topic: `value` and `id`, null where the topic is unknown.
    """
    return map_names(printed, topic_names(topics))
