"""Messages, reports and contacts with everything filled in, so that a test names only what it is about."""

from datetime import UTC, datetime
from typing import Any, Final

from heliograph.domain.attempts import Progress
from heliograph.domain.message import Content, Lane, Message, MessageId
from heliograph.domain.model import Bounce, Channel, EventKind, ProviderEvent
from heliograph.domain.project import Mode
from heliograph.domain.report import Report

NOW: Final = 1_800_000_000_000
"""15 January 2027, 08:00 UTC, in epoch milliseconds."""
HOUR: Final = 3_600_000
DAY: Final = 24 * HOUR
PROJECT: Final = "demo"
NAME: Final = "abcdefghijklmnopqrstuvwxyz"


def message_id(name: str = NAME, number: int = 0, project: str = PROJECT) -> MessageId:
    return MessageId(project=project, notification=name, number=number)


def message(**changes: Any) -> Message:
    """A mail to Ada, accepted at NOW and due at once."""
    created = changes.get("created", NOW)
    known: dict[str, Any] = {
        "id": message_id(),
        "mode": Mode.LIVE,
        "lane": Lane.NORMAL,
        "channel": Channel.EMAIL,
        "event": "welcome",
        "version": 1,
        "to": "ada@example.com",
        "contact": "ada",
        "language": "",
        "created": created,
        "content": Content(payload={"plan": "pro"}, contact={"id": "ada", "email": "ada@example.com"}),
        "plan": (Channel.EMAIL,),
        "body_hash": b"\x01" * 32,
        "expires_from_table": (created + 33 * DAY) // 1000,
        "progress": Progress(due=created, check=created, expires=created + 3 * DAY),
    }
    return Message(**known | changes)


def moment(when: int) -> datetime:
    """Epoch milliseconds as an aware datetime."""
    return datetime.fromtimestamp(when / 1000, UTC)


def event(kind: EventKind, bounce: Bounce | None = None, **changes: Any) -> ProviderEvent:
    """What the provider says about its message `m-1`, a minute after NOW."""
    known: dict[str, Any] = {"provider_message_id": "m-1", "occurred_at": moment(NOW + 60_000)}
    return ProviderEvent(kind=kind, bounce=bounce, **known | changes)


def report(kind: EventKind, bounce: Bounce | None = None, *, attempt: int = 1, **changes: Any) -> Report:
    """The same about an attempt of ours; `own`, `received` and `integration` may be changed too."""
    about = {name: changes.pop(name) for name in ("own", "received", "integration", "message") if name in changes}
    known: dict[str, Any] = {"message": 0, "integration": "int-ses", "received": NOW + 61_000}
    return Report(attempt=attempt, event=event(kind, bounce, **changes), **known | about)
