"""Links in our own messages: the open pixel, a counted click, an unsubscribe. Written at once, not by a queue."""

from dataclasses import dataclass
from datetime import UTC, datetime

from heliograph.domain.message import Message, MessageId
from heliograph.domain.model import EventKind, ProviderEvent
from heliograph.domain.tokens import Link
from heliograph.usecases.apply import Apply
from heliograph.usecases.ports import Clock, MessageStore

_KINDS = {"open": EventKind.OPENED, "click": EventKind.CLICKED, "unsubscribe": EventKind.UNSUBSCRIBED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Engage:
    """Takes in what recipients do."""

    messages: MessageStore
    apply: Apply
    clock: Clock

    def __call__(self, link: Link, *, machine: bool) -> bool:
        """Count a hit, or unsubscribe the address. False when the message is gone.

        Raises:
            Busy, Unavailable: nothing was written; an unsubscribe must not be answered as done.
        """
        message = self.find(link)
        if message is None:
            return False
        now = self.clock()
        kind = _KINDS[link.purpose]
        # An unsubscribe is one event however often it is asked for; every other hit is its own.
        once = kind is EventKind.UNSUBSCRIBED
        event = ProviderEvent(
            kind=kind,
            event_id="link" if once else f"link-{now}",
            occurred_at=datetime.fromtimestamp(now / 1000, UTC),
            machine=machine,
            raw={"target": link.target} if link.target else {},
        )
        self.apply.report(message, event, integration="links", attempt=message.progress.attempt)
        return True

    def find(self, link: Link) -> Message | None:
        """The message that a link came in."""
        at = MessageId(project=link.project, notification=link.notification, number=link.message)
        return self.messages.load(at, now=self.clock())
