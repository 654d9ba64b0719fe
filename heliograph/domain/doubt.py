"""Doubt after an outage: a look that comes late is no proof that a receipt had its time. Pure. Times: milliseconds."""

from dataclasses import replace
from typing import Final

from heliograph.domain.progress import Move, Progress
from heliograph.domain.retry import MAX_TRIES

LATE: Final = 60_000
"""How much later than the end of the wait a look is late: more than a queue that is worked off makes it."""

REPEATS: Final = 3
"""How often an attempt is made once more by a provider that would send it again each time."""


def given_up(state: Progress, *, hold: int) -> bool:
    """Whether an attempt in doubt is repeated no more: something about it ends its workers, or its provider never says.

    *hold* is 0 while the provider honours the attempt's send key, since a repeat sends nothing twice then.
    """
    return state.tries >= MAX_TRIES or (hold > 0 and state.log[-1].repeats >= REPEATS)


def begins_anew(state: Progress, now: int, *, hold: int, lease: int) -> bool:
    """Whether a doubtful claim waits once more for its receipt before it is repeated.

    Nobody looked when the wait was over. So perhaps nobody could, and what was reported meanwhile is still on its way.
    Once is enough: a claim whose lease was moved before is repeated however late it is. *lease* is a new claim's.
    """
    moved = state.lease - state.log[-1].at > lease
    return hold > 0 and not moved and now > state.lease + hold + LATE


def begin_anew(state: Progress, *, now: int) -> Move:
    """Let the wait for a receipt begin now. The worker that has the token may still write its result."""
    return Move(replace(state, lease=now), frozenset({"phase", "token", "lease"}))
