"""What holds messages back, and the moves into and out of the holding index. Pure; times are epoch milliseconds.

A message that is held is open, has left the work index and lies under what holds it. Nobody wakes it and no sweep
looks at it; when the hold ends, it is given back to the work index with a time of its own.
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from heliograph.domain.progress import Move, Progress

if TYPE_CHECKING:
    from heliograph.domain.project import Mode
    from heliograph.domain.timing import Terms

LONGEST_HOLD: Final = 4 * 86_400_000
"""How much longer a message may live because it is held. With its own 72 h it is less than its files are kept."""
DRAIN_RATE: Final = 50
"""Messages a second that leave a hold, where no integration's rate says otherwise."""
SETTLED: Final = 120_000
"""How long after its end a hold is looked at: a worker may not have heard of the end, and hold one more."""


class HoldKind(StrEnum):
    """What holds."""

    PROJECT = "project"
    EVENT = "event"
    CHANNEL = "channel"
    INTEGRATION = "integration"
    """A paused one."""
    CIRCUIT = "circuit"
    """An integration's open circuit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pause:
    """Somebody has paused something of a project, in one mode."""

    kind: HoldKind
    name: str
    """The event, channel or integration; the project's own id for the project."""
    since: int
    ended: int = 0
    """When it was resumed; 0 while it holds."""

    @property
    def place(self) -> str:
        """Under which name messages are held."""
        return placed(self.kind, self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Holding:
    """Something that holds messages back, or has just ended."""

    project: str
    mode: "Mode"
    kind: HoldKind
    name: str

    @property
    def place(self) -> str:
        """Under which name messages are held."""
        return placed(self.kind, self.name)


def placed(kind: HoldKind, name: str) -> str:
    """The name under which messages are held."""
    return f"{kind.value}/{name}"


def hold(state: Progress, terms: "Terms", place: str, now: int) -> Move:
    """Let a waiting message lie. Its own deadline stands still meanwhile; an expiry that was asked for does not."""
    expires = state.expires if _asked_for(terms) else state.expires + LONGEST_HOLD
    after = replace(state, held=place, held_at=now, check=None, expires=expires, pushes=0, slot="")
    return Move(after, _on(state))


def release(state: Progress, terms: "Terms", due: int) -> Move:
    """Give a held message back to the work index, to go at *due*."""
    return Move(released(state, terms, due), _on(state))


def released(state: Progress, terms: "Terms", due: int) -> Progress:
    """A held message as it would stand at *due*, held no more."""
    waited = max(0, due - state.held_at)
    expires = state.expires if _asked_for(terms) else state.expires - LONGEST_HOLD + waited
    return replace(
        state, held="", held_at=0, due=due, check=due, expires=expires, waited=state.waited + waited, slot=""
    )


def wait_for_slot(state: Progress, terms: "Terms", slot: int, integration: str, now: int) -> Move:
    """Let it wait for its slot of an integration's rate; no try is burnt, and no deadline comes nearer."""
    waited = max(0, slot - now)
    expires = state.expires if _asked_for(terms) else state.expires + waited
    # One whose time ends before its slot comes waits for its end.
    due = min(slot, expires)
    after = replace(
        state, due=due, check=due, expires=expires, waited=state.waited + waited, slot=integration, pushes=0
    )
    return Move(after, _on(state))


def _asked_for(terms: "Terms") -> bool:
    return bool(terms.fixed or terms.lifetime)


def _on(state: Progress) -> frozenset[str]:
    on = {"phase", "attempt", "delivered", "held", "stop", "due", "expires"}
    return frozenset(on | ({"gathered"} if state.gathered else set()))
