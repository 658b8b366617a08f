import pytest

from pipeline.errors import UsageError
from pipeline.twin.faults.times import Times


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("every", [1, 2, 3, 4, 5]),
        ("first 1", [1]),
        ("first 3", [1, 2, 3]),
        ("only 4", [4]),
        ("from 3", [3, 4, 5]),
        ("from 3 each", [3, 4, 5]),
    ],
)
def test_a_choice_reads_as_it_is_written(text: str, chosen: list[int]) -> None:
    """Requests are counted from 1."""
    times = Times.read(text)
    assert [count for count in range(1, 6) if times.includes(count)] == chosen
    assert times.is_each == text.endswith(" each")


@pytest.mark.parametrize(
    "text", ["", "twice", "first", "first 0", "first -1", "every 2", "only two", "each", "First 1"]
)
def test_anything_else_is_refused(text: str) -> None:
    """With the words that are understood."""
    with pytest.raises(UsageError, match="first N"):
        Times.read(text)
