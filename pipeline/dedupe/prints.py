"""The print of a record: a stable hash of what identifies it where no link is known.

FROZEN: ids of practices without a link are made of it, and ids must not move. It works on text as printed and does
its own folding, so that the normalizing stage can improve freely.
"""

import hashlib

import polars as pl

# Teasers were seen from 115 characters up; more of the summary tells practices of one institution and year apart
# better.
_SUMMARY_START = 200
_DASHES = r"[\u2010-\u2015\u2212]"
_SINGLE_QUOTES = r"[\u2018-\u201b\u02bc\u2032\u00b4`]"
_DOUBLE_QUOTES = r"[\u201c-\u201f\u2033\u00ab\u00bb]"
_INVISIBLE = r"[\u00ad\u200b-\u200f\u2060\ufeff]"
_HASH_DIGITS = 16


def with_print(sightings: pl.DataFrame) -> pl.DataFrame:
    """Return the sightings with a column `print`, null where neither institution nor summary is printed.

    Args:
        sightings: source, language, institution, country, implementation_year, award_year and summary as printed.
    """
    parts = [
        pl.col("source"),
        folded(pl.col("institution")),
        folded(pl.col("country")),
        folded(pl.col("implementation_year")),
        folded(pl.col("award_year")),
        folded(pl.col("summary")).str.head(_SUMMARY_START),
    ]
    has_identity = pl.col("institution").is_not_null() & pl.col("summary").is_not_null()
    text = pl.concat_str([part.fill_null("") for part in parts], separator="\x1f")
    texts = sightings.select(pl.when(has_identity).then(text).alias("text"))["text"]
    distinct = texts.drop_nulls().unique(maintain_order=True)
    hashes = [hashlib.sha256(value.encode()).hexdigest()[:_HASH_DIGITS] for value in distinct]
    hashed = texts.replace_strict(distinct, pl.Series(hashes, dtype=pl.String), default=None, return_dtype=pl.String)
    return sightings.with_columns(hashed.alias("print"))


def folded(text: pl.Expr) -> pl.Expr:
    """Return text for comparison: NFKC, lower case, one kind of dash and quote, single blanks, nothing invisible."""
    return (
        # Before NFKC, which makes a blank and a combining accent of an acute accent that stands for an apostrophe.
        text.str.replace_all(_SINGLE_QUOTES, "'")
        .str.normalize("NFKC")
        .str.replace_all(_INVISIBLE, "")
        .str.replace_all(_DASHES, "-")
        .str.replace_all(_DOUBLE_QUOTES, '"')
        .str.replace_all(r"\s+", " ")
        .str.strip_chars()
        .str.to_lowercase()
    )
