from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from pipeline.errors import UsageError
from pipeline.twin.faults.plan import Fault, FaultPlan

PLAN = """
[[fault]]
name = "500-twice"
match = 'page=7$'
times = "first 1"

[[fault]]
name = "robots-503"

[[fault]]
name = "body-drip"
arg = "9"
match = '^/robots\\.txt'
times = "only 2"
"""


def due(plan: FaultPlan, *targets: str) -> list[str]:
    """Names of the faults that these requests get, one after the other."""
    return [found.entry.name if (found := plan.next_due(target)) else "" for target in targets]


def test_listing_pages_are_meant_unless_something_else_is_said() -> None:
    """Robots faults mean robots.txt."""
    plan = FaultPlan([Fault("404"), Fault("robots-503")])
    assert due(plan, "/gp", "/gp/200001", "/robots.txt", "/") == ["404", "", "robots-503", ""]


def test_a_pattern_chooses_among_path_and_query() -> None:
    """It is searched, not matched from the start."""
    plan = FaultPlan([Fault("404", match="page=7$")])
    assert due(plan, "/gp?page=7", "/es/gp?x&page=7", "/gp?page=77") == ["404", "404", ""]


def test_requests_are_counted_per_fault() -> None:
    """The catalogue's own number of times holds when the plan says none."""
    plan = FaultPlan([Fault("500-twice"), Fault("404", times="only 3")])
    assert due(plan, *["/gp"] * 4) == ["500-twice", "500-twice", "404", ""]


def test_addresses_can_be_counted_for_themselves() -> None:
    """Every page fails once."""
    plan = FaultPlan([Fault("500-twice", times="first 1 each")])
    assert due(plan, "/gp", "/gp?page=1", "/gp", "/gp?page=1") == ["500-twice", "500-twice", "", ""]


def test_the_first_due_fault_wins_and_the_others_count_on() -> None:
    """Order is priority."""
    plan = FaultPlan([Fault("404", times="first 1"), Fault("410", times="first 2"), Fault("403")])
    assert due(plan, *["/gp"] * 4) == ["404", "410", "403", "403"]


def test_many_threads_count_right() -> None:
    """No request is counted twice or never."""
    plan = FaultPlan([Fault("404", times="first 100")])
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(plan.next_due, ["/gp"] * 400))
    assert sorted(one.count for one in found if one) == list(range(1, 101))


def test_the_argument_may_stand_in_the_pattern() -> None:
    """It is taken literally there."""
    plan = FaultPlan([Fault("fewer-in-language", "fr")])
    assert due(plan, "/fr/gp", "/es/gp") == ["fewer-in-language", ""]
    assert due(FaultPlan([Fault("fewer-in-language", "..")]), "/fr/gp") == [""]


def test_a_plan_is_a_file(tmp_path: Path) -> None:
    """Names, arguments, patterns and times are read as written."""
    path = tmp_path / "plan.toml"
    path.write_text(PLAN)
    plan = FaultPlan.read(path)
    assert plan.faults == (
        Fault("500-twice", match="page=7$", times="first 1"),
        Fault("robots-503"),
        Fault("body-drip", arg="9", match=r"^/robots\.txt", times="only 2"),
    )
    assert due(plan, "/gp?page=7", "/gp?page=7", "/robots.txt") == ["500-twice", "", "robots-503"]


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("[[fault]]\nname = 1", "no text"),
        ("[[fault]]\nmatch = 'x'", "is no fault"),
        ("[[fault]]\nname = '404'\nwhen = 'now'", "is no fault"),
        ("fault = 'robots-503'", "nothing else"),
        ("[[faults]]\nname = '404'", "nothing else"),
        ("fault = ['404']", "is no fault"),
        ("[[fault]", "can not be read"),
        ("[[fault]]\nname = 'made-up'", "no such fault"),
    ],
)
def test_a_wrong_file_is_refused_with_its_reason(tmp_path: Path, text: str, cause: str) -> None:
    """Nothing is ignored silently."""
    path = tmp_path / "plan.toml"
    path.write_text(text)
    with pytest.raises(UsageError, match=cause):
        FaultPlan.read(path)


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    """By its name."""
    with pytest.raises(UsageError, match=r"none\.toml"):
        FaultPlan.read(tmp_path / "none.toml")


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        (Fault("body-drip", "slowly"), "is no number of bytes per second"),
        (Fault("body-drip", "-1"), "is no number"),
        (Fault("body-drip", "nan"), "is no number"),
        (Fault("404", "x"), "takes no argument"),
        (Fault("404", match="("), "match"),
        (Fault("404", times="often"), "times"),
    ],
)
def test_a_wrong_fault_is_refused_before_anything_is_served(fault: Fault, cause: str) -> None:
    """Arguments, patterns and times are checked at once."""
    with pytest.raises(UsageError, match=cause):
        FaultPlan([fault])


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("404", Fault("404")),
        ("stall:0.3", Fault("stall", "0.3")),
        ("429:", Fault("429", "")),
        ("429:Fri, 31 Dec 9999 23:59:59 GMT", Fault("429", "Fri, 31 Dec 9999 23:59:59 GMT")),
    ],
)
def test_the_command_line_names_a_fault_and_its_argument(text: str, fault: Fault) -> None:
    """Only the first colon splits."""
    assert Fault.read(text) == fault
