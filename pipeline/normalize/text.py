"""Two ways to clean one line of text: one to publish, one only to compare. Imports only the standard library."""

import re
import unicodedata

# Characters without width: copy and paste leaves them between letters, and no reader sees them.
_INVISIBLE = re.compile("[\u00ad\u180e\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
# Only the block Combining Diacritical Marks: in other scripts, marks are letters of their own.
_ACCENTS = re.compile("[\u0300-\u036f]")
# ` and ´ are typed for an apostrophe; left to NFKD, ´ would fall apart into a blank and an accent.
_APOSTROPHES = re.compile("['`´‘’‛′ʹʻʼʽ＇]")
_DASHES = re.compile("[-\u2010-\u2015\u2212\ufe58\ufe63\uff0d]")
_CONJUNCTIONS = re.compile("(?<= )(?:and|et|und|y|e)(?= )")
# Letters that no Unicode form takes apart, and that are commonly typed without their stroke or ligature.
_PLAIN_LETTERS = str.maketrans({"œ": "oe", "æ": "ae", "ø": "o", "ł": "l", "đ": "d", "ı": "i"})


def clean_text(text: str) -> str:
    """Return one line as it can be published: NFC, single blanks, nothing invisible.

    Quotes, dashes and letter case stay the source's own. Line breaks become blanks, so a text of several paragraphs
    is to be cleaned one paragraph at a time.
    """
    return " ".join(unicodedata.normalize("NFC", _INVISIBLE.sub("", text)).split())


def comparison_key(text: str) -> str:
    """Return what the spellings of one name have in common. Destructive: to compare, never to show.

    Gone are case, accents (sites drop them on capitals and on foreign names), apostrophes, whether words are joined
    by a dash or a blank, the number of blanks, what is invisible, and compatibility forms (NFKC). `&`, and a word for
    it between two words (and, fr et, es y and e, de und), become `&`. All else counts: commas, brackets, full stops.

    Two entries with one key are refused when the vocabulary is loaded, so that what is lost here joins no two names
    unseen.
    """
    text = _APOSTROPHES.sub("", clean_text(text))
    # Twice, because folding the case can bring forth another composed letter.
    text = _fold(_fold(text)).translate(_PLAIN_LETTERS)
    text = _DASHES.sub(" ", _APOSTROPHES.sub("", text)).replace("&", " & ")
    text = _CONJUNCTIONS.sub("&", " ".join(text.split()))
    return unicodedata.normalize("NFC", text)


def _fold(text: str) -> str:
    return _ACCENTS.sub("", unicodedata.normalize("NFKD", text)).casefold()
