"""What the manage and scheduler functions need to erase contacts."""

from heliograph.bootstrap import wiring
from heliograph.store.erasures import Erasures
from heliograph.store.scrub import Scrub
from heliograph.usecases.erase import Erase


def erase() -> Erase:
    """Erases contacts."""
    parts = wiring()
    return Erase(
        contacts=parts.contacts,
        messages=parts.messages,
        files=parts.files,
        ledger=Erasures(parts.table, parts.contacts),
        scrub=Scrub(parts.table),
        clock=parts.clock,
    )
