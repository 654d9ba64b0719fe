"""Quiet: while hardly anything goes over an account, its line is not asked, and a lone message costs no write."""

from dataclasses import dataclass, field
from threading import Lock

from heliograph.usecases.ports import Clock


@dataclass
class Quiet:
    """What one process knows of lines whose rate is the account's own quota. Times are epoch milliseconds.

    Every worker lets its share of the rate go by unasked, which is the rate at most over all of them. A line in which
    somebody waits is asked always. The vendor refuses what is too much, and that costs no try.
    """

    clock: Clock
    workers: int
    """How many processes may send at once."""
    _free: dict[str, int] = field(default_factory=dict)
    """Line -> when the next message may go unasked."""
    _lock: Lock = field(default_factory=Lock)

    def passes(self, line: str, rate: float) -> bool:
        """Whether a message may go now unasked; the next may when this process's share of the rate allows it."""
        now = self.clock()
        with self._lock:
            if now < self._free.get(line, 0):
                return False
            self._free[line] = now + round(self.workers * 1000 / rate)
            return True

    def crowded(self, line: str, until: int) -> None:
        """Somebody waits in the line until that time."""
        with self._lock:
            self._free[line] = max(self._free.get(line, 0), until)
