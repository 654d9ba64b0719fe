"""People: contacts that are created, changed and removed by themselves, not by a send."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final, Protocol

from heliograph.domain.contact import IDENTIFIERS, PROFILE, Contact, lacking
from heliograph.domain.errors import BadInput, Conflict, Lost, NotFound
from heliograph.domain.model import JSON
from heliograph.domain.push_tokens import MAX_TOKENS, PushToken
from heliograph.domain.timestamps import timestamp
from heliograph.usecases.ports import Clock

TRIES: Final = 5
"""How often a change is made anew because somebody else changed the contact meanwhile."""


class ContactStore(Protocol):
    """See heliograph.store.contacts."""

    def get(self, project: str, contact: str) -> Contact | None: ...
    def owner(self, project: str, field: str, value: str) -> str: ...
    def save(self, project: str, contact: Contact, *, known: Contact | None) -> None: ...
    def remove(self, project: str, known: Contact) -> None: ...


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

        def once() -> tuple[Contact, bool]:
            now = self.clock()
            name = who.get("id") or self._named_by(project, who)
            known = self.store.get(project, name)
            before = known or Contact(id=name)
            new = known is None or known.gone
            before = before.created_again(now) if new else before
            told = {field: value for field, value in who.items() if field in PROFILE}
            contact = replace(before, **told, meta=before.meta | who.get("meta", {}), updated=now)
            self.store.save(project, contact, known=known)
            return contact, new

        return _settled(once)

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
        found = self.named(project, who)
        if found is None or found.gone:
            raise NotFound("there is no such contact in this project", field="contact", code="CONTACT_NOT_FOUND")
        return found

    def named(self, project: str, who: JSON) -> Contact | None:
        """The contact with this id, mail address or phone number; for an id also its tombstone."""
        owners = (self.store.owner(project, field, who[field]) for field in IDENTIFIERS if field in who)
        name = who.get("id") or next(owners, "")
        return self.store.get(project, name) if name else None

    def patch(self, project: str, who: JSON, changes: Mapping[str, Any]) -> Contact:
        """Change what is given; None removes a field, and inside `meta` a key.

        Raises:
            NotFound: there is no such contact.
            Conflict: another contact has one of the identifiers.
            BadInput: the id is another.
        """
        return self._changed(project, who, lambda contact: _patched(contact, changes))

    def remove(self, project: str, who: JSON) -> Contact:
        """Remove the contact and its identifiers; what was accepted for it is still sent.

        Raises:
            NotFound: there is no such contact.
        """

        def once() -> Contact:
            contact = self.find(project, who)
            self.store.remove(project, contact)
            return contact

        return _settled(once)

    def add_token(self, project: str, who: JSON, token: PushToken) -> Contact:
        """Add a device; one that is there already changes nothing.

        Raises:
            NotFound: there is no such contact.
            BadInput: it has the most devices that are kept.
        """

        def change(contact: Contact) -> Contact:
            kept = tuple(one for one in contact.push_tokens if one.token != token.token)
            if len(kept) >= MAX_TOKENS:
                detail = f"the contact has {MAX_TOKENS} push tokens already: remove one first"
                raise Conflict(detail, field="token", code="TOO_MANY_PUSH_TOKENS")
            return contact if len(kept) < len(contact.push_tokens) else replace(contact, push_tokens=(*kept, token))

        return self._changed(project, who, change)

    def drop_token(self, project: str, who: JSON, token: str) -> Contact:
        """Remove a device.

        Raises:
            NotFound: there is no such contact, or it has no such token.
        """

        def change(contact: Contact) -> Contact:
            kept = tuple(one for one in contact.push_tokens if one.token != token)
            if len(kept) == len(contact.push_tokens):
                raise NotFound("the contact has no such push token", field="token", code="PUSH_TOKEN_NOT_FOUND")
            return replace(contact, push_tokens=kept)

        return self._changed(project, who, change)

    def _changed(self, project: str, who: JSON, change: Callable[[Contact], Contact]) -> Contact:
        def once() -> Contact:
            known = self.find(project, who)
            contact = change(known)
            if contact == known:
                return known
            contact = replace(contact, updated=self.clock())
            self.store.save(project, contact, known=known)
            return contact

        return _settled(once)

    def _named_by(self, project: str, who: JSON) -> str:
        given = [(field, str(who[field])) for field in IDENTIFIERS if who.get(field)]
        owners = (self.store.owner(project, field, value) for field, value in given)
        return next((owner for owner in owners if owner), "") or self.contact_id(project, given[0][1])


def shown(contact: Contact) -> JSON:
    """A contact as callers see it."""
    tokens = [{"token": one.token, "provider": one.provider} for one in contact.push_tokens]
    stamps = {"created_at": timestamp(contact.created), "updated_at": timestamp(contact.updated)}
    return contact.profile() | {"meta": contact.meta, "push_tokens": tokens} | stamps


def _patched(contact: Contact, changes: Mapping[str, Any]) -> Contact:
    if changes.get("id", contact.id) != contact.id:
        detail = "`id` cannot be changed: create a contact with the new id, and delete or erase this one"
        raise BadInput(detail, field="id")
    told: JSON = {name: value or "" for name, value in changes.items() if name in PROFILE}
    meta = contact.meta
    if "meta" in changes:
        merged = {} if changes["meta"] is None else contact.meta | changes["meta"]
        meta = {name: value for name, value in merged.items() if value is not None}
    return replace(contact, **told, meta=meta)


def _settled[T](once: Callable[[], T]) -> T:
    """What a change comes to, made anew while others change the same contact."""
    for _ in range(TRIES):
        try:
            return once()
        except Lost:
            continue
    raise Conflict("the contact is being changed by others at this moment: send the same request again")
