"""Slots: every message of an integration with a rate takes one; those that ask at the same moment share a write."""

from collections import defaultdict
from dataclasses import dataclass, field
from threading import Lock
from typing import Final, Protocol

from heliograph.usecases.ports import Clock

SECOND: Final = 1_000_000
"""In microseconds."""
type Place = tuple[str, str, float]


class SlotStore(Protocol):
    """See heliograph.store.slots."""

    def take(self, project: str, name: str, count: int, *, interval: int, now: int) -> int: ...


@dataclass(slots=True)
class _Batch:
    count: int = 0
    first: int = 0
    done: bool = False
    failure: Exception | None = None


@dataclass
class Slots:
    """Hands out slots, to messages that are worked on side by side. Times are epoch milliseconds."""

    store: SlotStore
    clock: Clock
    _lock: Lock = field(default_factory=Lock)
    _coming: dict[Place, _Batch] = field(default_factory=dict)
    _writing: dict[Place, Lock] = field(default_factory=lambda: defaultdict(Lock))

    def take(self, project: str, name: str, rate: float) -> int:
        """When the next slot of a rate (messages a second) is; it is the caller's now.

        While one message writes, the others gather, and the next write takes the slots of all of them.

        Raises:
            Busy, Unavailable: none was taken.
        """
        place, interval = (project, name, rate), round(SECOND / rate)
        with self._lock:
            batch = self._coming.setdefault(place, _Batch())
            number, batch.count = batch.count, batch.count + 1
            writing = self._writing[place]
        with writing:
            if not batch.done:
                self._write(batch, place, interval)
        if batch.failure is not None:
            raise batch.failure
        return batch.first + number * interval // 1000

    def gathered(self, project: str, name: str, rate: float) -> int:
        """How many wait for the next write."""
        with self._lock:
            batch = self._coming.get((project, name, rate))
            return batch.count if batch else 0

    def _write(self, batch: _Batch, place: Place, interval: int) -> None:
        with self._lock:
            # From here on nobody joins: whoever comes now takes part in the next write.
            del self._coming[place]
        batch.done = True
        try:
            batch.first = self.store.take(place[0], place[1], batch.count, interval=interval, now=self.clock())
        except Exception as exc:  # noqa: BLE001 # all who wait for this write must hear of it
            batch.failure = exc
