"""Slots: every message of an account with a rate takes one; those that ask at the same moment share a write."""

from collections import defaultdict
from dataclasses import dataclass, field
from threading import Lock
from typing import Final, NamedTuple, Protocol

from heliograph.domain.fair_queue import Line
from heliograph.usecases.ports import Clock

SECOND: Final = 1_000_000
"""In microseconds."""
SEEN_FRESH: Final = 1_000
"""Milliseconds for which a line is as it was seen: not more than a slot may be ahead."""
SEEN_MOST: Final = 500
"""Lines that a process remembers."""
type Place = tuple[str, str, float]


class Taken(Protocol):
    """See heliograph.store.slots."""

    @property
    def tag(self) -> int: ...
    @property
    def line(self) -> Line: ...


class SlotStore(Protocol):
    """See heliograph.store.slots."""

    def take(self, name: str, project: str, *, work: int, now: int, known: Line | None = None) -> Taken: ...
    def line(self, name: str) -> Line | None: ...


class Slot(NamedTuple):
    """A place in a line: when it is its turn (epoch milliseconds), and by which tag it is known."""

    at: int
    tag: int


@dataclass(slots=True)
class _Batch:
    count: int = 0
    taken: Taken | None = None
    done: bool = False
    failure: Exception | None = None


@dataclass
class Slots:
    """Hands out slots, to messages that are worked on side by side."""

    store: SlotStore
    clock: Clock
    _lock: Lock = field(default_factory=Lock)
    _coming: dict[Place, _Batch] = field(default_factory=dict)
    _writing: dict[Place, Lock] = field(default_factory=lambda: defaultdict(Lock))
    _seen: dict[str, tuple[int, Line | None]] = field(default_factory=dict)
    """Line -> when it was seen, and how."""

    def take(self, name: str, project: str, rate: float) -> Slot:
        """The project's next slot in a line of that rate (messages a second); it is the caller's now.

        While one message writes, the others gather, and the next write takes the slots of all of them.

        Raises:
            Busy, Unavailable: none was taken.
        """
        place, interval = (name, project, rate), round(SECOND / rate)
        with self._lock:
            batch = self._coming.setdefault(place, _Batch())
            number, batch.count = batch.count, batch.count + 1
            writing = self._writing[place]
        with writing:
            if not batch.done:
                self._write(batch, place, interval)
        if batch.failure is not None or batch.taken is None:
            raise batch.failure or ValueError("nothing was taken")
        tag = batch.taken.tag + number * interval
        return Slot(batch.taken.line.comes(tag) // 1000, tag)

    def turn(self, name: str, tag: int) -> int:
        """When it is the turn of a tag that was taken before (epoch milliseconds): later, if others came meanwhile.

        Raises:
            Busy, Unavailable: the store did not answer.
        """
        read, line = self._seen.get(name, (0, None))
        if self.clock() - read > SEEN_FRESH:
            line = self.store.line(name)
            self._see(name, line)
        # A line that is forgotten keeps nobody waiting.
        return line.comes(tag) // 1000 if line else 0

    def gathered(self, name: str, project: str, rate: float) -> int:
        """How many wait for the next write."""
        with self._lock:
            batch = self._coming.get((name, project, rate))
            return batch.count if batch else 0

    def _write(self, batch: _Batch, place: Place, interval: int) -> None:
        with self._lock:
            # From here on nobody joins: whoever comes now takes part in the next write.
            del self._coming[place]
        batch.done = True
        name, project, _ = place
        known = self._seen.get(name, (0, None))[1]
        try:
            batch.taken = self.store.take(
                name, project, work=batch.count * interval, now=self.clock() * 1000, known=known
            )
        except Exception as exc:  # noqa: BLE001 # all who wait for this write must hear of it
            batch.failure = exc
        else:
            self._see(name, batch.taken.line)

    def _see(self, name: str, line: Line | None) -> None:
        if len(self._seen) >= SEEN_MOST:
            self._seen.clear()
        self._seen[name] = (self.clock(), line)
