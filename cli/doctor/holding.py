"""What is held back: open circuits with their reason, pauses, and how much lies under each."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import islice
from typing import Final

from cli.deployment import Deployment
from cli.doctor.finding import Finding, Findings, bad, ok, warn
from heliograph.domain.circuit import Circuit
from heliograph.domain.holding import SETTLED, Holding, HoldKind, Pause
from heliograph.domain.project import Mode, Project
from heliograph.store.holds import Holds
from heliograph.store.projects import Projects
from heliograph.store.table import Table

LONG: Final = 86_400_000
"""Milliseconds after which a pause may have been forgotten."""
COUNTED: Final = 1_000
"""Messages under one hold; more say nothing new."""


def circuits(deployment: Deployment) -> Findings:
    """No provider is left alone because it refuses or fails."""
    clean = True
    for at, project in _holding(deployment):
        if at.kind is HoldKind.CIRCUIT and (circuit := project.circuit(at.name)).open:
            clean = False
            yield _open(at, project, circuit, _lying(deployment, at))
    if clean:
        yield ok("none is open")


def pauses(deployment: Deployment) -> Findings:
    """Nobody has forgotten a pause."""
    found = False
    for at, project in _holding(deployment):
        for pause in project.paused(at.mode):
            if pause.place == at.place:
                found = True
                yield _paused(deployment, at, pause)
    if not found:
        yield ok("nothing is paused")


def ended(deployment: Deployment) -> Findings:
    """What was held until a circuit closed or a pause ended goes out."""
    now, clean = _now(deployment), True
    for at, project in _holding(deployment):
        since = _ended(at, project)
        if not since or not (count := _lying(deployment, at)):
            continue
        clean = False
        text = f"{count} still lie under {_named(at)}, which ended at {_time(since)}"
        if now - since > 2 * SETTLED:
            yield warn(text, "they go out at the provider's rate: see `sweep` here, whether the scheduler runs")
        else:
            yield ok(text)
    if clean:
        yield ok("nothing is left under what has ended")


def _holding(deployment: Deployment) -> Iterator[tuple[Holding, Project]]:
    """Everything that holds, or has just ended, with its project."""
    table = Table(deployment.client("dynamodb"), deployment.table)
    known: dict[str, Project | None] = {}
    for at in Holds(table).listed():
        if at.project not in known:
            known[at.project] = Projects(table).get(at.project)
        if (project := known[at.project]) is not None:
            yield at, project


def _open(at: Holding, project: Project, circuit: Circuit, count: str) -> Finding:
    one = project.integration(at.name)
    provider = one.provider if one else "a provider that was removed"
    words = f" ({circuit.text})" if circuit.text else ""
    text = f"{provider} ({at.name}) of project {at.project} answers {circuit.code or circuit.reason} since "
    text += f"{_time(circuit.opened)}{words}; {count or 'no'} messages are held, "
    text += f"the next probe is at {_time(circuit.probe)}"
    cause = "look at the account there, and at its credentials" if circuit.account else "see its status page"
    advice = f"{cause}; it closes by itself when a probe succeeds, or: `heliograph circuits close {at.name}`"
    return bad(text, advice)


def _paused(deployment: Deployment, at: Holding, pause: Pause) -> Finding:
    text = f"{_named(at)} is paused since {_time(pause.since)}; {_lying(deployment, at) or 'no'} messages are held"
    if _now(deployment) - pause.since <= LONG:
        return ok(text)
    name = "" if at.kind is HoldKind.PROJECT else f" {at.name}"
    key = "a test key" if at.mode is Mode.TEST else "a live key"
    return warn(text, f"if nobody wants that any more: `heliograph resume {at.kind.value}{name}`, with {key}")


def _named(at: Holding) -> str:
    mode = " (test)" if at.mode is Mode.TEST else ""
    if at.kind is HoldKind.PROJECT:
        return f"project {at.name}{mode}"
    what = "the circuit of" if at.kind is HoldKind.CIRCUIT else at.kind.value
    return f"{what} {at.name} of project {at.project}{mode}"


def _ended(at: Holding, project: Project) -> int:
    if at.kind is HoldKind.CIRCUIT:
        circuit = project.circuit(at.name)
        return 0 if circuit.open else circuit.closed
    return next((one.ended for one in project.pauses.get(at.mode, ()) if one.place == at.place), 0)


def _lying(deployment: Deployment, at: Holding) -> str:
    """How many; empty for none."""
    holds = Holds(Table(deployment.client("dynamodb"), deployment.table))
    count = sum(1 for _ in islice(holds.held(at, limit=COUNTED), COUNTED))
    return f"{count} or more" if count == COUNTED else str(count or "")


def _now(deployment: Deployment) -> int:
    return int(deployment.clock().timestamp() * 1000)


def _time(when: int) -> str:
    return f"{datetime.fromtimestamp(when / 1000, UTC):%d %B %H:%M} UTC"
