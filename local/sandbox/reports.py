"""Reports that a fake posts one by one, each signed when it leaves."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import NamedTuple

from local.sandbox.callbacks import post
from local.sandbox.desk import Desk, Event
from local.sandbox.inbox import Message


class Posting(NamedTuple):
    """What goes to the webhook."""

    body: bytes
    headers: Mapping[str, str]


def one_by_one(desk: Desk, webhook: str, message: Message, posting: Callable[[Event], Posting | None]) -> None:
    """Post every event of *message* when it is due; *posting* gives None for what the vendor never reports."""
    for delay, event in desk.events(message):
        desk.callbacks.after(delay, partial(_post, desk, webhook, event, posting))


def _post(desk: Desk, webhook: str, event: Event, posting: Callable[[Event], Posting | None]) -> bool:
    made = posting(event)
    return made is None or desk.note(event, post(webhook, made.body, made.headers))
