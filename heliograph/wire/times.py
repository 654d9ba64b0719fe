"""A vendor's times. None rather than a guess: an event without a time is better than one with a wrong time."""

from datetime import UTC, datetime
from typing import Any


def epoch(value: Any) -> datetime | None:
    """Seconds since 1970, as a number or as text; None for anything else."""
    try:
        return datetime.fromtimestamp(float(value), UTC)
    except (ValueError, TypeError, OverflowError, OSError):
        return None


def iso(value: Any) -> datetime | None:
    """ISO 8601, any number of fractional digits, any way to write the offset; without one it is UTC."""
    try:
        moment = datetime.fromisoformat(value)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, TypeError, OverflowError):
        return None
