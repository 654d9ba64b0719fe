"""A message: what one contact gets over one channel, as it is stored."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final, NamedTuple

from heliograph.domain.attachment import File
from heliograph.domain.attempts import Progress
from heliograph.domain.model import JSON, Channel, EventKind
from heliograph.domain.project import Mode
from heliograph.domain.routing import RoutingMode
from heliograph.domain.stacking import Merged, Stacked
from heliograph.domain.timing import Terms

BESIDE: Final = b"-"
"""Stands for what lies with the content, in an item of its own."""


class Lane(StrEnum):
    """Two lanes, two functions from one asset; and what goes in the second behind everything else."""

    CRITICAL = "critical"
    NORMAL = "normal"
    BULK = "bulk"
    """In the normal lane, with a small share of an integration's rate."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MessageId:
    """Where a message lies. Number 0 is the notification's head."""

    project: str
    notification: str
    number: int = 0

    @property
    def name(self) -> str:
        """The same for every try of it, and of no other message in its project."""
        return f"{self.notification}-{self.number}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hint:
    """A wake-up call: it carries only ids, and losing, doubling or delaying it is harmless."""

    message: MessageId
    hop: int = 0
    lap: int = 0
    """How often it was a dead letter and put back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What the templates are rendered with, frozen when the message was accepted."""

    payload: JSON = field(default_factory=dict)
    contact: JSON = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message. `content` is None while it lies in an item of its own and has not been read. Times: epoch ms."""

    id: MessageId
    mode: Mode
    lane: Lane
    channel: Channel
    event: str
    version: int
    """0: the event had no published version when the message was accepted."""
    to: str
    contact: str
    language: str
    created: int
    content: Content | None
    content_ref: str = ""
    """Where it lies then."""
    sealed: bytes = b""
    """The payload's hidden keys, encrypted; BESIDE where they lie with the content; empty where there are none."""
    overrides: JSON = field(default_factory=dict)
    files: tuple[File, ...] = ()
    """What its mail carries."""
    metadata: Mapping[str, str] = field(default_factory=dict)
    """The caller's own, shown again; only the head has it, as the tags."""
    tags: tuple[str, ...] = ()
    plan: tuple[Channel, ...] = ()
    """The notification's channels in order; only the head has it."""
    routing: RoutingMode = RoutingMode.SINGLE
    """How they are used; only the head has it."""
    filtered: bool = False
    """A condition of the event left out every channel: it ends without being sent."""
    begun: int = 0
    """When a further message was begun; 0 for the head, which begins when it is accepted."""
    why: str = ""
    """Why it was."""
    body_hash: bytes = b""
    """Of the accepted request; only the head has it."""
    expires_from_table: int = 0
    """Epoch seconds: the TTL."""
    terms: Terms = field(default_factory=Terms)
    """What was asked about its time, for retries and for when it is moved."""
    progress: Progress = field(default_factory=Progress)
    engaged: frozenset[EventKind] = frozenset()
    """A hint for lists; the events decide."""
    hits: int = 0
    """Opens and clicks that were stored as events."""
    uncounted: int = 0
    """Opens and clicks beyond the first fifty, only counted."""

    stacked: Stacked | None = None
    """Of a head that gathers items: its window."""
    merged: Merged | None = None
    """Of a request that went into another notification: which."""

    @property
    def erased(self) -> bool:
        """Its address and data are gone with its contact."""
        return not self.to


class Accepted(NamedTuple):
    """What accepting came to. `message` is what stands in the table now."""

    message: Message
    new: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Overdue:
    """An entry of the work index whose check time has passed."""

    message: MessageId
    lane: Lane
    check: int
