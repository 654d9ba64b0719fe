"""What was sent: the messages that were taken, with what was reported of them, and the journal of all calls."""

import threading
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from heliograph.domain.model import Channel

FILES_KEPT: Final = 200 * 1024 * 1024
"""Bytes of attached files that are remembered."""
KEPT: Final = 1000
"""Messages and calls that are remembered; older ones are forgotten."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """One event that was reported, or that nobody took."""

    kind: str
    at: datetime
    """When it was posted."""
    happened: datetime
    """When it is said to have happened."""
    recipient: str
    status: int
    """HTTP status of the webhook's answer; 200 for an event that a topic took, 0 when nobody answered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attached:
    """A file that came with a mail."""

    name: str
    type: str
    content: bytes = field(repr=False)
    content_id: str = ""

    @property
    def size(self) -> int:
        return len(self.content)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message as it arrives."""

    id: str = ""
    at: datetime
    """When the provider took it."""
    provider: str
    channel: Channel
    sender: str
    to: tuple[str, ...]
    cc: tuple[str, ...] = ()
    bcc: tuple[str, ...] = ()
    subject: str = ""
    text: str = ""
    html: str = ""
    attachments: tuple[Attached, ...] = ()
    headers: Mapping[str, str] = field(default_factory=dict)
    metadata: Mapping[str, str] = field(default_factory=dict)
    """What the caller wants back: custom arguments, tags, the query of the callback URL."""
    outcome: str = ""
    provider_message_id: str
    events: tuple[Posted, ...] = ()

    @property
    def recipients(self) -> tuple[str, ...]:
        return (*self.to, *self.cc, *self.bcc)

    @property
    def echo(self) -> str:
        """The caller's token: the longest value that it wants back."""
        return max(self.metadata.values(), key=len, default="")

    @property
    def status(self) -> str:
        """The last that happened to the first recipient and was posted, else `accepted`."""
        own = [event for event in self.events if event.recipient == self.to[0]]
        return max(own, key=lambda event: event.happened).kind if own else "accepted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One call of a provider's API."""

    at: datetime
    provider: str
    channel: Channel
    to: str
    outcome: str
    status: int
    """HTTP status of the answer."""
    accepted: bool
    provider_message_id: str
    """Empty when it was refused."""
    echo: str


class Inbox:
    """Everything that was sent since the start, newest last."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._messages: dict[str, Message] = {}
        self._calls: deque[Call] = deque(maxlen=KEPT)
        self._taken = 0

    def keep(self, message: Message) -> Message:
        """Keep *message* and return it with its id."""
        with self._lock:
            self._taken += 1
            kept = replace(message, id=str(self._taken))
            self._messages[kept.id] = kept
            if len(self._messages) > KEPT:
                del self._messages[next(iter(self._messages))]
            self._forget_files()
            return kept

    def _forget_files(self) -> None:
        """Drop the oldest messages' files while all together are too large to remember."""
        held = sum(one.size for message in self._messages.values() for one in message.attachments)
        for name, message in list(self._messages.items()):
            if held <= FILES_KEPT:
                return
            held -= sum(one.size for one in message.attachments)
            self._messages[name] = replace(message, attachments=())

    def note(self, message_id: str, event: Posted) -> None:
        """Add what was reported of a message."""
        with self._lock:
            message = self._messages.get(message_id)
            if message:
                self._messages[message_id] = replace(message, events=(*message.events, event))

    def record(self, call: Call) -> None:
        with self._lock:
            self._calls.append(call)

    def messages(self) -> list[Message]:
        """Newest first."""
        with self._lock:
            return list(reversed(self._messages.values()))

    def message(self, message_id: str) -> Message | None:
        return self._messages.get(message_id)

    def calls(self) -> list[Call]:
        """Oldest first."""
        with self._lock:
            return list(self._calls)

    def clear_calls(self) -> None:
        with self._lock:
            self._calls.clear()
