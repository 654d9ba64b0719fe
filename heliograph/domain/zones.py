"""Time zones: what the clock on somebody's wall shows, and when it will show a time.

Zones are those of the IANA list (https://www.iana.org/time-zones). Moments are epoch milliseconds, wall times naive
datetimes.
"""

import re
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from heliograph.domain.errors import BadInput

DEFAULT_ZONE: Final = "UTC"
"""Where a contact is who has told no time zone."""
_NAME = re.compile(r"[A-Za-z_]+(/[A-Za-z0-9_+-]+){0,2}")
_NO_PLACE: Final = frozenset({"Factory", "localtime", "posixrules"})
"""Files beside the zones that say nothing of a place."""
_LONGEST: Final = 64


@lru_cache(maxsize=1_000)
def find_zone(name: str) -> ZoneInfo | None:
    """The zone of this name, None when there is none."""
    if len(name) > _LONGEST or not _NAME.fullmatch(name) or name in _NO_PLACE:
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):  # unknown, or a folder of zones
        return None


def zone_name(text: str, field: str) -> str:
    """The name of a zone, checked.

    Raises:
        BadInput: the list has no such zone.
    """
    if find_zone(text) is None:
        detail = f"`{field}` must be a time zone of the IANA list, such as `Europe/Stockholm`"
        raise BadInput(detail, field=field)
    return text


def wall(at: int, zone: ZoneInfo) -> datetime:
    """What the clock there shows at a moment, to the second."""
    return datetime.fromtimestamp(at // 1000, zone).replace(tzinfo=None)


def moment(local: datetime, zone: ZoneInfo) -> int:
    """The first moment at which the clock there shows *local* or later.

    So a time that the clocks skip is the first moment after the gap; of a time that they show twice it is the first.
    """
    early = _epoch(local.replace(tzinfo=zone, fold=0))
    if wall(early, zone) == local.replace(microsecond=0, fold=0):
        return early
    # In a gap: with the offset after it the time lies before the clocks change, with the offset before it behind that.
    low, high = sorted((early, _epoch(local.replace(tzinfo=zone, fold=1))))
    low, high = low // 1000, high // 1000
    while high - low > 1:
        middle = (low + high) // 2
        if wall(middle * 1000, zone) < local:
            low = middle
        else:
            high = middle
    return high * 1000


def _epoch(at: datetime) -> int:
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1)
