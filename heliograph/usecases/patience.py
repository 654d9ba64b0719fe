"""Patience: what a worker cannot do because the store does not answer is put back on its queue, later and later.

A message that is put back is a new one to SQS. So its receives count only workers that died or failed for another
reason, and an outage makes no dead letters however long it is.
"""

from dataclasses import dataclass, replace
from typing import Final

from heliograph.domain.dead_letter import SINCE
from heliograph.domain.errors import HeliographError
from heliograph.domain.message import Hint, Lane
from heliograph.domain.model import JSON
from heliograph.domain.retry import MAX_HOPS, QUEUE_DELAY
from heliograph.usecases.ports import Clock, Later, Wakeups

FIRST: Final = 5_000
"""Milliseconds after which it is tried again at first; every further wait is about as long as all before it."""
LONGEST: Final = 4 * 24 * 3_600_000
"""Milliseconds after which something else must be wrong: it fails as whatever fails, and becomes a dead letter."""
RESULT: Final = "result"
"""Key in a body that carries the result of a call. It must be written before somebody repeats the call."""


class OutOfPatience(HeliographError):
    """It was put back for four days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WakeLater:
    """Puts wake-up calls back."""

    wakeups: Wakeups
    clock: Clock

    def __call__(self, hint: Hint, lane: Lane) -> None:
        """Have *hint* come again; after its last hop the sweep brings it."""
        if hint.hop < MAX_HOPS:
            delay = min(QUEUE_DELAY, FIRST * 2**hint.hop)
            self.wakeups.wake(replace(hint, hop=hint.hop + 1), lane, at=self.clock() + delay)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportLater:
    """Puts reports and results back."""

    later: Later
    clock: Clock
    soon: int
    """Milliseconds: the longest wait of a result."""

    def __call__(self, body: JSON, group: str) -> None:
        """Have *body* come again.

        Raises:
            OutOfPatience: it has been put back for too long.
            Unavailable: it is not on the queue.
        """
        now = self.clock()
        since = int(body.get(SINCE, now))
        if now - since > LONGEST:
            raise OutOfPatience("the store did not take it in four days: look at the errors of the function")
        longest = min(self.soon, QUEUE_DELAY) if RESULT in body else QUEUE_DELAY
        delay = min(longest, max(FIRST, now - since))
        self.later.put(group, [body | {SINCE: since}], delay=delay / 1000)
