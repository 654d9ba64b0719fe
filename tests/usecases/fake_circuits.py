"""Circuits, slots and holds in memory; what they change, the fake projects show."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from heliograph.domain.circuit import OPENS_AT, Circuit, next_probe
from heliograph.domain.fair_queue import Line, fresh
from heliograph.domain.holding import Holding
from heliograph.domain.message import Overdue
from heliograph.store.slots import Taken
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
    """Lines, each of one project after the other's changes."""

    lines: dict[str, Line] = field(default_factory=dict)
    taken: list[tuple[str, int]] = field(default_factory=list)
    """(line, work)"""

    def take(self, name: str, project: str, *, work: int, now: int, known: Line | None = None) -> Taken:  # noqa: ARG002 # the Protocol's
        self.taken.append((name, work))
        line = self.lines.get(name) or fresh(now)
        if line.waits(project, now):
            tag = line.ends[project]
            after = replace(line, ends={**line.ends, project: tag + work})
        else:
            after = line.joined(project, work, now)
            tag = after.virtual
        self.lines[name] = after
        return Taken(tag, after)

    def line(self, name: str) -> Line | None:
        return self.lines.get(name)


@dataclass
class FakeQuotas:
    """What accounts may send, by provider."""

    rates: dict[str, float] = field(default_factory=dict)

    def rate(self, provider: str) -> float:
        return self.rates.get(provider, 0.0)


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
