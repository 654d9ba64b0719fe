"""A batch: the notifications of one call, so that they can be asked for together."""

from dataclasses import dataclass

from heliograph.domain.errors import BadInput
from heliograph.domain.project import Mode
from heliograph.domain.request import SendRequest


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchCall:
    """A checked call; `key` is its idempotency key or a random one."""

    key: str
    requests: tuple[SendRequest | BadInput, ...]
    body_hash: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What one call asked for. How its notifications stand is counted from them when it is read."""

    project: str
    id: str
    mode: Mode
    total: int
    """Messages that the call named."""
    notifications: tuple[str, ...]
    """Ids in the call's order; before the call is over also of those that are not accepted yet."""
    rejected: int = 0
    created: int
    body_hash: bytes
    """Of the whole call, so that its key is not used for another."""
    expires_from_table: int
    """Epoch seconds: with the last of its notifications."""
