"""Reading what strangers wrote: any member may be missing, of another kind, or too deep to follow."""

import json
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl

from heliograph.domain.errors import BadPayload, Transient
from heliograph.domain.model import JSON
from heliograph.domain.tools import Response

LONGEST_NAME: Final = 50
"""Characters of an event's name that are kept when it is ignored."""
MOST_FIELDS: Final = 200
"""Fields of a form; vendors send a dozen."""
JSON_KINDS: Final[Mapping[type, str]] = {dict: "object", list: "array"}
MOST_LEVELS: Final = 64
"""Levels of objects and lists in one event; vendors need five."""


def typed[T](kind: type[T], value: Any) -> T:
    """The value, or an empty one when it is of another kind."""
    return value if isinstance(value, kind) else kind()


def member(value: Any, *path: str | int) -> Any:
    """What lies at *path*, names through objects and numbers through lists; None when the way ends before."""
    for step in path:
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and isinstance(step, int):
            value = value[step] if step < len(value) else None
        else:
            return None
    return value


def text(value: Any, *path: str | int) -> str:
    """The text at *path*; empty when there is none."""
    return typed(str, member(value, *path))


def parsed[T: (JSON, list[Any])](kind: type[T], body: bytes, what: str) -> T:
    """A proven body as one JSON object (*kind* dict) or array (*kind* list).

    Raises:
        BadPayload: it is something else; *what* names it for people.
    """
    try:
        value = json.loads(body)
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, kind):
        raise BadPayload(f"{what} must be a JSON {JSON_KINDS[kind]}")
    return value


def one_or_many(body: bytes, what: str) -> list[Any]:
    """A proven body that is a JSON array of events, or the object of one alone.

    Raises:
        BadPayload: it is something else; *what* names it for people.
    """
    return [parsed(dict, body, what)] if body.lstrip().startswith(b"{") else parsed(list, body, what)


def answered(answer: Response) -> Any:
    """The JSON of an answer; None for a refusal without any, whose status says enough.

    Raises:
        UnknownOutcome: a success that cannot be read; the vendor may have taken the message.
    """
    try:
        return answer.json()
    except Transient:
        return None


def form(encoded: str) -> list[tuple[str, str]]:
    """The fields of a form or a query in their order, empty ones too.

    Raises:
        ValueError: more of them than `MOST_FIELDS`.
    """
    return parse_qsl(encoded, keep_blank_values=True, max_num_fields=MOST_FIELDS)


def is_storable(value: Any) -> bool:
    """Whether it survives the way to the table, where half a surrogate pair, NaN or a deep nest would fail."""
    try:
        json.dumps(value, ensure_ascii=False, allow_nan=False).encode()
    except (ValueError, RecursionError):
        return False
    return _is_within(MOST_LEVELS, value)


def _is_within(levels: int, value: Any) -> bool:
    if not isinstance(value, dict | list):
        return True
    inner = value.values() if isinstance(value, dict) else value
    return levels > 0 and all(_is_within(levels - 1, one) for one in inner)
