"""What the scheduler function needs."""

from collections.abc import Callable

from heliograph.bootstrap import wiring
from heliograph.usecases.sweep import Sweep


def sweep(remaining: Callable[[], float]) -> Sweep:
    """Wakes messages; *remaining* gives the seconds that are left."""
    parts = wiring()
    return Sweep(messages=parts.messages, wakeups=parts.wakeups, clock=parts.clock, remaining=remaining)
