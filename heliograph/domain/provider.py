"""What a provider is: one file with two halves, how it sends and how its reports are proven and read."""

from dataclasses import dataclass
from typing import Any, ClassVar, Protocol, runtime_checkable

from pydantic import BaseModel, ConfigDict

from heliograph.domain.model import (
    JSON,
    Accepted,
    BusEvent,
    Channel,
    EventKind,
    Outgoing,
    ProviderEvent,
    Received,
    WebhookRequest,
)
from heliograph.domain.tools import Tools


class Credentials(BaseModel):
    """The base of every provider's credentials. Secret fields are `SecretStr`; unknown fields are refused by name."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    account_fields: ClassVar[tuple[str, ...] | None] = None
    """The fields that say whose account it is: integrations that agree in them share its rate. None: the first secret
    that is given; (): no field, since it is the account that the stage runs in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Capabilities:
    """What can be expected of a provider; the docs' capability table is made from it."""

    echo: bool
    """Gives our token back in its events."""
    reports: frozenset[EventKind]
    """What it can report after it took a message; empty when `sent` is the last that is known."""
    send_key_seconds: int = 0
    """How long it honours an idempotency key; 0 when it has none."""
    answers: frozenset[EventKind] = frozenset()
    """What it says of a message when it is asked for it later; see `heliograph.domain.polling`."""
    posts: bool | None = None
    """Whether it posts to our webhook; None: where it reports something, and not by the bus."""
    bus: bool = False
    """Its events come by SNS to our queue, never over HTTP."""
    proof: str = ""
    """How its events are proven, in a few words; only where that is neither a signature nor `wire.basic_auth`."""
    sender_ids: str = ""
    """Pattern of what can be the sender of a text message beside numbers and names: a pool, a service."""
    api: str
    """Address of the vendor's page on sending."""
    events: str = ""
    """Address of the vendor's page on its events."""

    @property
    def has_webhook(self) -> bool:
        """Whether there is a URL to enter at the vendor, or that goes with each message."""
        return bool(self.reports) and not self.bus if self.posts is None else self.posts


class Provider(Protocol):
    """One provider. Instances hold no state, so one serves all integrations."""

    name: ClassVar[str]
    """File, registry key and URL segment."""
    channels: ClassVar[frozenset[Channel]]
    Credentials: ClassVar[type[Credentials]]
    capabilities: ClassVar[Capabilities]

    def send(self, message: Outgoing, credentials: Any, tools: Tools) -> Accepted:
        """Hand one message over.

        Raises:
            ProviderError: one of its five kinds; nothing else may escape.
        """
        ...

    def check(self, credentials: Any, tools: Tools) -> None:
        """Ask the vendor by its cheapest harmless call whether the credentials are good; nothing is sent to anybody.

        Raises:
            ProviderError: they are not (AccountTrouble), or it cannot be told now.
        """
        ...

    def receive(self, request: WebhookRequest | BusEvent, credentials: Any) -> Received:
        """Verify, then read. There is no other door.

        Raises:
            BadSignature: the proof is missing or wrong.
            BadPayload: the proof holds, the body is not what is documented.
        """
        ...


@runtime_checkable
class Rereads(Protocol):
    """A provider whose stored events can be read once more after its mapping was mended.

    No door: a request never gets here. What is read was proven when it came, and lay in our own table since.
    """

    def reread(self, raw: JSON) -> ProviderEvent | str:
        """What a stored event means today, or the name under which it would be ignored.

        Without the recipient, who is not kept; nor what the vendor said beside the event (a header, the URL).
        """
        ...
