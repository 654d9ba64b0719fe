"""The list of a project's contacts: newest first, or those that a search finds."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Protocol

from heliograph.domain.contact import Contact
from heliograph.domain.errors import BadInput
from heliograph.domain.model import JSON
from heliograph.domain.signing import Signer
from heliograph.usecases.paging import from_cursor, to_cursor
from heliograph.usecases.people import shown

SEARCHED: Final = 1000
"""Contacts that one page of a search looks at; `next_cursor` goes on from there."""
PIECE: Final = 100


class ListStore(Protocol):
    """See heliograph.store.contacts."""

    def latest(self, project: str, *, before: str, limit: int) -> list[tuple[str, Contact | None]]: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class PeopleList:
    """Lists and searches.

    *named* finds the contact that a text names exactly, and raises BadInput for one that is no identifier at all.
    """

    store: ListStore
    named: Callable[[str, str], Contact | None]
    signer: Signer

    def __call__(self, project: str, *, limit: int, cursor: str = "", search: str = "") -> JSON:
        """`{contacts, next_cursor}`, newest first.

        A search that is somebody's id, mail address or phone number finds that contact; any other finds the contacts
        whose id, mail address, phone number, name or last name begins with it, among 1,000 a page: a page can be
        short, or empty, and have a `next_cursor` all the same.

        Raises:
            BadInput: the cursor is not of this list.
        """
        query = {"list": "contacts", "search": search}
        place = from_cursor(self.signer, cursor, project=project, query=query)
        if search and not cursor and (exact := self._exact(project, search)) is not None:
            return {"contacts": [shown(exact)], "next_cursor": None}
        found, last = self._page(project, place, limit, search.casefold())
        more = to_cursor(self.signer, project=project, query=query, place=last) if last else None
        return {"contacts": [shown(one) for one in found], "next_cursor": more}

    def _exact(self, project: str, search: str) -> Contact | None:
        try:
            found = self.named(project, search)
        except BadInput:
            return None
        return None if found is None or found.gone else found

    def _page(self, project: str, place: str, limit: int, search: str) -> tuple[list[Contact], str]:
        """The page, and the place where the next begins; empty when there is none."""
        found: list[Contact] = []
        looked, last = 0, place
        while looked < SEARCHED:
            size = PIECE if search else limit - len(found)
            entries = self.store.latest(project, before=last, limit=size)
            looked += len(entries)
            for last, contact in entries:
                if contact is not None and not contact.gone and _begins(contact, search):
                    found.append(contact)
                if len(found) == limit:
                    return found, last
            if len(entries) < size:
                return found, ""
        return found, last


def _begins(contact: Contact, search: str) -> bool:
    name = " ".join(part for part in (contact.first_name, contact.last_name) if part)
    texts = (contact.id, contact.email, contact.phone, name, contact.last_name)
    return not search or any(text.casefold().startswith(search) for text in texts)
