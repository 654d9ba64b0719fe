"""Holds of a stage that has the project `acme` with one integration."""

from datetime import UTC, datetime

from heliograph.domain.circuit import Circuit
from heliograph.domain.holding import HoldKind, Pause
from heliograph.domain.model import Channel
from heliograph.domain.project import Integration, Mode, Project
from heliograph.names import INDEXES, WORK
from heliograph.store import keys
from heliograph.store.circuits import Circuits
from heliograph.store.holds import Holds
from heliograph.store.projects import Projects
from heliograph.store.table import Table
from tests.cli.doctor.conftest import Patient

HOUR = 3_600_000
SEEN = Circuit(integration="first", reason="not_allowed", code="401", text="the key was revoked")


def now() -> int:
    return int(datetime.now(UTC).timestamp() * 1000)


def table(patient: Patient) -> Table:
    return Table(patient.aws("dynamodb"), "there")


def project(patient: Patient) -> None:
    projects = Projects(table(patient))
    projects.create(Project(id="acme", name="Acme", salt="salt", created=1))
    known = projects.get("acme")
    assert known is not None
    one = Integration(id="first", provider="sendgrid", channels=frozenset({Channel.EMAIL}), sender="a@acme.test")
    projects.add_integration(known, one)


def opened(patient: Patient, since: int | None = None) -> None:
    """The integration's circuit is open, and three messages lie under it."""
    project(patient)
    circuits, at = Circuits(table(patient)), since or now() - HOUR
    for _ in range(3):
        circuits.failed("acme", "first", weight=7, why=SEEN, now=at)
    lie(patient, "circuit/first", 3)


def lie(patient: Patient, place: str, count: int) -> None:
    first, second = INDEXES[WORK]
    for number in range(count):
        entry = f"{now() + HOUR:013d}#acme#held{number}#0#normal"
        partition = keys.held_partition("acme", Mode.LIVE, place, number % 8)
        table(patient).put({"pk": f"acme#N#held{number}", "sk": "A", first: partition, second: entry})


def closed(patient: Patient, ago: int = HOUR) -> None:
    """It has closed again, and what lay under it still does."""
    opened(patient, now() - 2 * ago)
    found = Projects(table(patient)).get("acme")
    assert found is not None
    assert Circuits(table(patient)).succeeded("acme", found.circuit("first"), now=now() - ago)


def paused(patient: Patient, ago: int = 25 * HOUR) -> None:
    """The event `welcome` is paused."""
    project(patient)
    pause = Pause(kind=HoldKind.EVENT, name="welcome", since=now() - ago)
    Holds(table(patient)).pause("acme", Mode.LIVE, pause)
    lie(patient, pause.place, 2)
