"""The site answers with a status that is no page."""

import re
from email.utils import formatdate

from pipeline.twin.faults.bodies import HTML, page_file
from pipeline.twin.faults.occasion import Behaviour, Occasion
from pipeline.twin.messages import KEPT_ON_304, Response
from pipeline.twin.query import read_query
from pipeline.twin.site import SERVER_ERROR

FROM_NOW = re.compile(r"now([+-][0-9]{1,9})")


def refusal(occasion: Occasion, status: int, *headers: tuple[str, str]) -> Response:
    """Return what a site sends with a status that is no success."""
    if status in (404, 410):
        body = occasion.honest_at("/no-such-page").body
    elif status in (401, 403):
        body = page_file("denied.html")
    elif status == 503:
        body = page_file("maintenance.html")
    else:
        body = SERVER_ERROR if status >= 500 else b"Too Many Requests\n"
    return Response(status, (("Content-Type", HTML), *headers), body)


def status(occasion: Occasion) -> Response:
    """Answer with the value's status."""
    return refusal(occasion, int(occasion.value))


def unauthorized(occasion: Occasion) -> Response:
    """Ask for a password."""
    return refusal(occasion, 401, ("WWW-Authenticate", 'Basic realm="Preview"'))


def busy(occasion: Occasion) -> Response:
    """Answer with the value's status and the argument as Retry-After.

    `none` sends no such header, `now+30` and `now-30` the HTTP date of that moment.
    """
    text = occasion.arg
    if moment := FROM_NOW.fullmatch(text):
        text = formatdate(occasion.now + int(moment[1]), usegmt=True)
    # Header bytes are written as latin-1; this way they come out as UTF-8.
    headers = () if text == "none" else (("Retry-After", text.encode().decode("latin-1")),)
    return refusal(occasion, int(occasion.value), *headers)


def not_modified(occasion: Occasion) -> Response:
    """Answer 304, whatever was asked."""
    headers = occasion.honest().headers
    return Response(304, tuple((name, text) for name, text in headers if name.lower() in KEPT_ON_304))


def not_modified_other(occasion: Occasion) -> Response | None:
    """Answer a conditional request with 304 and the ETag of something else."""
    if "if-none-match" not in occasion.request.headers:
        return None
    response = not_modified(occasion)
    return Response(304, (*response.headers, ("ETag", '"another-rendering"')))


def gone_above(occasion: Occasion) -> Response | None:
    """Answer 410 to an address with more facet values than the argument."""
    filters = read_query(occasion.request.target.partition("?")[2]).filters
    return refusal(occasion, 410) if len(filters) > occasion.number else None


BEHAVIOURS: dict[str, Behaviour] = {
    "status": status,
    "unauthorized": unauthorized,
    "busy": busy,
    "not_modified": not_modified,
    "not_modified_other": not_modified_other,
    "gone_above": gone_above,
}
