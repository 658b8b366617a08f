"""`practices review`: what waits, what a decision would change, and what it changes."""

import json
import os
import pty
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import polars as pl
import pytest
from click.testing import CliRunner, Result

from pipeline.cli import main
from pipeline.dataset import open_dataset
from pipeline.errors import UsageError
from pipeline.normalize.decisions import COLUMNS, Decision
from pipeline.publish import publish
from pipeline.run.decisions import add_decisions, load_decisions
from pipeline.settings import Home

PAGE = Path(__file__).parents[2] / "docs" / "examples" / "unmapped-names.txt"
ALIAS = ("alias", "institution", "National Pension Servise", "kor-nps", "--reason", "a typing error")


@dataclass(frozen=True)
class Desk:
    """A home, and the command line on it."""

    home: Path

    def run(self, *arguments: str | Path) -> Result:
        return CliRunner().invoke(main, ["--home", str(self.home), *map(str, arguments)])

    def review(self, *arguments: str | Path) -> Result:
        return self.run("review", *arguments)

    def data(self, *arguments: str | Path) -> dict[str, Any]:
        done = CliRunner().invoke(main, ["--home", str(self.home), "--json", "review", *map(str, arguments)])
        assert done.exit_code == 0, done.output
        return json.loads(done.stdout)

    @property
    def file(self) -> Path:
        return self.home / "vocab" / "decisions.csv"

    def kinds(self) -> dict[str, int]:
        findings = pl.read_parquet(self.home / "curated" / "latest" / "findings.parquet")
        return dict(findings["kind"].value_counts().iter_rows())


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a home with a page of fifty names that no vocabulary knows. Tests only read it."""
    desk = Desk(tmp_path_factory.mktemp("fifty"))
    assert desk.run("import", PAGE, "--source", "issa", "--url", "https://ww1.issa.int/cfe/gp").exit_code == 0
    assert desk.run("build").exit_code == 0
    return desk.home


@pytest.fixture
def desk(published: Path, tmp_path: Path) -> Desk:
    """Return a copy of that home, to decide in."""
    shutil.copytree(published, tmp_path / "home", symlinks=True)
    return Desk(tmp_path / "home")


def test_the_queue_says_what_where_and_why(published: Path) -> None:
    """Counts, source, examples, page, and ranked suggestions with reasons."""
    waiting = Desk(published).data()["unmapped"]
    assert len(waiting) == 50
    (found,) = [item for item in waiting if item["printed"] == "National Pension Servise"]
    assert found["country_code"] == "KOR"
    assert (found["practice_count"], found["sources"]) == (1, ["issa"])
    assert found["pages"] == ["https://ww1.issa.int/cfe/gp"]
    assert found["examples"][0].startswith("issa-x")
    best = found["suggestions"][0]
    assert (best["target_id"], best["reason"]) == ("kor-nps", "spelled 96 % alike")


@pytest.mark.parametrize("arguments", [("review",), ("review", "list")])
def test_a_person_reads_the_same_queue(arguments: tuple[str, ...], published: Path) -> None:
    """One block for each name."""
    done = Desk(published).run(*arguments)
    assert len(re.findall(r"^\d+\. ", done.stdout, re.MULTILINE)) == 50
    assert "1 kor-nps: National Pension Service (spelled 96 % alike)" in done.stdout


@pytest.mark.parametrize("arguments", [("--json",), ("list", "--json")])
def test_options_may_stand_anywhere(arguments: tuple[str, ...], published: Path) -> None:
    """Behind the command as before it."""
    done = CliRunner().invoke(main, ["review", *arguments, "--home", str(published)])
    assert len(json.loads(done.stdout)["unmapped"]) == 50


def test_a_preview_names_what_would_change_and_writes_nothing(desk: Desk) -> None:
    """The practice, its columns, and the counts."""
    changes = desk.data(*ALIAS, "--preview")
    values = {(row["column"], row["new"]) for row in changes["practices"]}
    assert values == {("institution_id", "kor-nps"), ("institution_name", "National Pension Service")}
    assert {"table": "institutions", "id": "kor-nps", "old": 5, "new": 6} in changes["counts"]
    assert {"table": "findings", "id": "unmapped_institution", "old": 40, "new": 39} in changes["findings"]
    assert not desk.file.exists()


def test_a_build_does_what_the_preview_said(desk: Desk) -> None:
    """And release.json has the decision, as it stands in the file."""
    promised = desk.data(*ALIAS, "--preview")
    assert desk.review(*ALIAS).exit_code == 0
    before = open_dataset(desk.home).practices
    assert desk.run("build").exit_code == 0
    after = open_dataset(desk.home)
    for row in promised["practices"]:
        is_it = pl.col("practice_id") == row["practice_id"]
        assert before.filter(is_it)[row["column"]].item() == row["old"]
        assert after.practices.filter(is_it)[row["column"]].item() == row["new"]
    record = json.loads((desk.home / "curated" / "latest" / "release.json").read_text())
    assert record["decisions"] == [made.as_dict() for made in load_decisions(Home(desk.home))]
    assert tuple(record["decisions"][0]) == COLUMNS
    assert desk.kinds()["unmapped_institution"] == 39


def test_a_decision_takes_its_name_out_of_the_queue_at_once(desk: Desk) -> None:
    """Deciding it again changes nothing; deciding it otherwise is refused."""
    assert desk.review(*ALIAS).exit_code == 0
    assert len(desk.data()["unmapped"]) == 49
    text = desk.file.read_text()
    assert "1 decided already" in desk.review(*ALIAS).stderr
    other = desk.review("reject", "institution", "national pension servise", "--reason", "no")
    assert other.exit_code == 2
    assert "decided already: alias kor-nps" in other.stderr
    assert desk.file.read_text() == text


def test_an_accepted_institution_is_registered_under_the_id_it_had(desk: Desk) -> None:
    """No practice moves."""
    before = open_dataset(desk.home).practices["institution_id"].to_list()
    done = desk.review("accept", "institution", "National Pension Fund", "--reason", "it exists: see its site")
    assert done.exit_code == 0, done.output
    assert desk.run("build").exit_code == 0
    dataset = open_dataset(desk.home)
    assert dataset.practices["institution_id"].to_list() == before
    entry = dataset.scan("institutions").filter(pl.col("name") == "National Pension Fund").collect()
    assert entry["is_registered"].to_list() == [True]


@pytest.mark.parametrize(
    ("arguments", "cause"),
    [
        (
            ("alias", "institution", "Fund", "kor-none", "--country", "KOR", "--reason", "x"),
            "in no row of institutions",
        ),
        (("alias", "topic", "Telepathy", "nothing", "--reason", "x"), "is in no row of topics"),
        (("alias", "topic", "Salud", "migration", "--reason", "x"), "is a name of health"),
        (("accept", "country", "Atlantis", "--reason", "x"), "not one of alias, reject"),
        (("accept", "institution", "Nobody's", "--reason", "x"), "country_code is empty"),
        (("reject", "topic", "Telepathy", "--reason", " "), "reason is empty"),
        (("same", "issa-1", "issa-1", "--reason", "x"), "compared with itself"),
        (("work",), "there is no terminal"),
        (("work", "--from", "nowhere.csv"), "can not be read"),
        (("alias", "institution", "Social Insurance Fund", "cmr-x"), "--reason"),
    ],
)
def test_what_can_not_be_meant_is_wrong_usage(arguments: tuple[str, ...], cause: str, desk: Desk) -> None:
    """One message, exit code 2, and nothing written."""
    done = desk.review(*arguments)
    assert done.exit_code == 2
    assert cause in done.stderr
    assert not desk.file.exists()


def test_a_queue_needs_a_release(tmp_path: Path) -> None:
    """And says how to get one."""
    done = Desk(tmp_path).review()
    assert done.exit_code == 2
    assert "practices build" in done.stderr


def test_a_file_of_work_is_written_filled_in_and_read(desk: Desk, tmp_path: Path) -> None:
    """All lines or none; what has no verdict waits."""
    file = tmp_path / "work.csv"
    assert desk.review("work", "--to", file).exit_code == 0
    frame = pl.read_csv(file, infer_schema=False)
    is_typo = frame["suggestions"].str.contains("9[0-9] % alike").fill_null(value=False)
    filled = frame.with_columns(pl.when(is_typo).then(pl.lit("alias")).otherwise("verdict").alias("verdict"))
    filled.write_csv(file)
    count = int(is_typo.sum())
    assert count > 3
    previewed = desk.data("work", "--from", file, "--preview")
    assert len(previewed["decisions"]) == count
    assert len(desk.data("work", "--from", file)["decisions"]) == count
    assert len(desk.data()["unmapped"]) == 50 - count
    kept = desk.file.read_text()
    filled.with_columns(pl.lit("perhaps").alias("verdict")).write_csv(file)
    wrong = desk.review("work", "--from", file)
    assert wrong.exit_code == 2
    assert f"{file}, line 2" in wrong.stderr
    assert desk.file.read_text() == kept


def test_a_terminal_is_asked_name_by_name(desk: Desk, surroundings: dict[str, str]) -> None:
    """A number takes a suggestion with its reason; every answer is written at once."""
    first, second = desk.data()["unmapped"][:2]
    assert first["suggestions"]
    leader, follower = pty.openpty()
    command = [sys.executable, "-m", "pipeline.cli", "--home", str(desk.home), "review", "work"]
    done = subprocess.Popen(command, stdin=follower, stdout=follower, stderr=follower, env=surroundings, cwd=desk.home)
    os.close(follower)
    os.write(leader, b"1\n\nreject\nno such thing\nquit\n")
    printed = b""
    try:
        while chunk := os.read(leader, 4096):
            printed += chunk
    except OSError:  # The other side is closed: the command has ended.
        pass
    os.close(leader)
    assert done.wait() == 0, printed.decode()
    made = {decision.printed: decision for decision in load_decisions(Home(desk.home))}
    assert made[first["printed"]].target_id == first["suggestions"][0]["target_id"]
    assert made[second["printed"]].verdict == "reject"


def test_practices_are_joined_and_the_old_id_leads_on(desk: Desk) -> None:
    """The release says where an id went; an unknown one is named."""
    one, other = open_dataset(desk.home).practices["practice_id"].to_list()[:2]
    previewed = desk.data("same", one, other, "--reason", "the same text", "--preview")
    assert previewed["gone"] == [one]
    assert desk.review("same", one, other, "--reason", "the same text").exit_code == 0
    assert desk.run("build").exit_code == 0
    dataset = open_dataset(desk.home)
    assert dataset.practices.height == 44
    assert (dataset.resolve(one), dataset.resolve(other)) == (other, other)
    assert dataset.scan("merges").filter(pl.col("rule") == "decision_same").collect().height == 1
    with pytest.raises(UsageError, match="issa-nothing"):
        dataset.resolve("issa-nothing")


def test_a_file_of_decisions_that_is_wrong_stops_a_build(desk: Desk) -> None:
    """With file and line; the release stays as it was."""
    desk.file.parent.mkdir()
    desk.file.write_text(",".join(COLUMNS) + "\ntopic,Telepathy,,alias,nothing,x,2026-11-23\n")
    latest = (desk.home / "curated" / "latest").resolve()
    done = desk.run("build")
    assert done.exit_code == 1
    assert f"{desk.file}, line 2" in done.stderr
    assert (desk.home / "curated" / "latest").resolve() == latest


def test_an_unused_decision_is_a_finding(desk: Desk) -> None:
    """It may come back, so it stays."""
    desk.review("reject", "topic", "Dowsing", "--reason", "no topic")
    assert desk.run("build").exit_code == 0
    assert desk.kinds()["unused_decision"] == 1


def test_persons_at_work_at_once_lose_nothing(tmp_path: Path) -> None:
    """Each waits for the other's line to be written."""

    def decide(number: int) -> None:
        add_decisions(Home(tmp_path), [Decision("topic", f"Topic {number}", "", "reject", "", "x", "2026-11-23")])

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(decide, range(24)))
    assert len(load_decisions(Home(tmp_path))) == 24


def test_another_edition_may_say_who_it_is(tmp_path: Path, curated: Callable[..., dict[str, pl.DataFrame]]) -> None:
    """What the same practice prints in another language comes before what is only alike."""
    tables = curated(
        {"source_key": "1", "institution": "Pension Body of Korea"},
        {"source_key": "1", "institution": "National Pension Service", "language": "fr"},
        {"source_key": "2", "institution": "National Health Insurance Service", "language": "fr"},
    )
    publish(Home(tmp_path), tables, datetime(2026, 1, 1, tzinfo=UTC), {}, {})
    (found,) = Desk(tmp_path).data()["unmapped"]
    best = found["suggestions"][0]
    assert (best["target_id"], best["reason"]) == ("kor-nps", "printed by the fr edition")


def test_help_says_what_each_verdict_does(practices: Callable[..., Any], tmp_path: Path) -> None:
    """In one line each."""
    done = practices(tmp_path, "review", "--help")
    assert done.code == 0
    assert all(verdict in done.out for verdict in ("accept", "alias", "reject", "same", "different", "work"))
