"""Wake-up calls at a time: by queue delay up to 15 minutes ahead, later by a schedule for the due minute."""

from collections.abc import Callable
from dataclasses import dataclass

from heliograph.domain.errors import Unavailable
from heliograph.domain.message import Hint, Lane
from heliograph.domain.retry import QUEUE_DELAY
from heliograph.queue import Lanes
from heliograph.schedules import Schedules


@dataclass(frozen=True, slots=True, kw_only=True)
class Wakeups:
    """Losing one is harmless, since the sweep finds what is overdue; so a failure is told and never raised."""

    lanes: Lanes
    schedules: Schedules | None
    """None where the function makes none."""
    clock: Callable[[], int]
    on_trouble: Callable[[str, Exception], None]

    def wake(self, hint: Hint, lane: Lane, *, at: int) -> None:
        """Have a worker look at the message at that time (epoch milliseconds)."""
        wait = at - self.clock()
        try:
            if wait > QUEUE_DELAY and self.schedules is not None:
                self.schedules.ensure(at)
            else:
                # Never early: the delay is rounded up to a whole second.
                self.lanes.put(hint, lane, delay=-(-max(0, min(wait, QUEUE_DELAY)) // 1000))
        except Unavailable as exc:
            self.on_trouble("a wake-up call was lost; the sweep will find the message", exc)
