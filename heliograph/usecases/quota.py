"""Quota: what the stage's own account may send is read from it now and then, and is the rate where none is set."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from heliograph.domain.errors import HeliographError
from heliograph.usecases.ports import Clock

EVERY: Final = 5 * 60_000
"""Milliseconds between two readings of one process."""
SES: Final = "ses"


class QuotaStore(Protocol):
    """See heliograph.store.quotas."""

    def keep(self, provider: str, rate: float) -> bool: ...


@dataclass(slots=True, kw_only=True)
class Quota:
    """Reads SES's quota. Times are epoch milliseconds."""

    store: QuotaStore
    mail_rate: Callable[[], float]
    """What SES says: messages a second, 0 for no bound; raises HeliographError."""
    clock: Clock
    note: Callable[..., None]
    """Logs one line."""
    trouble: Callable[[str, Exception], None]
    read: int = 0
    """When it was last asked."""

    def run(self) -> None:
        """Ask if it is time. It never fails: what was known goes on until SES answers."""
        now = self.clock()
        if now - self.read < EVERY:
            return
        self.read = now
        try:
            rate = self.mail_rate()
            changed = self.store.keep(SES, rate)
        except HeliographError as exc:
            self.trouble("SES's quota was not read; the one that was known holds", exc)
            return
        if changed:
            self.note("quota", provider=SES, rate=rate)
