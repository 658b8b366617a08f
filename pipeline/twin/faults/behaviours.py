"""All behaviours by the name that the catalogue calls them."""

from pipeline.twin.faults import (
    bodies,
    codings,
    connection,
    framing,
    markup,
    paging,
    redirects,
    robots,
    statuses,
    validators,
)
from pipeline.twin.faults.occasion import Behaviour

BEHAVIOURS: dict[str, Behaviour] = {
    **connection.BEHAVIOURS,
    **framing.BEHAVIOURS,
    **codings.BEHAVIOURS,
    **statuses.BEHAVIOURS,
    **redirects.BEHAVIOURS,
    **bodies.BEHAVIOURS,
    **paging.BEHAVIOURS,
    **validators.BEHAVIOURS,
    **robots.BEHAVIOURS,
    **markup.BEHAVIOURS,
}
