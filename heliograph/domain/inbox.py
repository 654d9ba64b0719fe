"""In-app inboxes: what a contact finds there, and how far they have come with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from heliograph.domain.message import MessageId
from heliograph.domain.model import JSON
from heliograph.domain.timestamps import timestamp


class Mark(StrEnum):
    """What can be said of an item."""

    SEEN = "seen"
    READ = "read"
    ARCHIVED = "archived"


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One message in an inbox. Times are epoch milliseconds."""

    message: MessageId
    contact: str
    at: int
    """When its attempt was claimed: the same for every repeat of it."""
    event: str
    title: str = ""
    text: str = ""
    url: str = ""
    image: str = ""
    settings: JSON = field(default_factory=dict)
    """What the sender wants the widget to do differently."""
    expires: int
    """Seconds since 1970 at which it goes."""
    marks: Mapping[Mark, int] = field(default_factory=dict)
    """When each was said first."""

    @property
    def id(self) -> str:
        """Its name in the API."""
        return f"{self.at:013d}-{self.message.notification}-{self.message.number}"

    def shown(self) -> JSON:
        """As callers see it."""
        told: dict[str, Any] = {name: getattr(self, name) for name in ("event", "title", "text", "url", "image")}
        times = {f"{mark}_at": timestamp(self.marks[mark]) if mark in self.marks else None for mark in Mark}
        about = {"id": self.id, "notification": self.message.notification}
        return about | told | {"settings": self.settings, "created_at": timestamp(self.at)} | times
