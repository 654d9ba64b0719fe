"""Hand over: give a claimed message to its provider, and record what came of it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from heliograph.domain.errors import (
    AccountTrouble,
    Lost,
    ProviderError,
    Rejected,
    Transient,
    Unavailable,
    UnknownOutcome,
)
from heliograph.domain.event_json import event_to_json
from heliograph.domain.message import Message
from heliograph.domain.model import JSON, Accepted, EventKind, Outgoing, ProviderEvent
from heliograph.domain.outcome import Outcome, Verdict
from heliograph.domain.polling import Question
from heliograph.domain.project import Integration
from heliograph.domain.provider import Provider
from heliograph.domain.reasons import Reason
from heliograph.domain.tools import Tools
from heliograph.domain.verdict import judge
from heliograph.usecases.health import Health
from heliograph.usecases.ports import Clock, Later, Load, MessageStore, Random, Vault
from heliograph.usecases.prepare import Prepare, Ready

SPILL_MARGIN: Final = 5.0
"""Seconds before the function ends at which a result that cannot be stored goes to the events queue."""


class Handed(NamedTuple):
    """What a call came to, and the message as it stands then; None where the result was not ours to write."""

    verdict: Verdict
    message: Message | None


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """Calls providers. Times are milliseconds."""

    messages: MessageStore
    prepare: Prepare
    later: Later
    vault: Vault
    load: Load
    tools: Tools
    clock: Clock
    random: Random
    hold: int
    health: Health
    pause: Callable[[float], None]
    """Waits that many seconds between tries to store a result."""
    note: Callable[..., None]
    """Logs one line: note(what, message id, fields)."""
    soonest: float = 0
    """Seconds after which a provider is asked at the latest what became of a message; 0: when the provider says."""

    def __call__(
        self, message: Message, ready: Ready, remaining: Callable[[], float], *, repeat: bool
    ) -> Handed | None:
        """Call the provider for the claim that *message* holds, and store the result.

        *repeat*: the attempt's outcome is unknown and it is made once more. None: it is not known this time either.
        """
        integration = ready.integration
        provider = self.load(integration.provider)
        later: Accepted | None = None
        outgoing = self.prepare.outgoing(ready, message)
        try:
            credentials = self._credentials(integration, provider, message)
            later = provider.send(outgoing, credentials, self.tools)
            outcome = Outcome(
                token=message.progress.token,
                verdict=Verdict.SENT,
                provider_message_id=later.provider_message_id,
            )
        except UnknownOutcome as exc:
            self.note("outcome unknown", message, provider=integration.provider, code=exc.code)
            self.health.ill(message, ready, exc)
            return None
        except ProviderError as exc:
            self.note("not taken", message, provider=integration.provider, code=exc.code)
            self.health.ill(message, ready, exc)
            if isinstance(exc, AccountTrouble):
                self.vault.forget(ready.project.id, integration.id)
            if repeat and not isinstance(exc, Rejected) and not self.wait_for_receipt(message):
                # The first call may have been taken, and only its own key can tell: a new attempt has another one.
                return None
            outcome = judge(exc, message.progress, ready.choices, now=self.clock(), random=self.random)
            if isinstance(exc, Rejected) and exc.dead:
                later = Accepted(provider_message_id="", later=((0, _gone(exc, outgoing)),))
        else:
            self.note("sent", message, provider=integration.provider)
        written = self._record(message, outcome, remaining)
        if later is not None:
            self.health.well(message, ready)
            self._announce(message, integration, later, outgoing.echo)
        return Handed(outcome.verdict, written)

    def wait_for_receipt(self, message: Message) -> int:
        """How long after its lease a doubtful attempt waits for a receipt: not at all while its send key is good."""
        last = message.progress.log[-1]
        good = self.load(last.provider).capabilities.send_key_seconds * 1000
        return 0 if self.clock() - last.at < good else self.hold

    def _credentials(self, integration: Integration, provider: Provider, message: Message) -> Any:
        try:
            return self.vault.credentials(message.id.project, integration.id, provider)
        except Unavailable as exc:
            # Nobody has been called: a new attempt later, not an outcome that nobody knows.
            raise Transient(str(exc)) from exc

    def _record(self, message: Message, outcome: Outcome, remaining: Callable[[], float]) -> Message | None:
        """Write the result, or spill it to the events queue when the store cannot take it in time."""
        while True:
            try:
                move = outcome.move(message.progress, self.clock())
                return self.messages.move(message, move) if move else None
            except Lost:
                found = self.messages.load(message.id, now=self.clock())
                if found is None:
                    return None
                message = found
            except Unavailable:
                if remaining() <= SPILL_MARGIN:
                    at = message.id
                    body = {"project": at.project, "notification": at.notification, "number": at.number}
                    self.later.put(at.project, [{"v": 1, "result": outcome.as_json(), "message": body}])
                    return None
                self.pause(0.2)

    def _announce(self, message: Message, integration: Integration, accepted: Accepted, echo: str) -> None:
        """Put what the provider will never post itself on the events queue."""
        project = message.id.project
        body: JSON = {"v": 1, "project": project, "integration": integration.id}
        for delay, event in accepted.later:
            self.later.put(project, [body | {"events": [event_to_json(event)]}], delay=delay)
        if accepted.asks_in:
            question = Question(provider=integration.provider, id=accepted.provider_message_id, echo=echo)
            delay = min(accepted.asks_in, self.soonest) if self.soonest else accepted.asks_in
            self.later.put(project, [body | {"poll": question.as_json()}], delay=delay)


def _gone(exc: Rejected, outgoing: Outgoing) -> ProviderEvent:
    """The refusal of a dead push token, as the event that takes it from its contact."""
    return ProviderEvent(
        kind=EventKind.BOUNCED,
        bounce="hard",
        echo=outgoing.echo,
        recipient=outgoing.to,
        event_id=f"gone-{outgoing.send_key}",
        reason=Reason.HARD_BOUNCE,
        code=exc.code,
        text=exc.text,
        raw={"refused": exc.code},
    )
