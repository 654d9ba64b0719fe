"""Contacts, and the addresses that name them: a contact and its names are written together or not at all."""

import json
from contextlib import suppress
from dataclasses import asdict
from typing import Any, Final

from heliograph.domain.contact import IDENTIFIERS, PROFILE, Contact, Listed, Standing, Suppression
from heliograph.domain.errors import Conflict
from heliograph.domain.identity import keyed_hash
from heliograph.domain.model import KINDS, Channel
from heliograph.domain.project import Mode
from heliograph.domain.push_tokens import PushToken
from heliograph.domain.reasons import Reason
from heliograph.domain.recipient import key as normal_form
from heliograph.domain.recipient import mask
from heliograph.names import BY_TIME, INDEXES, PARTITION, SORT
from heliograph.store import keys
from heliograph.store.listing import PLACE, newest
from heliograph.store.table import Item, Key, Refused, Table, Unmet, Write

_MINE = "attribute_not_exists(pk) OR c = :c"
"""The condition of every write to an alias: it is nobody's or this contact's."""

_STRONGER: Final = frozenset({Reason.HARD_BOUNCE.value, Reason.COMPLAINT.value})


class Contacts:
    """The contacts of all projects. *pepper* keys the hashes that stand for addresses."""

    def __init__(self, table: Table, pepper: str) -> None:
        self._table = table
        self._pepper = pepper

    def alias(self, project: str, field: str, value: str) -> Key:
        """Where an identifier says whose it is."""
        normal = normal_form(IDENTIFIERS[field], value)
        return keys.alias(project, field, keyed_hash(self._pepper, "alias", project, field, normal))

    def get(self, project: str, contact: str) -> Contact | None:
        """A contact by its id, strongly consistent; one that was erased is a tombstone."""
        item = self._table.get(keys.contact(project, contact), strong=True)
        return decode(item) if item else None

    def owner(self, project: str, field: str, value: str) -> str:
        """The id of the contact that has this identifier, empty when nobody has."""
        item = self._table.get(self.alias(project, field, value), strong=True)
        return item["c"] if item else ""

    def save(self, project: str, contact: Contact, *, known: Contact | None) -> None:
        """Write a contact, claim its new identifiers for it and give up those it no longer has.

        Raises:
            Conflict: another contact has one of the identifiers; nothing was written.
            Lost: it is no longer as *known* (None: it must not exist); nothing was written.
        """
        condition, values = _still(known)
        revision = (known.revision if known else 0) + 1
        body = Write(item=_item(project, contact, revision), condition=condition, values=values)
        self._write([body, *self._renamed(project, contact, known)])

    def remove(self, project: str, known: Contact) -> None:
        """Remove a contact and its identifiers. One that was erased before stays as a tombstone.

        Raises:
            Lost: it is no longer as *known*; nothing was written.
        """
        bare = Contact(id=known.id, erased=known.erased)
        condition, values = _still(known)
        if known.erased:
            # What was accepted before the erasure may still wait, and must find the tombstone.
            body = Write(item=_item(project, bare, known.revision + 1), condition=condition, values=values)
        else:
            body = Write(key=keys.contact(project, known.id), condition=condition, values=values)
        self._write([body, *self._renamed(project, bare, known)])

    def entomb(self, project: str, known: Contact, *, at: int, ledger: Item) -> Contact:
        """Replace a contact by its tombstone, together with the *ledger*'s line.

        Raises:
            Lost: it is no longer as *known*; nothing was written.
        """
        condition, values = _still(known)
        stone = Contact(id=known.id, erased=at)
        body = Write(item=_item(project, stone, known.revision + 1), condition=condition, values=values)
        self._write([body, *self._renamed(project, stone, known), Write(item=ledger)])
        return stone

    def _renamed(self, project: str, contact: Contact, known: Contact | None) -> list[Write]:
        """The writes that make the identifiers of *known* those of *contact*; none when they are the same."""
        held, wanted = self._aliases(project, known), self._aliases(project, contact)
        mine = {":c": contact.id}
        claims = [
            Write(item={PARTITION: at[0], SORT: at[1], "c": contact.id, "f": field}, condition=_MINE, values=mine)
            for at, field in wanted.items()
            if at not in held
        ]
        return claims + [Write(key=at, condition=_MINE, values=mine) for at in held if at not in wanted]

    def _write(self, writes: list[Write]) -> None:
        """Write a contact (first) and what belongs to it; what only changes the contact is one plain write."""
        first, *others = writes
        if not others and first.item is not None:
            self._table.put(first.item, condition=first.condition, values=first.values or None)
            return
        try:
            self._table.transact(writes)
        except Unmet as unmet:
            taken = [writes[place].item for place in unmet.places if place]
            field = next((item["f"] for item in taken if item), "")
            if 0 in unmet.places or not field:
                raise
            raise Conflict(
                f"another contact already has this {field}: use that contact, or take the {field} from it first",
                field=field,
                code="IDENTIFIER_TAKEN",
            ) from unmet

    def latest(self, project: str, *, before: str, limit: int) -> list[tuple[str, Contact | None]]:
        """Entries of the list of contacts, newest first, each with its place; None for what is gone meanwhile."""
        entries = newest(self._table, keys.contacts(project), before=before, limit=limit)
        wanted = [(entry[PARTITION], entry[SORT]) for entry in entries]
        found = self._table.get_many(wanted) if wanted else {}
        return [
            (entry[PLACE], decode(found[key]) if key in found else None)
            for entry, key in zip(entries, wanted, strict=True)
        ]

    def suppress(self, project: str, mode: Mode, channel: Channel, address: str, why: Suppression) -> None:
        """Never write to this address over this channel again.

        The first reason stays; only an unsubscribe, which required events go past, yields to a stronger one.
        """
        digest = self._digest(project, channel, address)
        partition, sort = keys.suppression(project, mode, channel, digest)
        entry = keys.listed_suppression(project, mode, channel, digest, why.at)
        item = {PARTITION: partition, SORT: sort, "ch": channel.value, "mk": mask(address)} | asdict(why)
        item |= dict(zip(INDEXES[BY_TIME], entry, strict=True))
        try:
            self._table.put(item, condition="attribute_not_exists(pk)")
        except Refused:
            if why.reason in _STRONGER:
                changes = {"reason": why.reason, "source": why.source}
                with suppress(Refused):
                    self._table.update((partition, sort), changes, expect={"reason": Reason.UNSUBSCRIBED.value})

    def suppressed(self, project: str, mode: Mode, channel: Channel, address: str) -> Suppression | None:
        """Why an address must not be written to, strongly consistent; None when it may."""
        item = self._table.get(self.suppression_key(project, mode, channel, address), strong=True)
        return _suppression(item) if item else None

    def standing(self, project: str, mode: Mode, channel: Channel, address: str, *, contact: str) -> Standing:
        """Whether the address is suppressed and the contact erased: one strongly consistent read."""
        listed = self.suppression_key(project, mode, channel, address)
        person = keys.contact(project, contact) if contact else listed
        found = self._table.get_many([listed, person], strong=True)
        erased = found[person].get("erased", 0) if contact and person in found else 0
        return Standing(suppression=_suppression(found[listed]) if listed in found else None, erased=erased)

    def lift(self, project: str, mode: Mode, channel: Channel, address: str) -> None:
        """Let an address be written to again."""
        self._table.delete(self.suppression_key(project, mode, channel, address))

    def suppressions(self, project: str, mode: Mode, *, before: str, limit: int) -> list[tuple[str, Key]]:
        """Entries of the list of suppressions, newest first: (place, key). A place is `at#channel#digest`."""
        entries = newest(self._table, keys.suppressions(project, mode), before=before, limit=limit)
        return [(entry[PLACE], (entry[PARTITION], entry[SORT])) for entry in entries]

    def listed(self, wanted: list[Key]) -> list[Listed]:
        """The suppressions at these keys, in their order, without those that were lifted meanwhile."""
        found = self._table.get_many(wanted) if wanted else {}
        return [
            Listed(channel=Channel(item["ch"]), address=item["mk"], why=_suppression(item))
            for item in (found[key] for key in wanted if key in found)
        ]

    def suppression_key(self, project: str, mode: Mode, channel: Channel, address: str) -> Key:
        """Where a suppression lies: under a keyed hash of the address."""
        return keys.suppression(project, mode, channel, self._digest(project, channel, address))

    def _digest(self, project: str, channel: Channel, address: str) -> str:
        normal = normal_form(KINDS[channel], address)
        return keyed_hash(self._pepper, "suppression", project, channel, normal)

    def _aliases(self, project: str, contact: Contact | None) -> dict[Key, str]:
        found = {name: getattr(contact, name, "") for name in IDENTIFIERS}
        return {self.alias(project, name, value): name for name, value in found.items() if value}


def encode(contact: Contact) -> Item:
    """A contact's attributes; what is not set is absent."""
    known: dict[str, Any] = {name: getattr(contact, name) or None for name in PROFILE}
    known["meta"] = json.dumps(contact.meta, ensure_ascii=False, separators=(",", ":")) if contact.meta else None
    known["tokens"] = [asdict(token) for token in contact.push_tokens] or None
    known |= {"created": contact.created, "updated": contact.updated, "erased": contact.erased or None}
    return known | {"id": contact.id}


def decode(item: Item) -> Contact:
    """Back from an item."""
    known = {name: item[name] for name in (*PROFILE, "id", "created", "updated", "erased") if name in item}
    tokens = tuple(PushToken(**token) for token in item.get("tokens", ()))
    meta = json.loads(item.get("meta", "{}"))
    return Contact(**known, meta=meta, push_tokens=tokens, revision=item.get("rev", 0))


def _item(project: str, contact: Contact, revision: int) -> Item:
    partition, sort = keys.contact(project, contact.id)
    item = encode(contact) | {PARTITION: partition, SORT: sort, "rev": revision}
    if contact.gone:
        return item
    entry = keys.listed_contact(project, contact.id, contact.created)
    return item | dict(zip(INDEXES[BY_TIME], entry, strict=True))


def _still(known: Contact | None) -> tuple[str, dict[str, Any]]:
    """The condition that a contact is still as it was read."""
    return ("rev = :rev", {":rev": known.revision}) if known else ("attribute_not_exists(pk)", {})


def _suppression(item: Item) -> Suppression:
    return Suppression(reason=item["reason"], source=item["source"], at=item["at"])
