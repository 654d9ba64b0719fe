"""Schedule expressions: `rate(5 minutes)` and `at(2030-01-31T09:00:00)`.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
"""

import re
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

RATE: Final = re.compile(r"rate\((\d+) (second|minute|hour|day)s?\)")
AT: Final = re.compile(r"at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)")


class NotPlayed(ValueError):
    """An expression that the local host does not play, like `cron(...)`."""


def rate(expression: str) -> timedelta | None:
    """The interval of a rate, None for something else."""
    match = RATE.fullmatch(expression.strip())
    return timedelta(**{f"{match[2]}s": int(match[1])}) if match else None


def at(expression: str, timezone: str = "UTC") -> datetime | None:
    """The moment of a one-time schedule, in UTC; None for something else."""
    match = AT.fullmatch(expression.strip())
    return datetime.fromisoformat(match[1]).replace(tzinfo=ZoneInfo(timezone)).astimezone(UTC) if match else None


def due(expression: str, timezone: str, last: datetime) -> datetime:
    """When it fires next: one moment, or one interval after *last* (its last firing, or its creation).

    Raises:
        NotPlayed: neither a rate nor one moment.
    """
    moment = at(expression, timezone)
    if moment:
        return moment
    interval = rate(expression)
    if not interval:
        raise NotPlayed(f"the local host plays rate(...) and at(...), not {expression}")
    return last + interval
