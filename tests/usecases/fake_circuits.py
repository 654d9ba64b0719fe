"""Circuits, slots and holds in memory; what they change, the fake projects show."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from heliograph.domain.circuit import OPENS_AT, Circuit, next_probe
from heliograph.domain.holding import Holding
from heliograph.domain.message import Overdue
from tests.usecases.fake_messages import FakeMessages, Trouble
from tests.usecases.fakes import FakeProjects


@dataclass
class FakeCircuits:
    """Of all projects."""

    projects: FakeProjects
    writes: int = 0
    trouble: Trouble = field(default_factory=Trouble)

    def failed(self, project: str, integration: str, *, weight: int, why: Circuit, now: int) -> bool:
        self._written()
        seen = self.projects.known[project].circuit(integration)
        count = seen.failures + weight
        opens = count >= OPENS_AT and not seen.open
        known = replace(why, failures=count, failed=now)
        self.set(project, replace(known, opened=now, probe=next_probe(0, now)) if opens else known)
        return opens

    def succeeded(self, project: str, seen: Circuit, *, now: int) -> bool:
        self._written()
        self.set(project, Circuit(integration=seen.integration, closed=now if seen.open else seen.closed))
        return seen.open

    def probe(self, project: str, seen: Circuit, *, now: int) -> bool:
        self._written()
        if self.projects.known[project].circuit(seen.integration).probe != seen.probe:
            return False
        self.set(project, replace(seen, probe=next_probe(seen.probes, now), probes=seen.probes + 1))
        return True

    def set(self, project: str, circuit: Circuit) -> None:
        known = self.projects.known[project]
        self.projects.known[project] = replace(known, circuits={**known.circuits, circuit.integration: circuit})

    def _written(self) -> None:
        self.trouble()
        self.writes += 1


@dataclass
class FakeSlots:
    """`tat = max(tat, now) + count x interval`."""

    stands: dict[tuple[str, str], int] = field(default_factory=lambda: defaultdict(int))
    taken: list[tuple[str, int]] = field(default_factory=list)

    def take(self, project: str, name: str, count: int, *, interval: int, now: int) -> int:
        self.taken.append((name, count))
        first = max(self.stands[project, name], now * 1000)
        self.stands[project, name] = first + count * interval
        return first // 1000


@dataclass
class FakeHolds:
    """What holds, and what the fake messages say is held."""

    messages: FakeMessages
    holdings: list[Holding] = field(default_factory=list)
    settled: list[Holding] = field(default_factory=list)

    def listed(self) -> Iterator[Holding]:
        return iter(self.holdings)

    def held(self, at: Holding, *, limit: int, before: int = 0) -> Iterator[Overdue]:
        found = sorted(
            (one for one in self.messages.items.values() if one.progress.held == at.place),
            key=lambda one: one.progress.expires,
        )
        for one in found[:limit]:
            if not before or one.progress.expires < before:
                yield Overdue(message=one.id, lane=one.lane, check=one.progress.expires)

    def settle(self, at: Holding, *, ended: int) -> None:  # noqa: ARG002 # the Protocol's
        self.settled.append(at)
