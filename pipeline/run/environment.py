"""What a release was made with, beside our own code: the libraries that are installed, as a lock would name them."""

import hashlib
import platform
import re
from importlib.metadata import PackageNotFoundError, distribution
from typing import Any

_NAME = re.compile(r"[A-Za-z0-9._-]+")


def environment(package: str = "practices") -> dict[str, Any]:
    """Return the versions of Python and of every library that a package needs, and their digest.

    The lock file is no part of an installed package, and may differ from what is installed; so the installed versions
    are stated. Extras are left out: neither Prefect nor a test tool touches a value.

    Args:
        package: An installed package; where it runs without being installed, only Python is known.
    """
    libraries = dict(sorted(_required(package).items()))
    text = "\n".join(
        f"{name}=={version}" for name, version in (("python", platform.python_version()), *libraries.items())
    )
    digest = f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
    return {"python_version": platform.python_version(), "libraries": libraries, "environment_digest": digest}


def _required(package: str) -> dict[str, str]:
    versions: dict[str, str] = {}
    wanted = [package]
    while wanted:
        try:
            found = distribution(wanted.pop())
        except PackageNotFoundError:
            continue  # for another platform or version of Python
        for requirement in found.requires or ():
            name, marker = requirement.partition(";")[::2]
            match = _NAME.match(name)
            key = match[0].lower().replace("_", "-") if match else ""
            if key and "extra" not in marker and key not in versions:
                try:
                    versions[key] = distribution(key).version
                except PackageNotFoundError:
                    continue
                wanted.append(key)
    return versions
