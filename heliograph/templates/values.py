"""The values that a template handles: JSON, what is missing from it, and how each is looked up, printed and weighed."""

import math
from collections.abc import Iterator
from typing import Any, Final

from jinja2 import StrictUndefined, Undefined
from jinja2.runtime import Context, LoopContext
from markupsafe import Markup

from heliograph.templates.limits import CHARS_PER_UNIT, Meter, Refused

METER: Final = "meter!"
"""The meter's place in the context. With its `!` it is no name, so no template reaches it."""

LOOP: Final = frozenset({"index", "index0", "revindex", "revindex0", "first", "last", "length"})
"""What may be read of `loop`."""

INT_LIMIT: Final = 2**63
MAX_SHOWN: Final = 100
"""Characters of a name that an error repeats."""


class Missing(StrictUndefined):
    """A value that is not there. Everything but `default` and `is defined` ends the rendering with this sentence."""

    __slots__ = ()

    @property
    def _undefined_message(self) -> str:
        if self._undefined_hint:
            return self._undefined_hint
        return missing_sentence("the payload", str(self._undefined_name), str(self._undefined_name))


def missing_sentence(owner: str, name: str, path: str) -> str:
    """Says what is missing from what, and both ways out."""
    if len(path) > MAX_SHOWN:
        return f'{owner[:MAX_SHOWN]} has no "{name[:MAX_SHOWN]}…"; add it'
    return f'{owner} has no "{name}"; add it or write {{{{ {path} | default("") }}}}'


def meter_of(context: Context) -> Meter:
    meter: Meter = context.parent[METER]
    return meter


def look_up(value: Any, key: Any, owner: str, path: str) -> Any:
    """`value.key` or `value[key]`: members of objects and lists, and nothing else of anything.

    *owner* and *path* say how both are written in the template, for the sentence of what is missing.
    """
    if isinstance(value, Undefined):
        return value
    if isinstance(value, dict) and isinstance(key, str) and key in value:
        return value[key]
    if isinstance(value, list | tuple) and isinstance(key, int) and -len(value) <= key < len(value):
        return value[key]
    if isinstance(value, LoopContext) and key in LOOP:
        return getattr(value, key)
    shown = "the payload" if owner == "payload" else owner
    if not isinstance(value, dict):
        return Missing(f"{shown} is {kind(value)} and there is no {path}; look at what the payload holds")
    return Missing(missing_sentence(shown, path.removeprefix(owner).strip(".[]\"'"), path))


def to_text(value: Any) -> str:
    """How a value is printed: nothing for null, `true` and `false` as in JSON; lists and objects are refused."""
    if isinstance(value, str):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float | Undefined):
        return str(value)
    raise Refused(f"{kind(value)} cannot be printed; loop over it, name one of its fields, or join it")


def plain(value: Any) -> str:
    """The text of a value, without the mark of being escaped already."""
    text = to_text(value)
    return str(text) if isinstance(text, Markup) else text


def to_number(value: Any) -> int | float:
    """The number itself; a text is not converted silently."""
    if isinstance(value, Undefined):
        str(value)
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Refused(f"{kind(value)} is no number; write | float or | int first")
    return value


def bounded(number: float) -> int | float:
    """The number, when it fits into 64 bits or is finite."""
    fits = -INT_LIMIT <= number < INT_LIMIT if isinstance(number, int) else math.isfinite(number)
    if not fits:
        raise Refused("a number became too large")
    return number


def weigh(meter: Meter, value: Any) -> Any:
    """The value, after paying for a comparison that looks at all of it."""
    if isinstance(value, str):
        meter.work(1 + len(value) // CHARS_PER_UNIT)
    elif isinstance(value, dict | list | tuple):
        meter.work(1 + len(value))
        for item in value.values() if isinstance(value, dict) else value:
            weigh(meter, item)
    return value


def kind(value: Any) -> str:
    """What a person calls such a value."""
    if isinstance(value, bool):
        return "true or false"
    names: dict[type, str] = {str: "a text", int: "a number", float: "a number", list: "a list", tuple: "a list"}
    return "an object" if isinstance(value, dict) else "nothing (null)" if value is None else _name(names, value)


def _name(names: dict[type, str], value: Any) -> str:
    return next((name for cls, name in names.items() if isinstance(value, cls)), "this")


class Counted:
    """What a loop runs over; each turn is paid for before its body runs."""

    __slots__ = ("_cost", "_items", "_meter")

    def __init__(self, items: list[Any] | tuple[Any, ...] | dict[str, Any], meter: Meter, cost: int) -> None:
        self._items, self._meter, self._cost = items, meter, cost

    def __len__(self) -> int:
        return len(self._items)

    def __iter__(self) -> Iterator[Any]:
        for item in self._items:
            self._meter.step(self._cost)
            yield item
