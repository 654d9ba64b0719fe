"""Provider events as JSON, for the events queue."""

from dataclasses import fields
from datetime import datetime

from heliograph.domain.model import JSON, EventKind, ProviderEvent


def event_to_json(event: ProviderEvent) -> JSON:
    """What is set; the time in ISO 8601."""
    found = {field.name: value for field in fields(event) if (value := getattr(event, field.name))}
    return found | ({"occurred_at": event.occurred_at.isoformat()} if event.occurred_at else {})


def event_from_json(body: JSON) -> ProviderEvent:
    """Back from `event_to_json`."""
    when = body.get("occurred_at")
    known = body | {"kind": EventKind(body["kind"]), "occurred_at": datetime.fromisoformat(when) if when else None}
    return ProviderEvent(**known)
