"""Wake-up calls at a time: by queue delay up to 15 minutes ahead, later by a schedule for the due minute."""

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

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
        self.wake_all([(hint, lane, at)])

    def wake_all(self, calls: Sequence[tuple[Hint, Lane, int]]) -> None:
        """The same for several messages; those of one project, lane and delay share calls of SQS."""
        together: dict[tuple[str, Lane, int], list[Hint]] = defaultdict(list)
        now = self.clock()
        for hint, lane, at in calls:
            if at - now > QUEUE_DELAY and self.schedules is not None:
                self._told(partial(self.schedules.ensure, at))
            else:
                # Never early: the delay is rounded up to a whole second.
                delay = -(-max(0, min(at - now, QUEUE_DELAY)) // 1000)
                together[hint.message.project, lane, delay].append(hint)
        for (project, lane, delay), hints in together.items():
            self._told(partial(self.lanes.put, project, hints, lane, delay=delay))

    def _told(self, call: Callable[[], None]) -> None:
        try:
            call()
        except Unavailable as exc:
            self.on_trouble("a wake-up call was lost; the sweep will find the message", exc)
