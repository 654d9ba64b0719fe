"""What the scheduler function needs."""

import random
from collections.abc import Callable

from heliograph.bootstrap import wiring
from heliograph.store.holds import Holds
from heliograph.usecases.drain import Drain
from heliograph.usecases.sweep import Sweep


def sweep(remaining: Callable[[], float]) -> Sweep:
    """Wakes messages; *remaining* gives the seconds that are left."""
    parts = wiring()
    return Sweep(messages=parts.messages, wakeups=parts.wakeups, clock=parts.clock, remaining=remaining)


def drain(remaining: Callable[[], float]) -> Drain:
    """Looks after what is held; *remaining* gives the seconds that are left."""
    parts = wiring()
    return Drain(
        holds=Holds(parts.table),
        messages=parts.messages,
        projects=parts.projects,
        wakeups=parts.wakeups,
        clock=parts.clock,
        random=random.random,
        remaining=remaining,
    )
