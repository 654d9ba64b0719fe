"""Gate: over which integration a message goes now, if it may: pauses, open circuits and rates stand here."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import NamedTuple, Protocol

from heliograph.domain.circuit import Circuit
from heliograph.domain.holding import HoldKind, placed, released
from heliograph.domain.message import Message
from heliograph.domain.plan import next_integration, not_refused
from heliograph.domain.project import Integration, Mode, Project
from heliograph.domain.reasons import Reason
from heliograph.domain.timestamps import timestamp
from heliograph.domain.weights import weighted
from heliograph.usecases.differing import effective, usable
from heliograph.usecases.ports import Clock, ProjectStore, VersionStore
from heliograph.usecases.rates import AHEAD, Rates


class CircuitStore(Protocol):
    """See heliograph.store.circuits."""

    def failed(self, project: str, integration: str, *, weight: int, why: Circuit, now: int) -> bool: ...
    def succeeded(self, project: str, seen: Circuit, *, now: int) -> bool: ...
    def probe(self, project: str, seen: Circuit, *, now: int) -> bool: ...


class Pass(NamedTuple):
    """It may go; None: whatever is wrong, making it ready will say."""

    integration: Integration | None


class Hold(NamedTuple):
    """It is held back under this name."""

    place: str


class Wait(NamedTuple):
    """Its slot of the integration's rate is at that time (epoch milliseconds)."""

    at: int
    slot: str


class Closed(NamedTuple):
    """All integrations of its channel are out, and another channel may take its place."""

    reason: Reason
    text: str


type Passage = Pass | Hold | Wait | Closed


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """Lets messages pass. Times are epoch milliseconds."""

    projects: ProjectStore
    versions: VersionStore
    circuits: CircuitStore
    rates: Rates
    clock: Clock
    asked: dict[tuple[str, str], int] = field(default_factory=dict)
    """Probes that this process has asked for: the project it reads may be a little old, and says so again."""

    def __call__(self, message: Message, now: int) -> Passage:
        """Whether, and over which integration, a message goes to its next attempt now.

        Raises:
            Busy, Unavailable: the store did not answer.
        """
        project = self.projects.get(message.id.project)
        if project is None or message.erased or message.filtered:
            return Pass(None)
        if (place := paused(project, message)) is not None:
            return Hold(place)
        choices = self._choices(project, message)
        if not choices:
            return Pass(None)
        if message.progress.held:
            # The time for which it lay still counts to no deadline.
            free = released(message.progress, message.terms, now)
            message = replace(message, progress=free)
        chosen = self._chosen(project, message, choices, now)
        return self._paced(project, message, chosen, now) if chosen else _nobody(project, message, choices)

    def may_repeat(self, message: Message, now: int) -> bool:
        """Whether an attempt whose outcome is unknown may be made once more now, over the same integration."""
        project = self.projects.get(message.id.project)
        if project is None:
            return True
        name = message.progress.log[-1].integration
        if paused(project, message) is not None or name in _resting(project, message.mode):
            return False
        circuit = project.circuit(name)
        return not (circuit.open and message.mode is Mode.LIVE) or self._probes(project, circuit, now)

    def _choices(self, project: Project, message: Message) -> tuple[Integration, ...]:
        """What could be used for its channel and has not refused it."""
        body = self.versions.version(project.id, message.event, message.version) if message.version else None
        if body is None:
            return ()
        message = replace(message, overrides=effective(body, message.overrides))
        found = project.choices(message.channel, message.mode, message.overrides.get("provider", ""))
        shares = project.weights.get(message.channel, {})
        return tuple(not_refused(weighted(usable(found, message), shares, message.id.name), message.progress))

    def _chosen(
        self, project: Project, message: Message, choices: Sequence[Integration], now: int
    ) -> Integration | None:
        """The first that is well; before it one whose circuit is open and may be probed."""
        resting, out = _resting(project, message.mode), _out(project, message.mode)
        free = [one for one in choices if one.id not in resting | out]
        chosen = next_integration(free, message.progress, now, deadline=message.terms.provider_deadline)
        for one in choices:
            if one == chosen:
                return chosen
            if one.id in out - resting and self._probes(project, project.circuit(one.id), now):
                return one
        return chosen

    def _probes(self, project: Project, circuit: Circuit, now: int) -> bool:
        place = (project.id, circuit.integration)
        if circuit.probe > now or self.asked.get(place) == circuit.probe:
            return False
        # Noted once it is known: a store that did not answer has granted this probe to nobody.
        granted = self.circuits.probe(project.id, circuit, now=now)
        self.asked[place] = circuit.probe
        return granted

    def _paced(self, project: Project, message: Message, chosen: Integration, now: int) -> Passage:
        """Its slot of the account's rate; a message that has waited for one takes no other."""
        turn = self.rates.turn(project, message, chosen)
        return Wait(turn.at, turn.slot) if turn and turn.at > now + AHEAD else Pass(chosen)


def paused(project: Project, message: Message) -> str | None:
    """What holds a message back whatever integration it would go over."""
    of = {
        HoldKind.PROJECT: project.id,
        HoldKind.EVENT: message.event,
        HoldKind.CHANNEL: message.channel.value,
    }
    found = (one for one in project.paused(message.mode) if of.get(one.kind) == one.name)
    return next((one.place for one in found), None)


def _resting(project: Project, mode: Mode) -> frozenset[str]:
    """The integrations that are paused."""
    return frozenset(one.name for one in project.paused(mode) if one.kind is HoldKind.INTEGRATION)


def _out(project: Project, mode: Mode) -> frozenset[str]:
    """The integrations whose circuit is open. The sandbox of test keys has none."""
    return frozenset(name for name, one in project.circuits.items() if one.open and mode is Mode.LIVE)


def _nobody(project: Project, message: Message, choices: Sequence[Integration]) -> Passage:
    """All of them are out or paused."""
    resting = _resting(project, message.mode)
    out = [project.circuit(one.id) for one in choices if one.id not in resting]
    if not out:
        return Hold(placed(HoldKind.INTEGRATION, choices[0].id))
    last = max(out, key=lambda circuit: circuit.opened)
    if message.progress.fails_over and len(out) == len(choices):
        reason = Reason.NOT_ALLOWED if last.account else Reason.PROVIDER_UNAVAILABLE
        return Closed(reason, f"its circuit is open since {timestamp(last.opened)}: {last.code} {last.text}")
    # The one that opened last is most likely to be well first.
    return Hold(placed(HoldKind.CIRCUIT, last.integration))
