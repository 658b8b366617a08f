"""Which crawls are evidence of absence, and what they say about pages that are gone."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.archive.crawls import Crawl, begin_crawl, finish_crawl, read_crawl
from pipeline.archive.warc import PAGES, WarcWriter
from pipeline.models import Certificate, CrawlKind, Exchange, Verdict
from pipeline.run.common import crawl_record
from pipeline.run.history import complete_crawls
from pipeline.settings import Home
from pipeline.sources.registry import load_source

AT = datetime(2026, 3, 1, tzinfo=UTC)
URL = "http://www.twin.test/gp/1"


@pytest.fixture
def crawl(tmp_path: Path) -> Any:
    """Return the maker of a finished crawl in which the page of one practice answered with a status."""
    source = load_source("sample")

    def make(
        status: int, *, kind: CrawlKind = CrawlKind.CRAWL, verdict: Verdict = Verdict.COMPLETE, **record: Any
    ) -> Crawl:
        folder = begin_crawl(Home(tmp_path), source.name, AT)
        with WarcWriter(folder / PAGES) as warc:
            warc.write_info({"software": "practices/test"}, AT)
            warc.write_exchange(Exchange(URL, status, "Status", [("Host", "www.twin.test")], [], b"Sorry.", AT))
        facts = crawl_record(folder, source, kind, AT, Certificate(verdict))
        finish_crawl(folder, {**facts, "languages": ["en"], **record})
        return read_crawl(folder)

    return make


def complete(*crawls: Crawl) -> list[Any]:
    return complete_crawls(crawls, {"sample": load_source("sample")})


@pytest.mark.parametrize("status", [404, 410])
@pytest.mark.parametrize("has_receipt", [True, False])
def test_a_page_that_is_gone_is_told(status: int, has_receipt: bool, crawl: Any) -> None:
    """With the time of the answer, whether or not the crawl kept a receipt."""
    receipt = {"receipt": {"statuses": {str(status): 1}}} if has_receipt else {}
    (found,) = complete(crawl(status, **receipt))
    assert (list(found.gone), list(found.languages), found.source) == ([(URL, AT)], ["en"], "sample")


@pytest.mark.parametrize("status", [200, 403, 500])
def test_other_answers_say_nothing(status: int, crawl: Any) -> None:
    """A page that is forbidden or broken is not gone."""
    (found,) = complete(crawl(status))
    assert list(found.gone) == []


@pytest.mark.parametrize(
    "more", [{"kind": CrawlKind.IMPORT}, {"verdict": Verdict.INCOMPLETE}, {"verdict": Verdict.UNKNOWN}]
)
def test_imports_and_incomplete_crawls_are_no_evidence(more: dict[str, Any], crawl: Any) -> None:
    """Not even of a page that answered 404."""
    assert complete(crawl(404, **more)) == []


def test_without_languages_a_crawl_walked_all(crawl: Any) -> None:
    """As crawls did before they wrote it down."""
    (found,) = complete(crawl(200, languages=None))
    assert list(found.languages) == list(load_source("sample").languages)
