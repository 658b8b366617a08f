"""What a release was made with."""

import platform
from importlib.metadata import version

from pipeline.run.environment import environment


def test_the_libraries_of_a_package_are_named() -> None:
    """With those that they need themselves, sorted; nothing of extras."""
    found = environment("dataframely")
    assert found["libraries"]["polars"] == version("polars")
    assert "polars-runtime-32" in found["libraries"]
    assert list(found["libraries"]) == sorted(found["libraries"])
    assert found["python_version"] == platform.python_version()


def test_another_library_is_another_digest() -> None:
    """The digest is over names and versions."""
    assert environment("dataframely")["environment_digest"] == environment("dataframely")["environment_digest"]
    assert environment("dataframely")["environment_digest"] != environment("click")["environment_digest"]


def test_a_package_that_is_not_installed_has_no_libraries() -> None:
    """Python is known all the same."""
    assert environment("no-such-package-here")["libraries"] == {}
