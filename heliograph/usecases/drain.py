"""Drain: give back what was held, at the pace of its provider; until then see to its expiry, and to the probes."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import batched, islice
from typing import Final, NamedTuple, Protocol

from heliograph.domain import holding
from heliograph.domain.attempts import Move
from heliograph.domain.errors import Lost
from heliograph.domain.holding import DRAIN_RATE, SETTLED, Holding, HoldKind
from heliograph.domain.message import Hint, Lane, Message, MessageId, Overdue
from heliograph.domain.project import Project
from heliograph.usecases.ports import Clock, ManyWakeups, ProjectStore, Random

MINUTE: Final = 60_000
MARGIN: Final = 10.0
"""Seconds that are left to the rest of the minute's work."""
TOGETHER: Final = 10
"""Messages that one call of SQS wakes."""
LONG_AGO: Final = 1
EXPIRING: Final = 100
"""Of each partition, in a minute."""


class HoldStore(Protocol):
    """See heliograph.store.holds."""

    def listed(self) -> Iterator[Holding]: ...
    def held(self, at: Holding, *, limit: int, before: int = 0) -> Iterator[Overdue]: ...
    def settle(self, at: Holding, *, ended: int) -> None: ...


class MessageStore(Protocol):
    """See heliograph.store.messages."""

    def load(self, at: MessageId, *, now: int) -> Message | None: ...
    def move(self, message: Message, move: Move) -> Message: ...


class Drained(NamedTuple):
    """What a run did."""

    released: int
    circuits: int
    """How many are open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drain:
    """Works every minute on everything that holds messages back. Times are epoch milliseconds."""

    holds: HoldStore
    messages: MessageStore
    projects: ProjectStore
    wakeups: ManyWakeups
    clock: Clock
    random: Random
    remaining: Callable[[], float]
    """Seconds that are left."""

    def run(self) -> Drained:
        """One round; what it does not come to, the next minute's does."""
        released = circuits = 0
        known: dict[str, Project | None] = {}
        for at in list(self.holds.listed()):
            if self.remaining() < MARGIN:
                break
            if at.project not in known:
                known[at.project] = self.projects.get(at.project)
            project = known[at.project]
            if project is None:
                continue
            circuits += at.kind is HoldKind.CIRCUIT and not _ended(at, project)
            released += self._looked_after(at, project)
        return Drained(released, circuits)

    def _looked_after(self, at: Holding, project: Project) -> int:
        ended, now = _ended(at, project), self.clock()
        if not ended:
            self._wake(self.holds.held(at, limit=EXPIRING, before=now), now)
            self._probe(at, project, now)
        if not ended and not _elsewhere(at, project, now):
            return 0
        count = self._release(at, _rate(at, project))
        if ended and now - ended > SETTLED and next(self.holds.held(at, limit=1), None) is None:
            self.holds.settle(at, ended=ended)
        return count

    def _release(self, at: Holding, rate: float) -> int:
        """Give back what goes out in a minute, each with a moment of its own."""
        begun, count = self.clock(), 0
        most = max(1, int(rate * MINUTE / 1000))
        for some in batched(islice(self.holds.held(at, limit=most), most), TOGETHER, strict=False):
            if self.remaining() < MARGIN:
                break
            count += self._released(some, [begun + int((count + place) * 1000 / rate) for place in range(len(some))])
        return count

    def _released(self, entries: Sequence[Overdue], times: Sequence[int]) -> int:
        calls: list[tuple[Hint, Lane, int]] = []
        for entry, at in zip(entries, times, strict=True):
            message = self.messages.load(entry.message, now=self.clock())
            # The index lags; the item decides.
            if message is None or not message.progress.held:
                continue
            due = max(at, self.clock())
            try:
                self.messages.move(message, holding.release(message.progress, message.terms, due))
            except Lost:
                continue
            calls.append((Hint(message=entry.message), entry.lane, due))
        self.wakeups.wake_all(calls)
        return len(calls)

    def _probe(self, at: Holding, project: Project, now: int) -> None:
        """Wake one held message for the probe that is due within this minute; new ones may be first."""
        if at.kind is not HoldKind.CIRCUIT or (due := project.circuit(at.name).probe) > now + MINUTE:
            return
        first = list(islice(self.holds.held(at, limit=TOGETHER), TOGETHER))
        if first:
            # Not always the same: a probe that fails is an attempt of its message.
            self._wake([first[int(self.random() * len(first))]], max(due, now))

    def _wake(self, entries: Iterable[Overdue], at: int) -> None:
        self.wakeups.wake_all([(Hint(message=entry.message), entry.lane, at) for entry in entries])


def _ended(at: Holding, project: Project) -> int:
    """When it ended; 0 while it holds."""
    if _gone(at, project):
        return LONG_AGO
    if at.kind is HoldKind.CIRCUIT:
        circuit = project.circuit(at.name)
        return 0 if circuit.open else circuit.closed
    return next((one.ended for one in project.pauses.get(at.mode, ()) if one.place == at.place), 0)


def _gone(at: Holding, project: Project) -> bool:
    """Whether it is of an integration that was removed: its messages go over others, or end."""
    return at.kind in (HoldKind.CIRCUIT, HoldKind.INTEGRATION) and project.integration(at.name) is None


def _elsewhere(at: Holding, project: Project, now: int) -> bool:
    """Whether another integration has just come back, over which messages could go that wait for this one."""
    if at.kind not in (HoldKind.CIRCUIT, HoldKind.INTEGRATION):
        return False
    back = [one.closed for one in project.circuits.values() if not one.open]
    back += [one.ended for one in project.pauses.get(at.mode, ()) if one.kind is HoldKind.INTEGRATION]
    return any(now - ended <= SETTLED for ended in back if ended)


def _rate(at: Holding, project: Project) -> float:
    """Messages a second."""
    found = project.integration(at.name) if at.kind in (HoldKind.CIRCUIT, HoldKind.INTEGRATION) else None
    return found.rate if found and found.rate else DRAIN_RATE
