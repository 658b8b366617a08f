"""Small homes and small sites for runs of the real command line."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from pipeline.sources.registry import source_text
from pipeline.twin.content import generate
from pipeline.twin.messages import Request, Response
from pipeline.twin.server import TwinServer
from pipeline.twin.site import TwinSite

PAGE = """\
Implementation year:
2020
Award Year:
2021
National Pension Service
,
Korea, Republic of
,
Asia and Pacific

The fund answers questions about pensions on the phone, day and night, and in every language that is spoken in the \
country, so that nobody has to travel for an answer.

Topic:
Health
Migration
"""


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory, practices: Callable[..., Any]) -> Path:
    """Return a home from which one imported practice was published. Commands that fail must leave it as it is."""
    home = tmp_path_factory.mktemp("small")
    (home / "page.txt").write_text(PAGE)
    for step in (("import", "page.txt", "--source", "issa"), ("build",)):
        done = practices(home, *step)
        assert (done.code, done.out) == (0, ""), done.err
    return home


class Hole:
    """A site of which one page comes back without rows, as if the listing had ended, or without anything.

    Args:
        site: The whole site.
        body: What the page consists of; by default what the site answers far behind the end.
    """

    def __init__(self, site: TwinSite, body: bytes | None = None) -> None:
        self.site = site
        self.body = body

    def respond(self, request: Request) -> Response:
        """Return the response to a request."""
        if "page=1" not in request.target:
            return self.site.respond(request)
        if self.body is not None:
            return Response(200, (("Content-Type", "text/html; charset=UTF-8"),), self.body)
        return self.site.respond(Request(request.method, "/databases/gp?page=99", request.headers))


def source_file(name: str, port: int, **changes: str) -> str:
    """Return the file of a source that is on a loopback port, derived from the sample as a user would."""
    text = source_text("sample").replace("www.twin.test", f"127.0.0.1:{port}")
    values = {
        "name": f'"{name}"',
        "hosts": '["127.0.0.1"]',
        "attempts": "1",
        "min_practices": "1",
        "twin_practices": "",
        **changes,
    }
    for key, value in values.items():
        text = re.sub(rf"(?m)^{key} = .*$", f"{key} = {value}" if value else "", text)
    return text


@pytest.fixture(scope="session")
def site() -> TwinSite:
    """Return a site with 25 practices: three pages."""
    return TwinSite(generate(25))


@pytest.fixture
def serve(site: TwinSite, tmp_path: Path) -> Iterator[Callable[..., tuple[TwinServer, Path]]]:
    """Return what serves a site on loopback, whole or with a hole, and writes the source file for it."""
    with ExitStack() as stack:

        def start(responder: Any = site, name: str = "corner", **changes: str) -> tuple[TwinServer, Path]:
            server = stack.enter_context(TwinServer(responder))
            path = tmp_path / f"{name}.toml"
            path.write_text(source_file(name, server.port, **changes))
            return server, path

        yield start
