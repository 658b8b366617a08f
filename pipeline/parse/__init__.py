"""Page in, records out. Pure: no network, no files, no clock.

A page is turned into lines (`html.py`, `rendition.py`), and one grammar reads records from lines (`grammar.py`), so
a saved page and its text copy can not be understood in two ways.
"""

from pipeline.parse.page import parse_page

__all__ = ["parse_page"]
