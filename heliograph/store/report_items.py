"""A provider event as an item.

k kind   b bounce   i integration   a attempt   own   m provider's message id   id provider's event id   at occurred
rx received   r reason   c code   x text   mh machine   raw (JSON, zlib)
"""

import hashlib
import json
import zlib
from datetime import UTC, datetime

from heliograph.domain.correction import LONGEST_TEXT
from heliograph.domain.model import EventKind, ProviderEvent
from heliograph.domain.report import Report, identity
from heliograph.names import SORT
from heliograph.store.table import Item


def digest(report: Report) -> str:
    """16 hex digits: the same for every repeat of one provider event."""
    return hashlib.sha256("\0".join(identity(report)).encode()).hexdigest()[:16]


def encode(report: Report) -> Item:
    """A report as attributes, without its key and TTL."""
    event = report.event
    raw = json.dumps(event.raw, separators=(",", ":"), default=str).encode()
    return {
        "k": event.kind.value,
        "b": event.bounce,
        "i": report.integration,
        "a": report.attempt,
        "own": None if report.own else False,
        "m": event.provider_message_id or None,
        "id": event.event_id or None,
        "at": int(event.occurred_at.timestamp() * 1000) if event.occurred_at else None,
        "rx": report.received,
        "r": event.reason or None,
        "c": event.code or None,
        "x": event.text[:LONGEST_TEXT] or None,
        "mh": True if event.machine else None,
        "raw": zlib.compress(raw, 9) if event.raw else None,
    }


def decode(item: Item) -> Report:
    """The report of an event's item."""
    event = ProviderEvent(
        kind=EventKind(item["k"]),
        bounce=item.get("b"),
        provider_message_id=item.get("m", ""),
        event_id=item.get("id", ""),
        occurred_at=datetime.fromtimestamp(item["at"] / 1000, UTC) if "at" in item else None,
        reason=item.get("r", ""),
        code=item.get("c", ""),
        text=item.get("x", ""),
        machine=item.get("mh", False),
        raw=json.loads(zlib.decompress(item["raw"])) if "raw" in item else {},
    )
    return Report(
        message=int(item[SORT].split("#")[1]),
        attempt=item["a"],
        integration=item["i"],
        event=event,
        received=item["rx"],
        own=item.get("own", True),
        key=item[SORT].rpartition("#")[2],
    )
