"""Give Prefect the settings of prefect.toml, wherever it is started. Must not import Prefect, which reads them once."""

import os
import tomllib
from collections.abc import Iterator, Mapping
from importlib import resources


def apply_settings() -> None:
    """Put our settings into the environment, from where Prefect and the processes that it starts take them.

    What the user has put there stays.
    """
    text = (resources.files("flows") / "prefect.toml").read_text(encoding="utf-8")
    for name, value in variables(tomllib.loads(text)):
        os.environ.setdefault(name, value)
    # Prefect's client asks this variable, not its settings, whether it may send usage data.
    os.environ.setdefault("DO_NOT_TRACK", "1")


def variables(table: Mapping[str, object], prefix: str = "PREFECT") -> Iterator[tuple[str, str]]:
    """Yield Prefect settings as the environment variables that mean the same.

    Args:
        table: As in a prefect.toml.
        prefix: Name of the table, as a variable begins with it.
    """
    for key, value in table.items():
        name = f"{prefix}_{key.upper()}"
        if isinstance(value, Mapping):
            yield from variables(value, name)
        else:
            yield name, str(value)
