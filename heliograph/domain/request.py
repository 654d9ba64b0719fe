"""A checked send request."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from heliograph.domain.attachment import File
from heliograph.domain.message import Lane
from heliograph.domain.model import JSON, Channel
from heliograph.domain.timing import Wish


@dataclass(frozen=True, slots=True, kw_only=True)
class SendRequest:
    """One event to one recipient. Times are epoch milliseconds."""

    event: str
    channel: Channel | None
    to: JSON
    """Checked fields of a contact: `id`, `email`, `phone`, ..., `meta`; at least one of the first three."""
    missing: JSON = field(default_factory=dict)
    """Fields that are taken only where the contact has none."""
    payload: JSON = field(default_factory=dict)
    language: str = ""
    due: int
    wish: Wish = field(default_factory=Wish)
    """What it asks for about its time beside `due`."""
    key: str
    """The caller's id or idempotency key, or a random one."""
    lane: Lane | None = None
    overrides: JSON = field(default_factory=dict)
    increment_id: str = ""
    """What is stacked together; empty where the caller names nothing."""
    files: tuple[File, ...] = ()
    """What its mail shall carry, each with its content or the id of an upload."""
    strict: bool = False
    """Refuse what would only end as failed: an event without a published version."""
    metadata: Mapping[str, str] = field(default_factory=dict)
    tags: tuple[str, ...] = ()
    body_hash: bytes
    """Covers mode, route, event, channel and the validated body in canonical form."""
