"""Sweep: find what was forgotten. The work index is the truth, wake-ups are only hints."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from heliograph.domain import attempts
from heliograph.domain.errors import Lost
from heliograph.domain.message import Hint, Overdue
from heliograph.domain.retry import SWEEP_GRACE, push
from heliograph.usecases.ports import Clock, MessageStore, Wakeups

SWEPT_A_SHARD: Final = 100
"""A brake: what one run leaves, the next minute's takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sweep:
    """Wakes messages from the work index."""

    messages: MessageStore
    wakeups: Wakeups
    clock: Clock
    remaining: Callable[[], float]
    """Seconds that are left."""

    def run(self) -> int:
        """Wake what is overdue, and push each ahead so that a backlog makes no storm."""
        count = 0
        for entry in self.messages.overdue(before=self.clock() - SWEEP_GRACE, limit=SWEPT_A_SHARD):
            if self.remaining() < 5:  # noqa: PLR2004  # seconds: the rest waits for the next minute
                break
            count += self._wake(entry)
        return count

    def _wake(self, entry: Overdue) -> int:
        now = self.clock()
        message = self.messages.load(entry.message, now=now)
        # The index lags; the item decides.
        if message is None or message.progress.check != entry.check:
            return 0
        self.wakeups.wake(Hint(message=entry.message), entry.lane, at=now)
        # The grace is counted again when it is looked at.
        check = now + push(message.progress.pushes) - SWEEP_GRACE
        if message.progress.expires > now:
            check = min(check, message.progress.expires)
        try:
            self.messages.move(message, attempts.push(message.progress, check=check))
        except Lost:
            return 0
        return 1
