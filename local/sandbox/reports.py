"""Reports that a fake posts one by one, or in batches; signed, or signed in, when they leave."""

import base64
import json
import threading
from collections import defaultdict
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any, Final, NamedTuple

from heliograph.domain.model import JSON
from local.sandbox.callbacks import OK, post
from local.sandbox.desk import Desk, Event
from local.sandbox.inbox import Message

TOGETHER: Final = 0.05
"""Seconds for which events are gathered into one batch."""
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


class Batches:
    """Gathers the events of a moment, and posts them as one JSON list."""

    def __init__(self, desk: Desk, shape: Callable[[Event], JSON | None]) -> None:
        self._desk = desk
        self._shape = shape
        self._lock = threading.Lock()
        self._gathered: defaultdict[str, list[Event]] = defaultdict(list)

    def report(self, webhook: str, message: Message) -> None:
        """Post every event of *message* when it is due, with those of others."""
        for delay, event in self._desk.events(message):
            if self._shape(event) is not None:
                self._desk.callbacks.after(delay, partial(self._gather, webhook, event))

    def _gather(self, webhook: str, event: Event) -> bool:
        with self._lock:
            batch = self._gathered[webhook]
            batch.append(event)
            first = len(batch) == 1
        if first:
            self._desk.callbacks.after(TOGETHER, partial(self._flush, webhook))
        return True

    def _flush(self, webhook: str) -> bool:
        with self._lock:
            batch = self._gathered.pop(webhook, [])
        if not self._post(webhook, batch):
            self._desk.callbacks.retry(partial(self._post, webhook, batch))
        return True

    def _post(self, webhook: str, batch: list[Event]) -> bool:
        made = signed_in([self._shape(event) for event in batch])
        status = post(webhook, made.body, made.headers)
        for event in batch:
            self._desk.note(event, status)
        return status in OK
