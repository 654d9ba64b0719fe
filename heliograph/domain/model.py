"""The values that pass between the parts: what goes to a provider, and what comes back from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Literal

type JSON = dict[str, Any]
"""A JSON object."""


class Channel(StrEnum):
    """A way to reach somebody. Templates, identifiers, suppressions and routes are per channel."""

    EMAIL = "email"
    SMS = "sms"
    PUSH = "push"
    SLACK = "slack"
    TEAMS = "teams"
    DISCORD = "discord"
    TELEGRAM = "telegram"
    WHATSAPP = "whatsapp"
    APPRISE = "apprise"
    IN_APP = "in_app"
    WEBHOOK = "webhook"


class Kind(StrEnum):
    """What channels have in common."""

    EMAIL = "email"
    SMS = "sms"
    PUSH = "push"
    CHAT = "chat"
    OWN = "own"


KINDS: Final[Mapping[Channel, Kind]] = {
    Channel.EMAIL: Kind.EMAIL,
    Channel.SMS: Kind.SMS,
    Channel.PUSH: Kind.PUSH,
    Channel.SLACK: Kind.CHAT,
    Channel.TEAMS: Kind.CHAT,
    Channel.DISCORD: Kind.CHAT,
    Channel.TELEGRAM: Kind.CHAT,
    Channel.WHATSAPP: Kind.CHAT,
    Channel.APPRISE: Kind.CHAT,
    Channel.IN_APP: Kind.OWN,
    Channel.WEBHOOK: Kind.OWN,
}


class EventKind(StrEnum):
    """What a provider can report about a message. The first seven are delivery, the rest engagement."""

    QUEUED = "queued"
    SENT = "sent"
    DEFERRED = "deferred"
    BOUNCED = "bounced"
    DELIVERED = "delivered"
    FAILED = "failed"
    DROPPED = "dropped"
    OPENED = "opened"
    CLICKED = "clicked"
    UNSUBSCRIBED = "unsubscribed"
    COMPLAINED = "complained"


type Bounce = Literal["hard", "soft"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file that goes with a mail."""

    name: str
    """The file's name as the recipient sees it: one line, no path."""
    type: str
    """Its media type, such as `application/pdf`."""
    content: bytes = field(repr=False)
    content_id: str = ""
    """Set for an image that the HTML shows as `cid:ID`; it then goes inline."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """A rendered message, as a provider gets it. Which parts are set depends on the channel."""

    channel: Channel
    to: str
    """A bare mail address, an E.164 number, or what the channel calls an address."""
    sender: str
    """A mail address, with a display name or without (`Ada <ada@example.com>`), or a number or sender id."""
    text: str = ""
    subject: str = ""
    html: str = ""
    reply_to: tuple[str, ...] = ()
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    attachments: tuple[Attachment, ...] = ()
    tags: tuple[str, ...] = ()
    """At most nine words of the caller's, for providers whose statistics are grouped by tag."""
    data: Mapping[str, Any] = field(default_factory=dict)
    """What only this channel knows, rendered: a push's `title`, `url`, `image`, `badge` ...; a chat's `blocks`."""
    expires: int = 0
    """When it is worth nothing any more, in seconds since 1970; 0: it is not said."""
    project: str = ""
    """The project and, below it, the notification, its message and its event: for what is ours to tell or to store."""
    notification: str = ""
    number: int = 0
    event: str = ""
    claimed: int = 0
    """When this attempt was claimed, in epoch milliseconds: the same for every repeat of it."""
    echo: str
    """Our signed token, at most 128 characters of `A-Z a-z 0-9 _ -`; the provider should give it back in its events."""
    send_key: str
    """The same for every repeat of one attempt: a provider's idempotency key, where it has one."""
    callback_url: str
    """This integration's webhook URL, for providers that want it with each message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProviderEvent:
    """What a provider reports afterwards, normalised."""

    kind: EventKind
    bounce: Bounce | None = None
    """Only for `bounced`."""
    provider_message_id: str = ""
    echo: str = ""
    """Our token, if the provider gave it back."""
    recipient: str = ""
    event_id: str = ""
    """The provider's own id of this event, the same on repeats; empty where it has none."""
    occurred_at: datetime | None = None
    """The provider's own time, aware; None where it gives none."""
    reason: str = ""
    """A member of Reason, where the event implies one."""
    code: str = ""
    text: str = ""
    """The provider's words: one line, without the recipient's address."""
    machine: bool = False
    """An open or click by a proxy or a scanner, not by a person."""
    raw: JSON = field(default_factory=dict)
    """The event as the provider sent it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted:
    """The provider took the message."""

    provider_message_id: str
    later: tuple[tuple[float, ProviderEvent], ...] = ()
    """Events that the provider itself will never post: (delay in seconds, event)."""
    asks_in: float = 0
    """Seconds (at most 900) after which the provider must be asked what became of it; 0: it need not be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WebhookRequest:
    """A request to a webhook URL, before anybody has believed it."""

    method: str
    url: str
    """As registered with the provider: public base URL, raw path, raw query."""
    headers: Mapping[str, str]
    """Names in lower case."""
    body: bytes
    """Exactly the bytes that came."""
    at: int | None = None
    """When it came, in seconds since 1970; None proves no age, so a proof with an age limit is then refused."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BusEvent:
    """An event that came by SNS to our own queue. IAM is its proof, so only the apply function may build one."""

    id: str
    """The SNS message id, the same on repeats."""
    topic: str
    body: JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """What a handshake must be answered with."""

    status: int = 200
    body: str = ""
    content_type: str = "text/plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What a verified webhook held."""

    events: tuple[ProviderEvent, ...] = ()
    ignored: tuple[str, ...] = ()
    """Names of events that mean nothing to us: counted and logged, never an error."""
    reply: Reply | None = None
