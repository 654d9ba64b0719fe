"""Dates and times as a language writes them (the patterns of UTS 35, part 4), in a time zone of the IANA list."""

import re
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, time
from typing import Any, Final
from zoneinfo import ZoneInfo

from heliograph.domain.zones import find_zone
from heliograph.templates.languages import words

DATES: Final = ("short", "medium", "long", "full")
TIMES: Final = ("short", "medium")
MAX_TEXT: Final = 40
MILLISECONDS: Final = 100_000_000_000
"""From here on a number is epoch milliseconds, below it seconds: in seconds it is the year 5138."""

_FIELD = re.compile(r"'((?:[^']|'')*)'|([A-Za-z])\2*")


class NoMoment(Exception):
    """A sentence on a value that is no date or time, or on a zone that is none."""


def read(value: Any) -> datetime | date:
    """ISO 8601 text, or epoch seconds or milliseconds. A text without a time is a date, one without offset has no zone.

    Raises:
        NoMoment: it is none of these.
    """
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _epoch(value)
    if isinstance(value, str) and len(value) <= MAX_TEXT:
        for parse in (date.fromisoformat, datetime.fromisoformat):
            try:
                return parse(value.strip())
            except ValueError:
                continue
    raise NoMoment("it is no date: give ISO 8601, such as 2027-01-31 or 2027-01-31T09:00:00+01:00, or epoch seconds")


def _epoch(value: float) -> datetime:
    try:
        return datetime.fromtimestamp(value / 1000 if abs(value) >= MILLISECONDS else value, UTC)
    except (ValueError, OverflowError, OSError) as exc:
        raise NoMoment("the number is no time: give epoch seconds or milliseconds") from exc


def local(moment: datetime, zone: str) -> datetime:
    """The moment on the clocks of a zone; one that came without offset is taken to be there already."""
    try:
        return moment if moment.tzinfo is None else moment.astimezone(_zone(zone))
    except (OverflowError, ValueError) as exc:
        raise NoMoment("the time is too near the first or the last year there is") from exc


def _zone(name: str) -> ZoneInfo:
    if (zone := find_zone(name)) is None:
        raise NoMoment("there is no such time zone; write one of the IANA list, such as Europe/Stockholm")
    return zone


def written_date(day: date, style: str, language: str) -> str:
    """A date in one of DATES."""
    known = words(language)
    return _formatted(known["date"][style], day, time(), known)


def written_time(moment: datetime, style: str, language: str) -> str:
    """A time of the day in one of TIMES."""
    known = words(language)
    return _formatted(known["time"][style], moment.date(), moment.time(), known)


def written(moment: datetime, style: str, language: str) -> str:
    """A date in one of DATES with its time: to the second where the date is `medium`, else to the minute."""
    known = words(language)
    clock = known["time"]["medium" if style == "medium" else "short"]
    glue = _FIELD.sub(lambda found: found[0] if found[1] is None else found[1], known["both"][style])
    at = {"{0}": written_time_of(clock, moment, known), "{1}": written_date(moment.date(), style, language)}
    return re.sub(r"\{[01]\}", lambda found: at[found[0]], glue)


def written_time_of(pattern: str, moment: datetime, known: Mapping[str, Any]) -> str:
    """By a pattern of the language."""
    return _formatted(pattern, moment.date(), moment.time(), known)


def _formatted(pattern: str, day: date, clock: time, known: Mapping[str, Any]) -> str:
    def field(found: re.Match[str]) -> str:
        if found[1] is not None:
            return found[1].replace("''", "'") or "'"
        make = _FIELDS.get(found[0])
        return make(day, clock, known) if make else found[0]

    return _FIELD.sub(field, pattern)


type _Field = Callable[[date, time, Mapping[str, Any]], str]

_FIELDS: Final[Mapping[str, _Field]] = {
    "G": lambda _day, _clock, known: known["era"],
    "y": lambda day, _clock, _known: str(day.year),
    "yy": lambda day, _clock, _known: f"{day.year % 100:02d}",
    "M": lambda day, _clock, _known: str(day.month),
    "MM": lambda day, _clock, _known: f"{day.month:02d}",
    "MMM": lambda day, _clock, known: known["months_short"][day.month - 1],
    "MMMM": lambda day, _clock, known: known["months"][day.month - 1],
    "d": lambda day, _clock, _known: str(day.day),
    "dd": lambda day, _clock, _known: f"{day.day:02d}",
    "EEE": lambda day, _clock, known: known["days_short"][day.weekday()],
    "EEEE": lambda day, _clock, known: known["days"][day.weekday()],
    "cccc": lambda day, _clock, known: known["days_alone"][day.weekday()],
    "H": lambda _day, clock, _known: str(clock.hour),
    "HH": lambda _day, clock, _known: f"{clock.hour:02d}",
    "h": lambda _day, clock, _known: str(clock.hour % 12 or 12),
    "hh": lambda _day, clock, _known: f"{clock.hour % 12 or 12:02d}",
    "m": lambda _day, clock, _known: str(clock.minute),
    "mm": lambda _day, clock, _known: f"{clock.minute:02d}",
    "s": lambda _day, clock, _known: str(clock.second),
    "ss": lambda _day, clock, _known: f"{clock.second:02d}",
    "a": lambda _day, clock, known: known["halves"][clock.hour >= 12],  # noqa: PLR2004 - noon
    "B": lambda _day, clock, known: known["hours"][clock.hour],
}
"""Fields of the patterns that the data has, by their letters."""
