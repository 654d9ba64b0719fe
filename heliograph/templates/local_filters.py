"""Filters that write dates, numbers and money for the message's language and its contact's time zone."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final

from heliograph.templates import moments, numbers
from heliograph.templates.limits import Meter, Refused
from heliograph.templates.values import kind

COST: Final = 100
"""Units of one formatting, about 40 µs."""
OTHER: Final = 1_500
"""Units of a language or zone named in the template: each may have to be read from disk."""
MAX_DIGITS: Final = 10

_DECIMAL = re.compile(r"[+-]?\d{1,30}(\.\d{1,30})?")
_CURRENCY = re.compile(r"[A-Z]{3}")
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,4}){0,2}")


def _date(meter: Meter, value: Any, style: Any = "medium", zone: Any = None, language: Any = None) -> str:
    tag = _language(meter, language)
    moment = _moment(meter, value, zone)
    return moments.written_date(moment, _style(style, moments.DATES, "date"), tag)


def _time(meter: Meter, value: Any, style: Any = "short", zone: Any = None, language: Any = None) -> str:
    tag = _language(meter, language)
    moment = _with_time(_moment(meter, value, zone))
    return moments.written_time(moment, _style(style, moments.TIMES, "time"), tag)


def _datetime(meter: Meter, value: Any, style: Any = "medium", zone: Any = None, language: Any = None) -> str:
    tag = _language(meter, language)
    moment = _with_time(_moment(meter, value, zone))
    return moments.written(moment, _style(style, moments.DATES, "datetime"), tag)


def _number(meter: Meter, value: Any, digits: Any = None, language: Any = None) -> str:
    return numbers.number(_decimal(value), _language(meter, language), _digits(digits))


def _percent(meter: Meter, value: Any, digits: Any = None, language: Any = None) -> str:
    return numbers.percent(_decimal(value), _language(meter, language), _digits(digits))


def _money(meter: Meter, value: Any, currency: Any, digits: Any = None, language: Any = None) -> str:
    if not isinstance(currency, str) or not _CURRENCY.fullmatch(currency):
        raise Refused("money takes a currency of three letters, such as money('EUR')")
    return numbers.money(_decimal(value), _language(meter, language), currency, _digits(digits))


def _language(meter: Meter, language: Any) -> str:
    meter.work(COST)
    if language is None:
        return meter.setting.language
    if not isinstance(language, str) or not _TAG.fullmatch(language):
        raise Refused("the language of a filter is a tag such as 'en' or 'sv-FI'")
    meter.work(OTHER)
    return language


def _moment(meter: Meter, value: Any, zone: Any) -> datetime | date:
    if zone is not None and not isinstance(zone, str):
        raise Refused("the zone of a filter is a name such as 'Europe/Stockholm'")
    if zone is not None:
        meter.work(OTHER)
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        raise Refused(f"{kind(value)} is no date; give ISO 8601, such as 2027-01-31, or epoch seconds")
    try:
        moment = moments.read(value)
        return moments.local(moment, zone or meter.setting.timezone) if isinstance(moment, datetime) else moment
    except moments.NoMoment as exc:
        raise Refused(str(exc)) from None


def _with_time(moment: datetime | date) -> datetime:
    if not isinstance(moment, datetime):
        raise Refused("it is a date without a time; write | date, or give a time too")
    return moment


def _style(style: Any, known: tuple[str, ...], name: str) -> str:
    if style not in known:
        raise Refused(f"{name} takes one of {', '.join(known)}")
    return str(style)


def _digits(digits: Any) -> int | None:
    if digits is not None and (not isinstance(digits, int) or not 0 <= digits <= MAX_DIGITS):
        raise Refused(f"it takes 0 to {MAX_DIGITS} digits after the point")
    return digits


def _decimal(value: Any) -> Decimal:
    """The number, exactly as it was written; amounts often come as text, so that no digit is lost."""
    if isinstance(value, str) and _DECIMAL.fullmatch(value):
        return Decimal(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Refused(f"{kind(value)} is no number; give one such as 1234.5 or '1234.50'")
    return Decimal(repr(value))


LOCAL_FILTERS: Final[Mapping[str, Callable[..., Any]]] = {
    "date": _date,
    "datetime": _datetime,
    "money": _money,
    "number": _number,
    "percent": _percent,
    "time": _time,
}
"""As `FILTERS`, of which they are a part."""
