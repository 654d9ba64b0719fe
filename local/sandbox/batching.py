"""Batches of events, for the vendors that post many at once to one webhook."""

import threading
from collections import defaultdict
from collections.abc import Callable, Container, Sequence
from functools import partial
from typing import Final

from heliograph.domain.model import EventKind
from local.sandbox.callbacks import OK
from local.sandbox.desk import Desk, Event
from local.sandbox.inbox import Message

TOGETHER: Final = 0.05
"""Seconds for which events are gathered into one batch."""

type Post = Callable[[str, Sequence[Event]], int]
"""(webhook, events) -> the status of its answer."""


class Batches:
    """Gathers what becomes due within `TOGETHER` and has it posted as one request, a few times if nobody takes it."""

    def __init__(self, desk: Desk, post: Post) -> None:
        self._desk = desk
        self._post = post
        self._lock = threading.Lock()
        self._gathered: defaultdict[str, list[Event]] = defaultdict(list)

    def report(self, webhook: str, message: Message, kinds: Container[EventKind] = frozenset(EventKind)) -> None:
        """Have what follows for *message* reported to *webhook*: those *kinds* that the vendor has a word for."""
        for delay, event in self._desk.events(message):
            if event.report.kind in kinds:
                self._desk.callbacks.after(delay, partial(self.gather, webhook, event))

    def gather(self, webhook: str, event: Event) -> bool:
        """Have one event that is due now posted with those of the next moment."""
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
        if not self._posted(webhook, batch):
            self._desk.callbacks.retry(partial(self._posted, webhook, batch))
        return True

    def _posted(self, webhook: str, batch: list[Event]) -> bool:
        status = self._post(webhook, batch)
        for event in batch:
            self._desk.note(event, status)
        return status in OK
