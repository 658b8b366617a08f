"""The status is 200 and the body is not the page."""

from dataclasses import replace
from functools import cache
from importlib.resources import files

from pipeline.twin.faults.framing import unescaped
from pipeline.twin.faults.occasion import Behaviour, Occasion
from pipeline.twin.messages import Response
from pipeline.twin.shown import Rows, Shown
from pipeline.twin.site import SERVER_ERROR

HTML = "text/html; charset=UTF-8"
# Behind the link of the last row: inside its title, years or summary, whatever the layout.
CUT_BEHIND_LINK = 200


@cache
def page_file(name: str) -> bytes:
    """Return a page of the folder `pages`."""
    return files("pipeline.twin.faults").joinpath("pages", name).read_bytes()


def typed(response: Response, content_type: str, body: bytes) -> Response:
    """Return a response with another body under another content type."""
    kept = tuple((name, text) for name, text in response.headers if name.lower() != "content-type")
    return replace(response, headers=(*kept, ("Content-Type", content_type)), body=body)


def empty_page(occasion: Occasion) -> Response | None:
    """Show page ARG as Drupal does when its search index is away: nothing found, no pager, no markers."""
    if occasion.page != occasion.number:
        return None
    return occasion.honest(lambda shown, _: Shown(shown.page, (), 0, None, ()))


def page(occasion: Occasion) -> Response:
    """Show a page of the folder `pages`."""
    return Response(200, (("Content-Type", HTML),), page_file(occasion.value))


def one_liner(_: Occasion) -> Response:
    """Show Drupal's error message with 200."""
    return Response(200, (("Content-Type", HTML),), SERVER_ERROR)


def empty(occasion: Occasion) -> Response:
    """Send headers only."""
    return replace(occasion.honest(), body=b"")


def facet_ignored(occasion: Occasion) -> Response:
    """Show the unfiltered list to whoever asks for a facet."""
    path = occasion.request.target.partition("?")[0]
    return occasion.honest_at(f"{path}?page={occasion.page}")


def content_type(occasion: Occasion) -> Response:
    """Send the page under the value's content type."""
    response = occasion.honest()
    return typed(response, occasion.value, response.body)


def json_body(occasion: Occasion) -> Response:
    """Send JSON."""
    return typed(occasion.honest(), "application/json", b'[{"command":"settings","settings":{},"merge":true}]')


def half_page(occasion: Occasion) -> Response:
    """Cut the page inside its last row; Drupal's error message may follow (value `error`)."""
    rows: list[Rows] = []

    def note(shown: Shown, _: object) -> Shown:
        rows.append(shown.rows)
        return shown

    response = occasion.honest(note)
    link = f"gp/{rows[0][-1].key}".encode() if rows and rows[0] else b"</main>"
    body = response.body[: response.body.rfind(link) + CUT_BEHIND_LINK]
    return replace(response, body=body + (SERVER_ERROR if occasion.value == "error" else b""))


def inserted(occasion: Occasion) -> Response:
    """Put the value's bytes at the start of the page, or, with an `@` before them, inside its first paragraph."""
    response = occasion.honest()
    data = unescaped(occasion.value.removeprefix("@"))
    at = response.body.find(b"<p>") + 3 if occasion.value.startswith("@") else 0
    return replace(response, body=response.body[:at] + data + response.body[at:])


def recoded(occasion: Occasion) -> Response:
    """Write the page in the value's charset and say that it is UTF-8."""
    response = occasion.honest()
    return replace(response, body=response.body.decode().encode(occasion.value, errors="xmlcharrefreplace"))


BEHAVIOURS: dict[str, Behaviour] = {
    "empty_page": empty_page,
    "page": page,
    "one_liner": one_liner,
    "empty": empty,
    "facet_ignored": facet_ignored,
    "content_type": content_type,
    "json_body": json_body,
    "half_page": half_page,
    "inserted": inserted,
    "recoded": recoded,
}
