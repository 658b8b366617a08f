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
_IDENTIFYING = ("institution", "country", "implementation_year", "award_year", "summary")


def with_print(sightings: pl.DataFrame) -> pl.DataFrame:
    """Return the sightings with a column `print`, null where neither institution nor summary is printed.

    Args:
        sightings: source, language, institution, country, implementation_year, award_year and summary as printed.
    """
    # Pages repeat records, so folding distinct ones is several times faster.
    printed = sightings.select("source", *_IDENTIFYING).unique(maintain_order=True)
    parts = [pl.col("source"), *(folded(pl.col(name)) for name in _IDENTIFYING[:-1])]
    parts.append(folded(pl.col("summary")).str.head(_SUMMARY_START))
    has_identity = pl.col("institution").is_not_null() & pl.col("summary").is_not_null()
    text = pl.concat_str([part.fill_null("") for part in parts], separator="\x1f")
    texts = printed.select(pl.when(has_identity).then(text).alias("text"))["text"]
    hashes = [None if value is None else hashlib.sha256(value.encode()).hexdigest()[:_HASH_DIGITS] for value in texts]
    hashed = printed.with_columns(pl.Series("print", hashes, dtype=pl.String))
    return sightings.drop("print", strict=False).join(
        hashed, on=["source", *_IDENTIFYING], how="left", nulls_equal=True, maintain_order="left"
    )


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
