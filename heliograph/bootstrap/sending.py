"""What the send function needs."""

import random
import secrets
import time
from functools import cache
from typing import Final

from heliograph.api.auth import Authenticator
from heliograph.bootstrap import wiring
from heliograph.bootstrap.guarding import guard
from heliograph.observability import trouble
from heliograph.store.accepting import Reads
from heliograph.usecases.accept import Accept
from heliograph.usecases.accept_many import AcceptMany
from heliograph.usecases.attaching import Attaching
from heliograph.usecases.batches import SendBatch
from heliograph.usecases.gather import Gather
from heliograph.usecases.outcomes import Outcomes
from heliograph.usecases.people import People

SIDE_BY_SIDE: Final = 10
"""As many as botocore keeps connections."""


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
        messages=Attaching(messages=parts.messages, files=parts.files),
        contacts=parts.contacts,
        wakeups=parts.wakeups,
        clock=parts.clock,
        contact_id=parts.contact_id,
        on_trouble=trouble,
        guard=guard(),
        gather=Gather(store=parts.gathering, pause=time.sleep, random=random.random),
    )


def accept_many() -> AcceptMany:
    """Takes calls with many requests."""
    return AcceptMany(accept=accept(), wakeups=wiring().wakeups, side_by_side=SIDE_BY_SIDE)


def send_batch() -> SendBatch:
    """Takes calls with many messages."""
    return SendBatch(accept=accept_many(), batches=wiring().batches, clock=wiring().clock)


def outcomes() -> Outcomes:
    """Waits for what becomes of accepted notifications."""
    return Outcomes(heads=wiring().batches, clock=wiring().clock, pause=time.sleep)


def people() -> People:
    """Works on contacts."""
    return People(store=wiring().contacts, contact_id=wiring().contact_id, clock=wiring().clock)


def random_key() -> str:
    """The idempotency key of a request that brings none."""
    return secrets.token_hex(16)
