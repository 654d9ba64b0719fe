"""Reports that a fake posts one by one; signed, or signed in, when they leave."""

import base64
import json
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final, NamedTuple

from local.sandbox.callbacks import post
from local.sandbox.desk import Desk, Event
from local.sandbox.inbox import Message

WEBHOOK_LOGIN: Final[Mapping[str, str]] = {
    "webhook_user": "heliograph",
    "webhook_password": "10ca110ca110ca110ca110ca1",
}
"""What the vendors that sign nothing sign in with, as fields of the demo account's credentials."""


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


def signed_in(value: Any) -> Posting:
    """A JSON value with the user and the password that were entered as part of the URL."""
    login = base64.b64encode(":".join(WEBHOOK_LOGIN.values()).encode()).decode()
    return Posting(json.dumps(value).encode(), {"Content-Type": "application/json", "Authorization": f"Basic {login}"})
