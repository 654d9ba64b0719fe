"""A provider event tied to its message, and what follows from all of them together."""

from dataclasses import dataclass

from heliograph.domain.message import Message
from heliograph.domain.model import ProviderEvent


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """One provider event about one attempt of one message."""

    message: int
    """The message's number in its notification."""
    attempt: int
    integration: str
    event: ProviderEvent
    received: int
    """Epoch milliseconds; decides nothing."""
    own: bool = True
    """About the message's own recipient, not about somebody in copy."""
    key: str = ""
    """Its identity as stored."""


def identity(report: Report) -> tuple[str, ...]:
    """What makes two reports the same event: never our receipt time.

    The provider's own event id where there is one, else the kind and the provider's own time.
    """
    event = report.event
    when = event.occurred_at.isoformat() if event.occurred_at else ""
    told = (event.event_id, event.kind) if event.event_id else (event.kind, event.bounce or "", when)
    return report.integration, event.provider_message_id, event.recipient, str(report.attempt), *told


@dataclass(frozen=True, slots=True, kw_only=True)
class Notification:
    """One send of one event to one contact, whole: the head first, then further messages, and what was reported."""

    messages: tuple[Message, ...]
    reports: tuple[Report, ...]
