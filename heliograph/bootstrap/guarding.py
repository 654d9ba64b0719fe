"""What holds projects to their limits, where messages are accepted and where further ones begin."""

from heliograph.bootstrap import wiring
from heliograph.domain.identity import keyed_hash
from heliograph.store.counters import Counters
from heliograph.usecases.guard import Guard


def guard() -> Guard:
    """Holds projects to their limits."""
    parts = wiring()
    return Guard(
        counters=Counters(parts.table),
        clock=parts.clock,
        hashed=lambda project, number: keyed_hash(parts.secrets["pepper"], "limit", project, number),
    )
