"""What the manage function needs to hold back and to let go."""

from functools import cache

from heliograph.bootstrap import wiring
from heliograph.store.circuits import Circuits
from heliograph.store.holds import Holds
from heliograph.usecases.pacing import Pacing
from heliograph.usecases.pausing import Pausing


@cache
def pausing() -> Pausing:
    """Works on pauses."""
    parts = wiring()
    return Pausing(projects=parts.projects, definitions=parts.definitions, holds=Holds(parts.table), clock=parts.clock)


@cache
def pacing() -> Pacing:
    """Works on the rates and circuits of integrations."""
    parts = wiring()
    return Pacing(projects=parts.projects, circuits=Circuits(parts.table), clock=parts.clock)
