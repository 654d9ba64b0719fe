"""What the manage function needs for an event's versions."""

from heliograph import templates
from heliograph.bootstrap import wiring
from heliograph.store.layouts import Layouts as LayoutStore
from heliograph.usecases.flat import flat
from heliograph.usecases.layouts import finder
from heliograph.usecases.versions import Versions


def versions() -> Versions:
    """Works on the history of events."""
    parts = wiring()
    layouts = LayoutStore(parts.table)
    return Versions(
        store=parts.definitions,
        signer=parts.signer,
        clock=parts.clock,
        flatten=lambda project, body: flat(body, templates.check, finder(layouts, project)),
    )
