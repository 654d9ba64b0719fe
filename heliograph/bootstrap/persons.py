"""What the manage and scheduler functions need for lists of people and their addresses, and to erase them."""

from heliograph.api.recipients import recipient
from heliograph.bootstrap import wiring
from heliograph.bootstrap.managing import people
from heliograph.bootstrap.receiving import apply
from heliograph.domain.contact import Contact
from heliograph.store.inbox import Inbox as InboxStore
from heliograph.usecases.inbox import Inboxes
from heliograph.usecases.people_list import PeopleList
from heliograph.usecases.suppressions import Suppressions


def people_list() -> PeopleList:
    """Lists and searches contacts."""
    return PeopleList(store=wiring().contacts, named=_named, signer=wiring().signer)


def _named(project: str, text: str) -> Contact | None:
    return people().named(project, recipient(text, "search"))


def inboxes() -> Inboxes:
    """Works on in-app inboxes."""
    parts = wiring()
    store = InboxStore(parts.table)
    return Inboxes(store=store, messages=parts.messages, apply=apply(), signer=parts.signer, clock=parts.clock)


def suppressions() -> Suppressions:
    """Works on suppressed addresses."""
    return Suppressions(store=wiring().contacts, signer=wiring().signer, clock=wiring().clock)
