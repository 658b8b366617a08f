"""The site sends the client elsewhere."""

from pipeline.twin.faults.occasion import Behaviour, Occasion
from pipeline.twin.messages import Response


def redirect(occasion: Occasion) -> Response | None:
    """Redirect as the value says: a status, a blank, and the address.

    In the address {host} is the host as asked, {bare} the same without port, {target} path and query as asked,
    {slashed} the same with a slash behind the path, {arg} the argument. Without address there is no Location.
    """
    status, _, template = occasion.value.partition(" ")
    host = occasion.request.headers.get("host", "")
    path, mark, query = occasion.request.target.partition("?")
    if "{slashed}" in template and path.endswith("/"):
        return None
    location = template.format(
        host=host,
        bare=occasion.request.host,
        target=occasion.request.target,
        slashed=f"{path}/{mark}{query}",
        arg=occasion.arg,
    )
    return _moved(int(status), location)


def hops(occasion: Occasion) -> Response | None:
    """Redirect so many times, counted in the address, then answer; with the value `hosts` from host to host."""
    if occasion.hop >= occasion.number:
        return None
    path, _, query = occasion.request.target.partition("?")
    parameters = [part for part in query.split("&") if part and not part.startswith("hop=")]
    location = f"{path}?{'&'.join([*parameters, f'hop={occasion.hop + 1}'])}"
    if occasion.value == "hosts":
        hosts = occasion.site.source.site.hosts
        _, colon, port = occasion.request.headers.get("host", "").partition(":")
        location = f"http://{hosts[(occasion.hop + 1) % len(hosts)]}{colon}{port}{location}"
    return _moved(302, location)


def _moved(status: int, location: str) -> Response:
    headers = (("Location", location),) if location else ()
    return Response(status, (*headers, ("Content-Type", "text/html; charset=UTF-8")), b"<p>Moved.</p>\n")


BEHAVIOURS: dict[str, Behaviour] = {"redirect": redirect, "hops": hops}
