"""The moves of a message by their short names, each written through the store."""

from heliograph.domain import attempts
from heliograph.domain.message import Message
from heliograph.domain.status import Status
from heliograph.domain.tries import Try
from heliograph.store.messages import Messages
from tests.support.builders import NOW

LEASE = 35_000
REFUSED = Try(reason="provider_error", code="550", text="no such user")


def accepted(store: Messages, message: Message) -> Message:
    """Accept it and read it back."""
    store.accept(message, now=message.created)
    return reread(store, message)


def reread(store: Messages, message: Message) -> Message:
    found = store.load(message.id, now=message.created)
    assert found is not None
    return found


def claimed(store: Messages, message: Message, worker: str = "first", *, now: int = NOW) -> Message:
    state = message.progress
    move = attempts.claim(state, now=now, token=worker, lease=now + LEASE, integration="int-ses", provider="ses")
    return store.move(message, move)


def reclaimed(store: Messages, message: Message, worker: str = "second", *, now: int = NOW + LEASE) -> Message:
    return store.move(message, attempts.reclaim(message.progress, token=worker, lease=now + LEASE))


def settled(store: Messages, message: Message, *, now: int = NOW + LEASE) -> Message:
    return store.move(message, attempts.settle(message.progress, now=now))


def sent(store: Messages, message: Message, *, now: int = NOW + 100) -> Message:
    return store.move(message, attempts.sent(message.progress, now=now, provider_message_id="m-1"))


def put_off(store: Messages, message: Message, *, due: int = NOW + 5_000, free: bool = False) -> Message:
    why = Try(reason="provider_unavailable", code="503", text="try later")
    return store.move(message, attempts.retry(message.progress, now=NOW + 100, due=due, free=free, why=why))


def ended(store: Messages, message: Message, ending: Status = Status.FAILED, *, now: int = NOW + 100) -> Message:
    return store.move(message, attempts.end(message.progress, now=now, ending=ending, why=REFUSED))


def fact(
    store: Messages, message: Message, rank: int, *, attempt: int = 1, now: int = NOW + 200, lasting: bool = False
) -> Message:
    """A fact that changes something."""
    move = attempts.fact(message.progress, attempt=attempt, rank=rank, now=now, lasting=lasting)
    assert move is not None
    return store.move(message, move)


def canceled(store: Messages, message: Message, *, now: int = NOW + 300) -> tuple[Message, bool]:
    move, won = attempts.cancel(message.progress, now=now)
    return store.move(message, move), won
