"""The flow `refresh-practices`: the work of `practices refresh`, one task per stage of the pipeline."""

import logging
import os
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Annotated, Any, ParamSpec, TypeVar, cast

from prefect import flow, get_run_logger, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.states import Cancelled, Failed
from pydantic import Field

from pipeline.archive.crawls import Crawl
from pipeline.errors import LockHeldError, PracticesError
from pipeline.report import run_report
from pipeline.run import build, parsing
from pipeline.run.ingest import ingest
from pipeline.run.parsing import Parsed
from pipeline.settings import Home
from pipeline.sources.registry import load_source
from pipeline.sources.spec import LANGUAGE, Source

P = ParamSpec("P")
R = TypeVar("R")

# Absolute, no `.` or `..` in it: whoever fills in the form does not see the folder that the runner was started in.
_PATH = r"(/\.?[^/.\x00-\x1f][^/\x00-\x1f]*)+"

SourceName = Annotated[str, Field(max_length=1000, pattern=rf"^([a-z][a-z0-9-]*|{_PATH}\.toml)$")]
Language = Annotated[str, Field(pattern=LANGUAGE)]
Languages = Annotated[list[Language], Field(max_length=50)]
Reason = Annotated[str, Field(max_length=1000, pattern=r"\S")]
Folder = Annotated[str, Field(max_length=1000, pattern=rf"^{_PATH}$")]


def _stage(name: str, function: Callable[P, R]) -> Callable[P, R]:
    """Return a stage that runs as a task; Prefect neither hashes, nor stores, nor repeats what it does."""

    @task(name=name, retries=0, cache_policy=NO_CACHE, persist_result=False, result_serializer="json")
    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R | State[R]:
        try:
            return function(*args, **kwargs)
        except PracticesError as error:
            return _failed(error)

    @wraps(function)
    def stage(*args: P.args, **kwargs: P.kwargs) -> R:
        state = cast("State[R]", run(*args, return_state=True, **kwargs))
        return state.result()

    return stage


def _failed(error: PracticesError) -> State[Any]:
    """Return the state of a run that failed as users are told it may.

    It is returned, not raised: so the message is ours alone, the log shows no traceback, and nothing is stored.
    """
    return Failed(message=str(error), data=error)


def _parse_after(_crawl: Crawl, home: Home, source: Source, accept: str | None) -> Parsed:
    """Parse what is in raw/; the crawl is named only so that the run graph shows what comes first."""
    return parsing.parse(home, source, accept)


fetch = _stage("fetch", ingest)
parse = _stage("parse", _parse_after)
normalize = _stage("normalize", build.normalize_names)
dedupe = _stage("dedupe", build.dedupe)
curate = _stage("curate", build.curate)
publish = _stage("publish", build.publish_tables)


@flow(name="refresh-practices", retries=0, persist_result=False, result_serializer="json")
def refresh_practices(
    source: SourceName = "sample",
    languages: Languages | None = None,
    accept: Reason | None = None,
    home: Folder | None = None,
) -> str | State[str]:
    """Fetch a source, then publish it; return the release id.

    A failure ends the run as Failed, with the message that `practices refresh` prints. When another process is fetching
    the same source, the run ends as Skipped, of type Cancelled: the work is being done, nothing is wrong.

    Args:
        source: Registered name, or absolute path of a source TOML file.
        languages: Languages to fetch; all of the source by default.
        accept: Reason to publish in spite of a gate; it is written into the release.
        home: Absolute path of the folder of raw/ and curated/; by default PRACTICES_HOME of the runner, or its folder.
    """
    place = Home(Path(home or os.environ.get("PRACTICES_HOME") or "."))
    contact = os.environ.get("PRACTICES_CONTACT") or None
    try:
        spec = load_source(source)
        try:
            crawl = fetch(place, spec, contact, tuple(dict.fromkeys(languages or ())), _LoggedPages(get_run_logger()))
        except LockHeldError as error:
            return Cancelled(name="Skipped", message=f"lock held: {error}")
        parsed = normalize(parse(crawl, place, spec, accept))
        tables = curate(parsed, dedupe(parsed))
        release = publish(place, parsed, tables, accept)
    except PracticesError as error:
        return _failed(error)
    create_markdown_artifact(run_report(release, tables, crawl), key="refresh-report", description=release.release_id)
    return release.release_id


class _LoggedPages:
    """Progress in the log of a run.

    Args:
        logger: Of the run.
    """

    def __init__(self, logger: "logging.Logger | logging.LoggerAdapter[logging.Logger]") -> None:
        self._logger = logger

    def pages(self, done: int, known: int | None, what: str) -> None:
        """Log every 25th page."""
        if done % 25 == 0:
            self._logger.info("%s: %s of %s pages", what, done, known or "unknown")

    def stage(self, name: str) -> None:
        """Say nothing: the run graph shows stages."""
