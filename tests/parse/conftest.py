"""The shipped sources and their words, read once."""

from collections.abc import Callable

import pytest

from pipeline.models import ParsedPage
from pipeline.parse.words import Words
from pipeline.run.common import words_of
from pipeline.sources.registry import load_source
from pipeline.sources.spec import Source

from .reading import parse


@pytest.fixture(scope="session")
def issa() -> Source:
    """The source file of the real listing."""
    return load_source("issa")


@pytest.fixture(scope="session")
def words(issa: Source) -> Words:
    """The words of the real listing."""
    return words_of(issa)


@pytest.fixture(scope="session")
def read() -> Callable[..., ParsedPage]:
    """Parse text as a page of the real listing, by default its first one."""
    return parse
