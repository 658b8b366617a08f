"""Finding and validating source files."""

from pathlib import Path

import pytest

from pipeline.errors import InvalidSourceError, PracticesError, UnknownSourceError
from pipeline.sources.registry import load_source, read_source, registered_names, source_text, validate_source

SAMPLE = source_text("sample")


def problem_of(text: str) -> InvalidSourceError:
    """The error that a changed source file meets."""
    with pytest.raises(InvalidSourceError) as caught:
        read_source(text, "mine.toml")
    return caught.value


def test_two_sources_ship_with_the_package() -> None:
    """Sorted by name."""
    assert registered_names() == ("issa", "sample")


@pytest.mark.parametrize("name", registered_names())
def test_shipped_sources_load_under_their_own_name(name: str) -> None:
    """The file's name is the source's name."""
    assert load_source(name).name == name


def test_a_source_file_works_by_its_path(tmp_path: Path) -> None:
    """A site can be added without touching the package."""
    path = tmp_path / "mine.toml"
    path.write_text(SAMPLE.replace('name = "sample"', 'name = "mine"'), encoding="utf-8")
    assert load_source(str(path)).name == "mine"


@pytest.mark.parametrize("name", registered_names())
def test_a_source_read_back_from_a_crawl_is_the_same(name: str) -> None:
    """crawl.json holds the whole source file as plain data."""
    source = load_source(name)
    assert validate_source(source.model_dump(mode="json"), "crawl.json") == source


@pytest.mark.parametrize(("typed", "meant"), [("isa", "issa"), ("ISSA", "issa"), ("samples", "sample")])
def test_an_unknown_name_is_answered_with_the_nearest(typed: str, meant: str) -> None:
    """A typing error costs one look."""
    with pytest.raises(UnknownSourceError) as caught:
        load_source(typed)
    assert f"did you mean `{meant}`?" in caught.value.next_command


def test_a_name_like_no_other_is_answered_with_the_command_that_lists_them() -> None:
    """Without a guess."""
    with pytest.raises(UnknownSourceError) as caught:
        load_source("xyzzy")
    assert "did you mean" not in caught.value.next_command
    assert "`practices sources`" in caught.value.next_command
    assert caught.value.place == "xyzzy"


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00", "folder"])
def test_a_file_that_can_not_be_read_is_named(tmp_path: Path, content: bytes | str | None) -> None:
    """Missing, in no text, or a folder."""
    path = tmp_path / "mine.toml"
    if isinstance(content, bytes):
        path.write_bytes(content)
    elif content == "folder":
        path.mkdir()
    with pytest.raises(UnknownSourceError) as caught:
        load_source(str(path))
    assert caught.value.place == str(path)
    assert "can not be read" in caught.value.cause


def test_broken_toml_names_the_line() -> None:
    """And the file."""
    error = problem_of(SAMPLE.replace('title = "Sample', 'title = Sample"'))
    assert error.place == "mine.toml"
    assert "line 3" in error.cause


def test_an_empty_file_names_what_is_missing() -> None:
    """Every table that a source needs."""
    cause = problem_of("").cause
    assert [name for name in ("name", "title", "rights", "site", "languages", "pace") if f"{name}: " not in cause] == []


@pytest.mark.parametrize(
    ("old", "new", "where", "why"),
    [
        ("page_size = 10", "page_size = 10\npage_sise = 20", "paging.page_sise", "not permitted"),
        ("is_synthetic", "is_syntetic", "is_syntetic", "not permitted"),
        ("page_size = 10", "", "paging.page_size", "required"),
        ("page_size = 10", "page_size = 0", "paging.page_size", "greater than 0"),
        ("page_size = 10", 'page_size = "ten"', "paging.page_size", "integer"),
        ("delay_seconds = 0", "delay_seconds = -1", "pace.delay_seconds", "greater than or equal"),
        ('name = "sample"', 'name = "My Source"', "name", "pattern"),
        ("[languages.fr]", "[languages.french]", "languages.french", "pattern"),
        ('prefix = "/fr"', 'prefix = "fr"', "languages.fr.prefix", "pattern"),
        ("(?P<key>", "(", "site.detail_patterns.0", "(?P<key>...)"),
        ('hosts = ["www.twin.test", ', "hosts = [", "the file", "site.listing_url"),
        ("://www.twin.test/databases", "://www.example.org/databases", "the file", "www.example.org"),
    ],
)
def test_a_wrong_value_is_named_with_its_place(old: str, new: str, where: str, why: str) -> None:
    """Table, key and reason, and never a traceback."""
    assert old in SAMPLE
    cause = problem_of(SAMPLE.replace(old, new)).cause
    assert where in cause
    assert why in cause


def test_a_broken_pattern_is_a_wrong_value() -> None:
    """A regular expression that does not compile is the file's fault, not the program's."""
    error = problem_of(SAMPLE.replace(r"'/gp/(?P<key>\d+)'", r"'/gp/(?P<key>\d+'"))
    assert "site.detail_patterns.0" in error.cause


def test_all_problems_are_named_at_once() -> None:
    """Nobody wants to mend a file line by line."""
    cause = problem_of(SAMPLE.replace("page_size = 10", "page_size = 0").replace("attempts = 4", "attempts = 0")).cause
    assert "paging.page_size" in cause
    assert "pace.attempts" in cause


def test_every_failure_says_what_to_do_next() -> None:
    """A command, or a file to look at."""
    errors: list[PracticesError] = [problem_of("="), problem_of("")]
    assert all(error.next_command and error.exit_code == 2 for error in errors)
