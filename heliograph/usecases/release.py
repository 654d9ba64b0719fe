"""Release: wake everything that is due in one minute, and go on in the next where there is more than one run can."""

from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Final, Protocol

from heliograph.domain.message import Hint, Overdue
from heliograph.domain.retry import MINUTE
from heliograph.names import WORK_SHARDS
from heliograph.usecases.ports import ManyWakeups

PAGE: Final = 500
"""Entries that are read and woken at once, fifty calls of SQS."""
MARGIN: Final = 5.0
"""Seconds that must be left to begin another page."""

type Rest = Mapping[int, str]
"""Shard of the work index -> the entry with which to go on."""


class DueIndex(Protocol):
    """See heliograph.store.messages."""

    def due(self, shard: int, *, since: str, before: int, limit: int) -> Sequence[tuple[Overdue, str]]:
        """Entries of one shard in order, each with its own name: from *since* on, with a check time before *before*."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """Wakes from the work index. Nothing is written, so that a run that dies or comes twice does no harm."""

    messages: DueIndex
    wakeups: ManyWakeups
    again: Callable[[int, Rest], None]
    """Has the same minute released once more, soon, from where this run ended."""
    remaining: Callable[[], float]
    """Seconds that are left."""
    side_by_side: int

    def __call__(self, minute: int, rest: Rest | None = None) -> int:
        """Wake what is due in the minute that begins at *minute* (epoch milliseconds), each at its own second.

        Returns:
            How many were woken in this run.
        """
        places = rest or dict.fromkeys(range(WORK_SHARDS), f"{minute:013d}")
        with ThreadPoolExecutor(max_workers=self.side_by_side) as pool:
            done = list(pool.map(partial(self._shard, minute + MINUTE), places.items()))
        left = {shard: place for shard, (_, place) in zip(places, done, strict=True) if place is not None}
        if left:
            self.again(minute, left)
        return sum(count for count, _ in done)

    def _shard(self, before: int, begin: tuple[int, str]) -> tuple[int, str | None]:
        """How many of a shard were woken, and the entry with which to go on; None when it is done."""
        shard, place = begin
        count = 0
        while self.remaining() > MARGIN:
            page = self.messages.due(shard, since=place, before=before, limit=PAGE)
            self.wakeups.wake_all([(Hint(message=entry.message), entry.lane, entry.check) for entry, _ in page])
            count += len(page)
            if len(page) < PAGE:
                return count, None
            place = page[-1][1]
        return count, place
