"""The moving part of a message, as a value. How it moves is said in attempts, steps and holding. Times: epoch ms."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NamedTuple

from heliograph.domain.status import Rank
from heliograph.domain.tries import Try


class Phase(StrEnum):
    """What the message waits for."""

    OPEN = "open"
    """A worker may claim the next attempt once it is due."""
    CALL = "call"
    """Somebody holds, or held, the lease: the provider may have been called."""
    DONE = "done"
    """Nothing but a provider's late report will move it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """The moving part of a message."""

    attempt: int = 0
    phase: Phase = Phase.OPEN
    ranks: tuple[int, ...] = (Rank.SCHEDULED,)
    """By attempt, 0 first."""
    delivered: int = 0
    """How many attempts stand at `delivered`."""
    tries: int = 0
    """Calls that count against the budget; throttled ones do not."""
    token: str = ""
    lease: int = 0
    due: int = 0
    """Not before."""
    check: int | None = None
    """When the work index shows it as overdue; None once it has left the index."""
    bad: int | None = None
    """When it came to a bad end, for the list of failures."""
    stop: bool = False
    again: int = 0
    """A passing failure that is reported is answered with a new attempt while fewer than this were taken."""
    expires: int = 0
    pushes: int = 0
    """How often the sweep has touched it."""
    gathered: int = 0
    """Of a stack: how often its items have changed. It never falls, and stands still from the first claim on."""
    log: tuple[Try, ...] = (Try(),)
    """By attempt, 0 first."""
    step: int = 0
    """On the head: the number of the last of its notification's messages that began."""
    beside: bool = False
    """On the head: the messages of all other channels begin with it, and have not yet."""
    fails_over: bool = False
    """After a bad end the next channel begins."""
    patience: int = 0
    """Milliseconds without a receipt after which the next channel begins; 0: none does for that."""
    held: str = ""
    """What it waits for in the holding index, as `kind/name` (see holding); empty: it waits for its time alone."""
    held_at: int = 0
    """Since when."""
    waited: int = 0
    """Milliseconds that we ourselves let it wait: for slots, pauses, open circuits. They count to no deadline."""
    slot: str = ""
    """The slot that it waits for, as `heliograph.usecases.rates` writes it: INTEGRATION@TAG. It comes at `due`."""
    marks: int = 0
    """Workers that began with it alone and did not come through (see poison)."""

    @property
    def rank(self) -> int:
        """The rank of the current attempt."""
        return self.ranks[self.attempt]

    @property
    def taken(self) -> int:
        """How many attempts a provider took, the current one counted as one; what follows a refusal costs none.

        Of those before it nothing changes any more, so the order of reports never decides.
        """
        return sum(bool(entry.sent_at or not entry.reason) for entry in self.log[1:-1]) + bool(self.attempt)

    @property
    def followed(self) -> bool:
        """Done, and in the work index until the next channel has begun."""
        return self.phase is Phase.DONE and self.check is not None

    def since(self, entry: Try, now: int) -> int:
        """Milliseconds since an attempt was claimed, without those that we ourselves let it wait."""
        return now - entry.at - (self.waited - entry.waited)

    def ranked(self, attempt: int, rank: int, **known: object) -> "Progress":
        """With *attempt* at *rank* and with what is known of it."""
        ranks = (*self.ranks[:attempt], rank, *self.ranks[attempt + 1 :])
        entry = replace(self.log[attempt], **known)  # type: ignore[arg-type]  # fields of Try, checked at run time
        return replace(self, ranks=ranks, log=(*self.log[:attempt], entry, *self.log[attempt + 1 :]))

    def logged(self, **known: object) -> "Progress":
        """With what is known of the current attempt, its rank unchanged."""
        return self.ranked(self.attempt, self.rank, **known)


class Move(NamedTuple):
    """A state to write, if what it was decided on still stands."""

    after: Progress
    on: frozenset[str]
    """Names of Progress's fields, or `rank:K` for one attempt's rank."""
