"""Contacts, the addresses that name them, and the addresses that must not be written to."""

import json
from dataclasses import asdict

from heliograph.domain.contact import IDENTIFIERS, PROFILE, Contact, Suppression
from heliograph.domain.errors import Conflict
from heliograph.domain.identity import keyed_hash
from heliograph.domain.model import KINDS, Channel
from heliograph.domain.project import Mode
from heliograph.domain.recipient import key as normal_form
from heliograph.names import PARTITION, SORT
from heliograph.store import keys
from heliograph.store.table import Item, Key, Refused, Table


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
        """A contact by its id."""
        item = self._table.get(keys.contact(project, contact))
        return decode(item) if item else None

    def owner(self, project: str, field: str, value: str) -> str:
        """The id of the contact that has this identifier, empty when nobody has."""
        item = self._table.get(self.alias(project, field, value))
        return item["c"] if item else ""

    def save(self, project: str, contact: Contact, *, known: Contact | None) -> None:
        """Write a contact, claim its new identifiers for it and give up those it no longer has.

        Raises:
            Conflict: another contact has one of the identifiers; nothing of this contact was written.
        """
        changed = [name for name in IDENTIFIERS if getattr(contact, name) != getattr(known, name, "")]
        self._claim_all(project, contact, changed)
        partition, sort = keys.contact(project, contact.id)
        self._table.put(encode(contact) | {PARTITION: partition, SORT: sort})
        for field in changed:
            if old := getattr(known, field, ""):
                self._release(project, contact.id, field, old)

    def _claim_all(self, project: str, contact: Contact, fields: list[str]) -> None:
        taken: list[tuple[str, str]] = []
        try:
            for field in fields:
                if (value := getattr(contact, field)) and self._claim(project, contact.id, field, value):
                    taken.append((field, value))  # noqa: PERF401  # known also when the next one is refused
        except Conflict:
            # An identifier that is claimed for a contact without it would be nobody's, and nobody else could have it.
            for field, value in taken:
                self._release(project, contact.id, field, value)
            raise

    def _release(self, project: str, contact: str, field: str, value: str) -> None:
        key = self.alias(project, field, value)
        if (item := self._table.get(key, strong=True)) and item["c"] == contact:
            self._table.delete(key)

    def suppress(self, project: str, mode: Mode, channel: Channel, address: str, why: Suppression) -> None:
        """Never write to this address over this channel again; the first reason stays."""
        partition, sort = self.suppression_key(project, mode, channel, address)
        try:
            self._table.put({PARTITION: partition, SORT: sort} | asdict(why), condition="attribute_not_exists(pk)")
        except Refused:
            return

    def suppressed(self, project: str, mode: Mode, channel: Channel, address: str) -> Suppression | None:
        """Why an address must not be written to, strongly consistent; None when it may."""
        item = self._table.get(self.suppression_key(project, mode, channel, address), strong=True)
        return Suppression(reason=item["reason"], source=item["source"], at=item["at"]) if item else None

    def suppression_key(self, project: str, mode: Mode, channel: Channel, address: str) -> Key:
        """Where a suppression lies: under a keyed hash of the address."""
        normal = normal_form(KINDS[channel], address)
        digest = keyed_hash(self._pepper, "suppression", project, channel, normal)
        return keys.suppression(project, mode, channel, digest)

    def _claim(self, project: str, contact: str, field: str, value: str) -> bool:
        """Claim an identifier; False when the contact had it already."""
        partition, sort = self.alias(project, field, value)
        try:
            item = {PARTITION: partition, SORT: sort, "c": contact}
            self._table.put(item, condition="attribute_not_exists(pk)")
        except Refused as exc:
            if exc.item is not None and exc.item["c"] == contact:
                return False
            raise Conflict(
                f"another contact already has this {field}: use that contact, or take the {field} from it first",
                field=field,
                code="IDENTIFIER_TAKEN",
            ) from exc
        return True


def encode(contact: Contact) -> Item:
    """A contact's attributes; what is not set is absent."""
    known = {name: getattr(contact, name) or None for name in PROFILE}
    meta = json.dumps(contact.meta, ensure_ascii=False, separators=(",", ":")) if contact.meta else None
    return known | {"id": contact.id, "meta": meta, "created": contact.created, "updated": contact.updated}


def decode(item: Item) -> Contact:
    """Back from an item."""
    known = {name: item[name] for name in (*PROFILE, "id", "created", "updated") if name in item}
    return Contact(**known, meta=json.loads(item.get("meta", "{}")))
