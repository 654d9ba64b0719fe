"""People: contacts that are created and changed by themselves, not by a send."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol

from heliograph.domain.contact import IDENTIFIERS, PROFILE, Contact, lacking
from heliograph.domain.errors import NotFound
from heliograph.domain.model import JSON
from heliograph.domain.view import timestamp
from heliograph.usecases.ports import Clock


class ContactStore(Protocol):
    """See heliograph.store.contacts."""

    def get(self, project: str, contact: str) -> Contact | None: ...
    def owner(self, project: str, field: str, value: str) -> str: ...
    def save(self, project: str, contact: Contact, *, known: Contact | None) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class People:
    """Works on one project's contacts."""

    store: ContactStore
    contact_id: Callable[[str, str], str]
    clock: Clock

    def upsert(self, project: str, who: JSON) -> tuple[Contact, bool]:
        """Create the contact, or merge what is given into it; the second value says whether it is new.

        Raises:
            Conflict: another contact has one of the identifiers.
        """
        now = self.clock()
        name = who.get("id") or self._named_by(project, who)
        known = self.store.get(project, name)
        told = {field: value for field, value in who.items() if field in PROFILE}
        before = known or Contact(id=name, created=now)
        contact = replace(before, **told, meta=before.meta | who.get("meta", {}), updated=now)
        self.store.save(project, contact, known=known)
        return contact, known is None

    def fill(self, project: str, who: JSON) -> None:
        """Create the contact of this `id`, or add what it does not have; what it has stays.

        Raises:
            Conflict: another contact has one of the identifiers.
        """
        known = self.store.get(project, who["id"])
        if told := lacking(known, who):
            self.upsert(project, told | {"id": who["id"]})

    def find(self, project: str, who: JSON) -> Contact:
        """The contact with this id, mail address or phone number.

        Raises:
            NotFound: there is none.
        """
        owners = (self.store.owner(project, field, who[field]) for field in IDENTIFIERS if field in who)
        name = who.get("id") or next(owners, "")
        found = self.store.get(project, name) if name else None
        if found is None:
            raise NotFound("there is no such contact in this project", field="contact", code="CONTACT_NOT_FOUND")
        return found

    def _named_by(self, project: str, who: JSON) -> str:
        given = [(field, str(who[field])) for field in IDENTIFIERS if who.get(field)]
        owners = (self.store.owner(project, field, value) for field, value in given)
        return next((owner for owner in owners if owner), "") or self.contact_id(project, given[0][1])


def shown(contact: Contact) -> JSON:
    """A contact as callers see it."""
    stamps = {"created_at": timestamp(contact.created), "updated_at": timestamp(contact.updated)}
    return contact.profile() | {"meta": contact.meta} | stamps
