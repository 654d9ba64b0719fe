"""Contacts: who they are, and how what a send says of them is merged."""

from dataclasses import dataclass, field, replace
from typing import Final

from heliograph.domain.identity import keyed_hash
from heliograph.domain.model import JSON, Channel, Kind
from heliograph.domain.push_tokens import PushToken

IDENTIFIERS: Final = {"email": Kind.EMAIL, "phone": Kind.SMS}
"""Fields that name one contact, with the kind of their normal form."""
DEVICES: Final = Channel.PUSH.value
"""Where the push tokens stand among a person's addresses: a list, oldest first."""
ADDRESSES: Final = ("slack", "teams", "discord", "telegram", "webhook", "apprise")
"""Fields that are a channel's address and name nobody: several contacts may have the same."""
PROFILE: Final = ("email", "phone", "first_name", "last_name", "language", "timezone", "country", *ADDRESSES)
"""Fields of a contact that are not `meta`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contact:
    """A person. `id` is the caller's, or made from the first identifier."""

    id: str
    email: str = ""
    phone: str = ""
    first_name: str = ""
    last_name: str = ""
    language: str = ""
    timezone: str = ""
    country: str = ""
    slack: str = ""
    teams: str = ""
    discord: str = ""
    telegram: str = ""
    webhook: str = ""
    apprise: str = ""
    meta: JSON = field(default_factory=dict)
    push_tokens: tuple[PushToken, ...] = ()
    created: int = 0
    updated: int = 0
    erased: int = 0
    """When the person was last erased: whatever was accepted until then is never sent. Stays when they come back."""
    revision: int = field(default=0, compare=False)
    """How often it was written: a write of what was read before somebody else's is refused."""

    @property
    def gone(self) -> bool:
        """Erased and not created again: a tombstone."""
        return 0 < self.erased >= self.created

    def created_again(self, now: int) -> "Contact":
        """A tombstone as the contact that a new request begins."""
        return replace(self, created=max(now, self.erased + 1))

    def addresses(self) -> JSON:
        """Where the person can be reached, by the field that a channel looks at."""
        tokens = [one.token for one in self.push_tokens]
        return self.profile() | ({DEVICES: tokens} if tokens else {})

    def profile(self) -> JSON:
        """What templates see: everything that is set."""
        known: JSON = {name: value for name in PROFILE if (value := getattr(self, name))}
        name = " ".join(part for part in (self.first_name, self.last_name) if part)
        named: JSON = {"name": name} if name else {}
        return {"id": self.id} | known | named | ({"meta": self.meta} if self.meta else {})


def lacking(contact: Contact | None, told: JSON) -> JSON:
    """Those of the fields that a contact does not have yet; of `meta` its members."""
    if contact is None:
        return told
    found = {name: value for name, value in told.items() if name in PROFILE and not getattr(contact, name)}
    meta = {name: value for name, value in told.get("meta", {}).items() if name not in contact.meta}
    return found | ({"meta": meta} if meta else {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Suppression:
    """An address that must not be written to. The address itself is not kept."""

    reason: str
    source: str
    """Which notification's event caused it, or `api`."""
    at: int


API: Final = "api"
"""The source of a suppression that was added by hand."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A suppression as lists show it: with the channel and the address's masked form."""

    channel: Channel
    address: str
    why: Suppression


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """What stands between a message and its recipient right before it is sent."""

    suppression: Suppression | None = None
    erased: int = 0
    """When the contact was last erased; 0 for never."""


def derived_id(pepper: str, project: str, identifier: str) -> str:
    """The id of a contact whose caller gave none: the same for the same address, and it does not tell it."""
    return f"c_{keyed_hash(pepper, 'contact', project, identifier)[:20]}"
