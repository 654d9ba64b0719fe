"""The filters that templates may use. Each pays for what it makes before it makes it."""

import json
import re
from collections.abc import Callable
from functools import wraps
from typing import Any, Final
from urllib.parse import quote

from jinja2 import Undefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup, escape

from heliograph.templates.limits import Meter, Refused
from heliograph.templates.local_filters import LOCAL_FILTERS
from heliograph.templates.values import bounded, kind, meter_of, plain, to_number

MAX_DIGITS: Final = 10
"""After the point, for `round`."""
MAX_NUMBER: Final = 40
"""Characters of a text that `int` and `float` read."""
ESCAPED: Final = 5
"""Times that escaping or quoting can lengthen a text."""
LENGTHENED: Final = 6
"""Times that JSON can lengthen a text."""
_MARKS: Final = {ord(mark): f"\\u{ord(mark):04x}" for mark in "<>&'"}
DEAR: Final = 32
"""Cost of what Python does character by character."""

_WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")


def _default(_meter: Meter, value: Any, fallback: Any = "", boolean: Any = False) -> Any:  # noqa: FBT002 - Jinja's own
    return fallback if isinstance(value, Undefined) or (boolean and not value) else value


def _cased(change: Callable[[str], str], cost: int = 2) -> Callable[[Meter, Any], str]:
    def filtered(meter: Meter, value: Any) -> str:
        text = plain(value)
        meter.text(len(text), cost)
        return change(text)

    return filtered


def _title(text: str) -> str:
    return _WORD.sub(lambda word: word[0].capitalize(), text)


def _join(meter: Meter, value: Any, separator: Any = "") -> str:
    items, between = _listed(value), plain(separator)
    meter.work(len(items))
    texts = [plain(item) for item in items]
    meter.text(sum(map(len, texts)) + len(between) * len(texts))
    return between.join(texts)


def _length(_meter: Meter, value: Any) -> int:
    if isinstance(value, str | list | tuple | dict):
        return len(value)
    raise Refused(f"{kind(value)} has no length")


def _first(_meter: Meter, value: Any) -> Any:
    items = _listed(value)
    return items[0] if items else None


def _last(_meter: Meter, value: Any) -> Any:
    items = _listed(value)
    return items[-1] if items else None


def _items(meter: Meter, value: Any) -> list[tuple[str, Any]]:
    if not isinstance(value, dict):
        raise Refused(f"{kind(value)} has no items; only an object has")
    meter.work(len(value))
    return list(value.items())


def _round(_meter: Meter, value: Any, digits: Any = 0) -> int | float:
    if not isinstance(digits, int) or not 0 <= digits <= MAX_DIGITS:
        raise Refused(f"round takes 0 to {MAX_DIGITS} digits")
    return round(to_number(value), digits or None)


def _int(_meter: Meter, value: Any, fallback: Any = 0) -> Any:
    number = _read(value)
    return fallback if number is None else int(number)


def _float(_meter: Meter, value: Any, fallback: Any = 0.0) -> Any:
    number = _read(value)
    return fallback if number is None else float(number)


def _read(value: Any) -> int | float | None:
    text = plain(value).strip()
    if len(text) > MAX_NUMBER:
        return None
    for convert in (int, float):
        try:
            return bounded(convert(text))
        except (ValueError, OverflowError, Refused):
            continue
    return None


def _abs(_meter: Meter, value: Any) -> int | float:
    return abs(to_number(value))


def _replace(meter: Meter, value: Any, old: Any, new: Any) -> str:
    text, out, in_ = plain(value), plain(old), plain(new)
    if not out:
        raise Refused("replace needs a text to replace; the first one is empty")
    meter.text(len(text))
    meter.text(len(text) + text.count(out) * max(len(in_) - len(out), 0), 2)
    return text.replace(out, in_)


def _truncate(meter: Meter, value: Any, length: Any = 255, killwords: Any = False, end: Any = "...") -> str:  # noqa: FBT002 - Jinja's own
    text, tail = plain(value), plain(end)
    if not isinstance(length, int) or length < len(tail):
        raise Refused(f"truncate takes a length of at least {len(tail)}, its end")
    if len(text) <= length:
        return text
    meter.text(length)
    cut = text[: length - len(tail)]
    return (cut if killwords else cut.rsplit(" ", 1)[0]) + tail


def _urlencode(meter: Meter, value: Any) -> str:
    text = plain(value)
    meter.text(len(text) * ESCAPED, DEAR // ESCAPED)
    return quote(text, safe="/")


def _tojson(meter: Meter, value: Any) -> str:
    """A text, number or truth value as JSON; what HTML would read is written as its code point, as Jinja2 does."""
    if value is None or isinstance(value, bool | int | float):
        return json.dumps(value)
    text = plain(value)
    meter.text(len(text) * LENGTHENED, DEAR // LENGTHENED)
    return json.dumps(text, ensure_ascii=False).translate(_MARKS)


def _escape(meter: Meter, value: Any) -> Markup:
    if isinstance(value, Markup):
        return value
    text = plain(value)
    meter.text(len(text) * ESCAPED)
    return escape(text)


def _listed(value: Any) -> Any:
    if isinstance(value, list | tuple | str):
        return value
    raise Refused(f"{kind(value)} is no list")


FILTERS: Final[dict[str, Callable[..., Any]]] = {
    "abs": _abs,
    "capitalize": _cased(str.capitalize),
    "count": _length,
    "d": _default,
    "default": _default,
    "e": _escape,
    "escape": _escape,
    "first": _first,
    "float": _float,
    "int": _int,
    "items": _items,
    "join": _join,
    "last": _last,
    "length": _length,
    "lower": _cased(str.lower),
    "replace": _replace,
    "round": _round,
    "title": _cased(_title, DEAR),
    "tojson": _tojson,
    "trim": _cased(str.strip),
    "truncate": _truncate,
    "upper": _cased(str.upper),
    "urlencode": _urlencode,
    **LOCAL_FILTERS,
}
"""Name in templates -> function of the meter, the value, and what stands in the brackets."""


def metered(function: Callable[..., Any]) -> Callable[..., Any]:
    """The filter as the template engine calls it."""
    lenient = function is _default

    @pass_context
    @wraps(function)
    def run(context: Context, value: Any, *args: Any, **kwargs: Any) -> Any:
        if isinstance(value, Undefined) and not lenient:
            # Printing a missing value raises its own sentence; one that stands for "no else" prints nothing.
            value = str(value)
        return function(meter_of(context), value, *args, **kwargs)

    return run
