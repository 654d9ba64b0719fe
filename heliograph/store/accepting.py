"""What accepting reads: the event and the contact, in one call where the contact is who it seems to be."""

from heliograph.domain.contact import IDENTIFIERS, Contact, derived_id
from heliograph.domain.definition import Definition
from heliograph.domain.model import JSON
from heliograph.store import contacts, definitions, keys
from heliograph.store.contacts import Contacts
from heliograph.store.definitions import Definitions
from heliograph.store.table import Table


class Reads:
    """Reads for one accept."""

    def __init__(self, table: Table, people: Contacts, events: Definitions, pepper: str) -> None:
        self._table = table
        self._people = people
        self._events = events
        self._pepper = pepper

    def contact_id(self, project: str, identifier: str) -> str:
        """The id of a contact whose caller gave none."""
        return derived_id(self._pepper, project, identifier.lower())

    def read(self, project: str, event: str, who: JSON) -> tuple[Definition | None, Contact | None]:
        """The event's head, and the contact that `id`, else the first known identifier, names."""
        given = {field: str(who[field]) for field in IDENTIFIERS if who.get(field)}
        likely = str(who.get("id") or self.contact_id(project, next(iter(given.values()))))
        head, contact = self._events.head_key(project, event), keys.contact(project, likely)
        aliases = [] if who.get("id") else [self._people.alias(project, *one) for one in given.items()]
        # Strongly: a moment after an erasure nobody may still see the address.
        found = self._table.get_many([head, contact, *aliases], strong=True)
        definition = definitions.decode_head(found[head]) if head in found else None
        definition = None if definition and definition.deleted else definition
        owner = next((str(found[alias]["c"]) for alias in aliases if alias in found), likely)
        if owner != likely:
            return definition, self._people.get(project, owner)
        return definition, contacts.decode(found[contact]) if contact in found else None
