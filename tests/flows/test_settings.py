import os
import tomllib
from importlib import resources

import pytest
from prefect.settings import get_current_settings

from flows.settings import apply_settings, variables


def test_prefect_knows_every_setting_and_has_taken_it() -> None:
    """It ignores a variable whose name is misspelt."""
    ours = dict(variables(tomllib.loads((resources.files("flows") / "prefect.toml").read_text(encoding="utf-8"))))
    taken = get_current_settings().to_environment_variables(exclude_unset=True)
    assert ours.keys() - taken.keys() == set()


def test_prefect_sends_no_usage_data_and_opens_no_door() -> None:
    """What it does by default is another story."""
    server = get_current_settings().server
    assert (server.analytics_enabled, os.environ["DO_NOT_TRACK"]) == (False, "1")
    assert (server.api.host, server.api.csrf_protection_enabled) == ("127.0.0.1", True)
    assert "*" not in server.api.cors_allowed_origins
    assert server.services.db_vacuum.enabled_vacuum_types == {"events", "flow_runs", "orphans"}


def test_results_are_json_and_are_not_kept() -> None:
    """Whoever can write to a folder of pickles can run code."""
    results = get_current_settings().results
    assert (results.default_serializer, results.persist_by_default) == ("json", False)


def test_what_the_user_has_set_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """An environment variable wins over our file."""
    monkeypatch.setenv("PREFECT_SERVER_API_HOST", "127.0.0.2")
    apply_settings()
    assert os.environ["PREFECT_SERVER_API_HOST"] == "127.0.0.2"


def test_tables_become_variables() -> None:
    """As Prefect spells them."""
    table = {"server": {"api": {"port": 1}}, "home": "/x"}
    assert dict(variables(table)) == {"PREFECT_SERVER_API_PORT": "1", "PREFECT_HOME": "/x"}
