"""Good practices published by institutions: fetched completely, normalized, and published as Parquet."""

__version__ = "0.1.0"
