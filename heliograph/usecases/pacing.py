"""Pacing: the rate of an integration, and its circuit closed by hand."""

from dataclasses import dataclass
from typing import Protocol

from heliograph.domain.circuit import Circuit
from heliograph.domain.errors import Conflict, NotFound
from heliograph.domain.model import JSON
from heliograph.domain.project import Integration, Project
from heliograph.domain.timestamps import timestamp
from heliograph.usecases.ports import Clock


class ProjectStore(Protocol):
    """See heliograph.store.projects."""

    def get(self, project: str) -> Project | None: ...
    def pace(self, project: str, integration: str, rate: float) -> None: ...


class CircuitStore(Protocol):
    """See heliograph.store.circuits."""

    def succeeded(self, project: str, seen: Circuit, *, now: int) -> bool: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Pacing:
    """Works on one project's integrations."""

    projects: ProjectStore
    circuits: CircuitStore
    clock: Clock

    def rate(self, project: str, integration: str, rate: float) -> None:
        """Set a rate, messages a second; 0 takes it away. Workers know within seconds.

        Raises:
            NotFound: there is no such integration.
        """
        self.projects.pace(project, integration, rate)

    def close(self, project: str, integration: str) -> None:
        """Close an open circuit: what it held goes out, and it opens again if the provider fails again.

        Raises:
            NotFound: there is no such integration, or its circuit is not open.
            Conflict: it has changed at this moment.
        """
        found = self.projects.get(project)
        seen = found.circuit(integration) if found and found.integration(integration) else None
        if seen is None or not seen.open:
            detail = f"integration {integration[:40]!r} has no open circuit: GET /v1/integrations shows which do"
            raise NotFound(detail, field="id", code="CIRCUIT_NOT_OPEN")
        if not self.circuits.succeeded(project, seen, now=self.clock()):
            raise Conflict("the circuit changed at this moment: look at it again")


def shown(project: Project, integration: Integration) -> JSON:
    """An integration's rate and circuit as people read them: `{rate, circuit: {state, since, why, next_probe_at}}`."""
    circuit = project.circuit(integration.id)
    state: JSON = {"state": "closed", "since": None, "why": None, "next_probe_at": None}
    if circuit.open:
        why = " ".join(part for part in (circuit.reason, circuit.code, circuit.text) if part)
        state = {"state": "open", "since": timestamp(circuit.opened), "why": why}
        state["next_probe_at"] = timestamp(circuit.probe)
    return {"rate": integration.rate or None, "circuit": state}
