"""What the manage function needs for an event's versions."""

from heliograph.bootstrap import wiring
from heliograph.usecases.versions import Versions


def versions() -> Versions:
    """Works on the history of events."""
    return Versions(store=wiring().definitions, signer=wiring().signer, clock=wiring().clock)
