"""The vocabulary that ships with the package, shared by all tests of the stage."""

import pytest

from pipeline.normalize import Vocabulary, load_vocabulary


@pytest.fixture(scope="session")
def vocabulary() -> Vocabulary:
    """Return the shipped vocabulary; it is frozen, so tests can share it."""
    return load_vocabulary()
