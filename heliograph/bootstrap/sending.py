"""What the send function needs."""

from functools import cache

from heliograph.api.auth import Authenticator
from heliograph.bootstrap import wiring
from heliograph.observability import trouble
from heliograph.store.accepting import Reads
from heliograph.usecases.accept import Accept


@cache
def authenticate() -> Authenticator:
    """Checks API keys."""
    parts = wiring()
    return Authenticator(parts.projects, lambda: parts.secrets["pepper"], parts.clock)


@cache
def accept() -> Accept:
    """Takes send requests."""
    parts = wiring()
    return Accept(
        reads=Reads(parts.table, parts.contacts, parts.definitions, parts.secrets["pepper"]),
        messages=parts.messages,
        contacts=parts.contacts,
        wakeups=parts.wakeups,
        clock=parts.clock,
        contact_id=parts.contact_id,
        on_trouble=trouble,
    )
