import json
import os
import subprocess
import sys
from pathlib import Path

import httpx
from click.testing import CliRunner

from pipeline.cli import main
from pipeline.twin.faults.catalogue import catalogue


def test_faults_are_listed_with_what_should_come_of_them() -> None:
    """One line each: name with its argument, verdict, sentence."""
    result = CliRunner().invoke(main, ["twin", "faults"])
    lines = result.stdout.splitlines()
    assert (result.exit_code, len(lines)) == (0, len(catalogue()))
    assert lines[0].split()[:2] == ["refuse:inf", "error:HostUnreachableError"]
    assert all(line.endswith(entry.sentence) for line, entry in zip(lines, catalogue().values(), strict=True))


def test_faults_are_listed_for_a_machine() -> None:
    """With everything that a table of verdicts needs."""
    result = CliRunner().invoke(main, ["twin", "faults", "--json"])
    faults = {fault["name"]: fault for fault in json.loads(result.stdout)["faults"]}
    assert faults.keys() == catalogue().keys()
    assert faults["gzip-two-members"]["harmless"] == "yes"
    assert faults["body-drip"]["expect"] == "error:DeadlineError"


def test_an_unknown_fault_or_layout_is_wrong_usage(tmp_path: Path) -> None:
    """Exit code 2, before anything is served."""
    for arguments in (["--fault", "made-up"], ["--layout", "made-up"], ["--faults", str(tmp_path / "none.toml")]):
        result = CliRunner().invoke(main, ["twin", "serve", *arguments])
        assert (result.exit_code, "next: " in result.stderr) == (2, True)


def test_the_command_serves_faults_from_both_options(tmp_path: Path) -> None:
    """--fault comes first, the plan after it."""
    plan = tmp_path / "plan.toml"
    plan.write_text("[[fault]]\nname = '410'\nmatch = 'page=7'\n[[fault]]\nname = 'robots-503'\n")
    command = [sys.executable, "-m", "pipeline.cli", "--json", "twin", "serve", "--practices", "20"]
    with subprocess.Popen(
        [*command, "--fault", "500-twice", "--faults", str(plan)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    ) as process:
        try:
            assert process.stdout is not None
            url = json.loads(process.stdout.readline())["url"]
            answers = [httpx.get(url), httpx.get(f"{url}?page=7"), httpx.get(f"{url}?page=7"), httpx.get(url)]
            answers.append(httpx.get(httpx.URL(url).join("/robots.txt")))
        finally:
            process.terminate()
    assert [answer.status_code for answer in answers] == [500, 500, 410, 200, 503]
