"""Validators that are odd, or do not validate."""

from dataclasses import replace

from pipeline.twin.faults.occasion import Behaviour, Occasion
from pipeline.twin.messages import Response


def etag(occasion: Occasion) -> Response:
    """Send the page with an ETag made from the site's own: {etag} with its quotes, {opaque} without."""
    response = occasion.honest()
    own = response.header("ETag") or ""
    changed = occasion.value.format(etag=own, opaque=own.strip('"'))
    kept = tuple((name, text) for name, text in response.headers if name.lower() != "etag")
    return replace(response, headers=(*kept, ("ETag", changed)))


def new_body(occasion: Occasion) -> Response:
    """Send another body every time, with the ETag and Last-Modified of the first."""
    response = occasion.honest()
    return replace(response, body=response.body + f"<!-- rendering {occasion.count} -->\n".encode())


BEHAVIOURS: dict[str, Behaviour] = {"etag": etag, "new_body": new_body}
