"""The in-app inbox: what is sent to it is stored here, for the caller's own application to show."""

from datetime import UTC, datetime
from typing import ClassVar, Final

from pydantic import Field

from heliograph.domain import errors
from heliograph.domain.inbox import Item
from heliograph.domain.message import MessageId
from heliograph.domain.model import Accepted, Channel, EventKind, Outgoing, ProviderEvent, Received
from heliograph.domain.provider import Capabilities
from heliograph.domain.provider import Credentials as ProviderCredentials
from heliograph.domain.tools import Tools
from heliograph.wire import doors

DAY: Final = 86_400
LARGEST: Final = 32_000
"""Characters of an item's texts together."""


class Inbox:
    """Stores messages in the contact's inbox."""

    class Credentials(ProviderCredentials):
        """No secret is needed."""

        keep_days: int = Field(default=90, ge=1, le=365)
        """How long an item stays."""

    name: ClassVar[str] = "inbox"
    channels: ClassVar[frozenset[Channel]] = frozenset({Channel.IN_APP})
    capabilities: ClassVar[Capabilities] = Capabilities(
        echo=True,
        reports=frozenset({EventKind.DELIVERED, EventKind.OPENED}),
        posts=False,
        proof="none: they are made here",
        api="docs/providers/inbox.md",
        events="docs/providers/inbox.md",
    )

    def send(self, message: Outgoing, credentials: Credentials, tools: Tools) -> Accepted:
        """Store one message; that it is stored is its delivery."""
        texts = {name: str(message.data.get(name, "")) for name in ("title", "url", "image")} | {"text": message.text}
        if sum(map(len, texts.values())) > LARGEST:
            raise errors.Rejected(f"an item of the inbox has at most {LARGEST} characters; shorten it")
        now = tools.now()
        item = Item(
            message=MessageId(project=message.project, notification=message.notification, number=message.number),
            contact=message.to,
            at=message.claimed,
            event=message.event,
            settings=message.data.get("settings", {}),
            expires=now + credentials.keep_days * DAY,
            title=texts["title"],
            text=texts["text"],
            url=texts["url"],
            image=texts["image"],
        )
        try:
            tools.inbox.put(item)
        except errors.Unavailable as exc:
            # Storing it again changes nothing, so nothing is in doubt.
            raise errors.Transient("the inbox could not be written to") from exc
        delivered = ProviderEvent(
            kind=EventKind.DELIVERED,
            provider_message_id=item.id,
            echo=message.echo,
            event_id=f"{item.id}.delivered",
            occurred_at=datetime.fromtimestamp(now, UTC),
            raw={"stored": True},
        )
        return Accepted(provider_message_id=item.id, later=((0, delivered),))

    def check(self, credentials: Credentials, tools: Tools) -> None:
        """There is nothing that could be wrong."""

    def receive(self, request: doors.Incoming, credentials: Credentials) -> Received:  # noqa: ARG002 -- Provider's
        """There is nothing to read.

        Raises:
            BadSignature: always.
        """
        raise errors.BadSignature("the inbox is here, so nothing that claims to report of it is from it")
