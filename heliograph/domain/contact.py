"""Contacts: who they are, and how what a send says of them is merged."""

from dataclasses import dataclass, field
from typing import Final

from heliograph.domain.identity import keyed_hash
from heliograph.domain.model import JSON, Kind

IDENTIFIERS: Final = {"email": Kind.EMAIL, "phone": Kind.SMS}
"""Fields that name one contact, with the kind of their normal form."""
PROFILE: Final = ("email", "phone", "first_name", "last_name", "language", "timezone", "country")
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
    meta: JSON = field(default_factory=dict)
    created: int = 0
    updated: int = 0

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
    """Which notification's event caused it."""
    at: int


def derived_id(pepper: str, project: str, identifier: str) -> str:
    """The id of a contact whose caller gave none: the same for the same address, and it does not tell it."""
    return f"c_{keyed_hash(pepper, 'contact', project, identifier)[:20]}"
