"""The sandbox: where messages of `test_` keys end. No network; the recipient chooses the outcome.

It keeps no state, so it cannot count calls. A throttled recipient is therefore refused for about every second send
key, and a failing one for ever, also `failing-N`. The same send key always gets the same answer.
"""

from hashlib import sha256
from typing import ClassVar, Final

from heliograph.domain.errors import BadSignature, Rejected, Throttled, Transient
from heliograph.domain.magic import DELIVERED, OUTCOMES, Answer, Outcome, Report, outcome_of
from heliograph.domain.model import Accepted, BusEvent, Channel, Outgoing, ProviderEvent, Received, WebhookRequest
from heliograph.domain.provider import Capabilities
from heliograph.domain.provider import Credentials as ProviderCredentials
from heliograph.domain.tools import Tools

YEAR: Final = 365 * 24 * 3600
RETRY_AFTER: Final = 1.0


class Sandbox:
    """Takes every channel, and reports what the recipient chose."""

    class Credentials(ProviderCredentials):
        """None are needed."""

    name: ClassVar[str] = "sandbox"
    channels: ClassVar[frozenset[Channel]] = frozenset(Channel)
    capabilities: ClassVar[Capabilities] = Capabilities(
        echo=True,
        reports=frozenset(report.kind for outcome in OUTCOMES for report in outcome.reports),
        proof="none: they are made here",
        send_key_seconds=YEAR,
        api="docs/sandbox.md",
        events="docs/sandbox.md",
    )

    def send(self, message: Outgoing, credentials: Credentials, tools: Tools) -> Accepted:  # noqa: ARG002 -- Provider's
        """Answer as the recipient chose; the events that follow come back as `later`.

        Raises:
            Throttled, Transient, Rejected: when the recipient chose so.
        """
        outcome = outcome_of(message.to)
        _refuse(outcome, message.send_key)
        if outcome.once and not message.send_key.endswith("-1"):
            outcome = DELIVERED
        provider_message_id = _digest(message.send_key)
        later = (
            (delay, _event(report, message, provider_message_id, f"{outcome.name}/{index}"))
            for index, report in enumerate(outcome.reports)
            for delay in report.arrives
        )
        return Accepted(provider_message_id=provider_message_id, later=tuple(sorted(later, key=lambda pair: pair[0])))

    def check(self, credentials: Credentials, tools: Tools) -> None:
        """Nothing can be wrong."""

    def receive(self, request: WebhookRequest | BusEvent, credentials: Credentials) -> Received:  # noqa: ARG002 -- Provider's
        """Refuse: nobody can sign for the sandbox.

        Raises:
            BadSignature: always.
        """
        raise BadSignature("the sandbox provider has no webhook; its events come with its answers")


def _digest(*parts: str) -> str:
    return "sandbox-" + sha256("/".join(parts).encode()).hexdigest()[:32]


def _refuse(outcome: Outcome, send_key: str) -> None:
    match outcome.answer:
        case Answer.THROTTLE if sha256(send_key.encode()).digest()[0] % 2:
            raise Throttled("the recipient chose to be throttled", code="429", retry_after=RETRY_AFTER)
        case Answer.FAIL:
            raise Transient("the recipient chose a failing provider", code="500")
        case Answer.REFUSE:
            raise Rejected("the recipient chose to be refused", code="400", reason=outcome.reason)


def _event(report: Report, message: Outgoing, provider_message_id: str, which: str) -> ProviderEvent:
    return ProviderEvent(
        kind=report.kind,
        bounce=report.bounce,
        provider_message_id=provider_message_id,
        echo=message.echo,
        recipient=message.to,
        event_id=_digest(message.send_key, which),
        reason=report.reason or "",
        code=report.code,
        text=report.text,
        machine=report.machine,
        raw={"sandbox": which, "kind": report.kind},
    )
