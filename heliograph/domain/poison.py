"""Poison: a message whose rendering ends its worker, so that no write is left to tell of it. Pure.

From its third receive on a wake-up call is suspect: its message is marked before anything is done with it, and worked
on alone, so that a mark which stays behind tells of no neighbour. Who comes through takes its mark away again.
"""

from dataclasses import replace
from typing import Final

from heliograph.domain.progress import Move, Phase, Progress

SUSPECT: Final = 3
"""Receives of a queue message from which on it is handled alone."""
VISITS: Final = 3
"""The marked visit that ends the message instead of trying it once more."""


def endangers(state: Progress) -> bool:
    """Whether working on it would render it for a try that nobody has claimed."""
    return state.phase is Phase.OPEN


def guilty(state: Progress) -> bool:
    """Whether one more marked visit is the last."""
    return state.marks + 1 >= VISITS


def mark(state: Progress) -> Move:
    """Note that a worker begins with it. Of two that begin at once, one is refused."""
    return Move(replace(state, marks=state.marks + 1), frozenset({"phase", "attempt", "marks"}))


def unmark(state: Progress) -> Move:
    """Take that note back: the worker is still there. *state* is as `mark` left it, whatever has moved since."""
    return Move(replace(state, marks=0), frozenset({"marks"}))
