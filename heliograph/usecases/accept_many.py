"""Accept many: the requests of one call side by side, each with a result of its own, and few wake-up calls."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Final

from heliograph.domain.errors import BadInput, Unavailable
from heliograph.domain.message import Hint
from heliograph.domain.project import Caller
from heliograph.domain.request import SendRequest
from heliograph.usecases.accept import Accept, Acceptance, Taken
from heliograph.usecases.ports import ManyWakeups

RESERVE: Final = 2.0
"""Seconds: nothing is begun with less time left, so that what was begun is also answered."""
LATE: Final = "there was no time left in this call: send this one again, with the same key"

type Result = Acceptance | Exception
"""What one request came to; an error that is not ours is told too, since its neighbours were accepted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AcceptMany:
    """Takes the checked requests of one call."""

    accept: Accept
    wakeups: ManyWakeups
    side_by_side: int

    def __call__(
        self, asked: Sequence[SendRequest | BadInput], caller: Caller, remaining: Callable[[], float]
    ) -> list[Result]:
        """One result a request, in order; *remaining* gives the seconds that are left."""

        def one(request: SendRequest | BadInput) -> Taken | Exception:
            if isinstance(request, BadInput):
                return request
            if remaining() < RESERVE:
                return Unavailable(LATE)
            try:
                return self.accept.take(request, caller)
            except Exception as exc:  # noqa: BLE001  # one request's failure must not hide that others were accepted
                return exc

        with ThreadPoolExecutor(max_workers=self.side_by_side) as pool:
            done = list(pool.map(one, asked))
        awake = [taken.message for taken in done if isinstance(taken, Taken) and taken.open]
        self.wakeups.wake_all([(Hint(message=one.id), one.lane, one.progress.due) for one in awake])
        return [taken.acceptance if isinstance(taken, Taken) else taken for taken in done]
