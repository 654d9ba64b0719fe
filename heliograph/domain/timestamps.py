"""Moments as people read them."""

from datetime import UTC, datetime


def timestamp(when: int | None) -> str | None:
    """Epoch milliseconds as ISO 8601 in UTC; None for none."""
    if not when:
        return None
    return datetime.fromtimestamp(when / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
