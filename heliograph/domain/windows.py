"""Delivery windows: a subset of OpenStreetMap's opening hours (https://wiki.openstreetmap.org/wiki/Key:opening_hours).

    hours = rule *( ";" rule )          a later rule replaces the earlier ones on the days that it names
    rule  = "24/7" / [ days ] [ times ] / [ days ] "off"
    days  = day [ "-" day ] *( "," ... )   Mo Tu We Th Fr Sa Su; Fr-Mo goes over the weekend; every day when left out
    times = HH:MM "-" HH:MM *( "," ... )   up to 24:00; 22:00-06:00 goes over midnight; the whole day when left out

A span of time belongs to the day on which it begins. Its start is inside, its end is not. Both are the first moments at
which the clock on the wall shows them or later; what lies between is open, also when clocks are put back meanwhile.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

from heliograph.domain.errors import BadInput
from heliograph.domain.zones import moment, wall

MAX_WAIT: Final = 90
"""Days that a message waits for its window at most."""
MAX_TEXT: Final = 200
ALWAYS: Final = "24/7"
DAYS: Final = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
_DAY_MINUTES: Final = 24 * 60
_TIMES = re.compile(r"([01][0-9]|2[0-4]):([0-5][0-9])-([01][0-9]|2[0-4]):([0-5][0-9])")
_EXAMPLE: Final = "write for example `Mo-Fr 08:00-16:30; Sa 10:00-14:00`"

type Spans = tuple[tuple[int, int], ...]
"""(start, end) in minutes of the day; an end beyond 1440 is on the day after."""
type Week = tuple[Spans, ...]
"""Monday first."""


@lru_cache(maxsize=1_000)
def week(hours: str, field: str = "window") -> Week:
    """Read opening hours.

    Raises:
        BadInput: names the part that is not of the subset, or hours that never open.
    """
    if len(hours) > MAX_TEXT:
        raise _refused(field, f"has {len(hours)} characters and at most {MAX_TEXT} are taken: {_EXAMPLE}")
    days: list[Spans] = [()] * len(DAYS)
    for rule in hours.split(";"):
        named, spans = _rule(rule.strip(), field)
        days = [spans if day in named else known for day, known in enumerate(days)]
    if not any(days):
        raise _refused(field, f"never opens: {_EXAMPLE}")
    return tuple(days)


def next_opening(hours: str, at: int, zone: ZoneInfo, *, days: int = MAX_WAIT) -> int:
    """The first moment, not before *at*, that lies inside the window; *zone* is where its clock hangs.

    Raises:
        BadInput: the hours cannot be read, or do not open within *days* days.
    """
    plan = week(hours)
    first = wall(at, zone).date()
    # Yesterday's night may still be open.
    for start, end in _openings(plan, first - timedelta(days=1), zone, days + 2):
        if end > at:
            opening = max(start, at)
            if opening - at <= days * _DAY_MINUTES * 60_000:
                return opening
            break
    raise _refused("window", f"does not open within {days} days: give an earlier time or another window")


def _openings(plan: Week, first: date, zone: ZoneInfo, days: int) -> Iterator[tuple[int, int]]:
    """Spans as moments, day after day, each day's in the order in which they begin."""
    for day in (first + timedelta(days=number) for number in range(days)):
        midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001  # a wall clock has no zone
        for start, end in sorted(plan[day.weekday()]):
            ends = (moment(midnight + timedelta(minutes=minutes), zone) for minutes in (start, end))
            opens, closes = ends
            if opens < closes:
                yield opens, closes


def _rule(rule: str, field: str) -> tuple[frozenset[int], Spans]:
    everyday, whole = frozenset(range(len(DAYS))), ((0, _DAY_MINUTES),)
    if rule == ALWAYS:
        return everyday, whole
    parts = re.sub(r"\s*([-,])\s*", r"\1", rule).split()
    named = _days(parts.pop(0), field) if parts and not _begins_times(parts[0]) else everyday
    if not parts:
        if not rule:
            raise _refused(field, f"has an empty rule: {_EXAMPLE}")
        return named, whole
    if parts == ["off"]:
        return named, ()
    if len(parts) > 1:
        raise _refused(field, f"{rule!r} has more than days and times: separate rules by `;`")
    return named, tuple(_span(part, field) for part in parts[0].split(","))


def _begins_times(part: str) -> bool:
    return part == "off" or part[0].isdigit()


def _days(text: str, field: str) -> frozenset[int]:
    found: set[int] = set()
    for part in text.split(","):
        first, _, last = part.partition("-")
        ends = [_ORDER.get(name) for name in (first, last or first)]
        if ends[0] is None or ends[1] is None or part.endswith("-"):
            raise _refused(field, _unknown(part))
        length = (ends[1] - ends[0]) % len(DAYS) + 1
        found.update((ends[0] + step) % len(DAYS) for step in range(length))
    return frozenset(found)


def _span(text: str, field: str) -> tuple[int, int]:
    read = _TIMES.fullmatch(text)
    if read is None:
        raise _refused(field, f"{text[:40]!r} is no span of time: write it as 08:00-16:30 (00:00 to 24:00)")
    hour, minute, end_hour, end_minute = map(int, read.groups())
    start, end = hour * 60 + minute, end_hour * 60 + end_minute
    if start >= _DAY_MINUTES or end > _DAY_MINUTES or start == end:
        raise _refused(
            field, f"{text!r} is no span of time: it begins before 24:00, ends at most then, and not at once"
        )
    return start, end if end > start else end + _DAY_MINUTES


_ORDER: Final[Mapping[str, int]] = {name: place for place, name in enumerate(DAYS)}


def _unknown(part: str) -> str:
    if part.startswith(("PH", "SH")):
        return f"{part[:40]!r} means holidays, which differ by place and are not known here: leave that rule out"
    return f"{part[:40]!r} is no day: days are {', '.join(DAYS)}, such as `Mo-Fr` or `Mo,We`; {_EXAMPLE}"


def _refused(field: str, detail: str) -> BadInput:
    return BadInput(f"`{field}`: {detail}", field=field, code="INVALID_WINDOW")
