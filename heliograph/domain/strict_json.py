"""Reading JSON from strangers: one object or one precise refusal; and writing it in one form only (RFC 8259)."""

import json
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

from heliograph.domain.errors import BadInput
from heliograph.domain.model import JSON

MAX_BYTES: Final = 262_144
MAX_DEPTH: Final = 16
"""Levels of objects and lists; the body itself is the first."""
MAX_PLACE: Final = 200
"""Characters of a place that a refusal repeats."""
INT_DIGITS: Final = 20


@dataclass(frozen=True, slots=True)
class _Bad:
    """Stands where a value was refused, until the walk finds its place."""

    detail: str


def parse(body: bytes, *, max_bytes: int = MAX_BYTES, max_depth: int = MAX_DEPTH) -> JSON:
    """Read a request's body, which must be one JSON object.

    Raises:
        BadInput: says what is wrong and where (`payload.items[3].price`); 413 when the body is too large.
    """
    if len(body) > max_bytes:
        raise BadInput(
            f"the body has {len(body)} bytes; at most {max_bytes} are taken", code="PAYLOAD_TOO_LARGE", status=413
        )
    value = _load(_decode(body), max_depth)
    if isinstance(value, _Bad):
        raise _refused(value.detail, "")
    if not isinstance(value, dict):
        raise _refused(f'the body is {_kind(value)}; send a JSON object, such as {{"to": "ada@example.com"}}', "")
    _check(value, max_depth)
    return value


def canonical(value: Any) -> bytes:
    """The one form of a JSON value, for hashing: keys sorted, no spaces, UTF-8, a whole number without a fraction."""
    text = json.dumps(_whole(value), ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":"))
    return text.encode()


def _whole(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, dict):
        return {key: _whole(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_whole(item) for item in value]
    return value


def _decode(body: bytes) -> str:
    try:
        return body.decode("utf-8")
    except UnicodeDecodeError as exc:
        raise _refused(f"the body is not UTF-8 at byte {exc.start}; encode it as UTF-8", "") from exc


def _load(text: str, max_depth: int) -> Any:
    try:
        return json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=lambda name: _Bad(f"{name} is no JSON number; send a number or null"),
            parse_float=_float,
            parse_int=_int,
        )
    except json.JSONDecodeError as exc:
        place = f"line {exc.lineno}, column {exc.colno}"
        raise _refused(f"the body is no JSON: {exc.msg[:1].lower()}{exc.msg[1:]} at {place}", "") from exc
    except RecursionError as exc:
        raise _too_deep(max_depth, "") from exc


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any] | _Bad:
    value = dict(pairs)
    if len(value) == len(pairs):
        return value
    twice = next(name for name, times in Counter(name for name, _ in pairs).items() if times > 1)
    return _Bad(f"the key {_shown(twice)} is there twice; send each key once")


def _float(digits: str) -> float | _Bad:
    value = float(digits)
    return value if math.isfinite(value) else _Bad("the number is too large; send one below 1.8e308")


def _int(digits: str) -> int | _Bad:
    # Counted before it is converted: converting thousands of digits is slow and, above 4,300, a ValueError.
    if len(digits) <= INT_DIGITS and -(2**63) <= (value := int(digits)) < 2**63:
        return value
    return _Bad("the whole number does not fit into 64 bits; send it as a string")


def _check(root: JSON, max_depth: int) -> None:
    """Walk without recursion; the first fault in reading order is reported."""
    todo: list[Iterator[tuple[str, Any]]] = [_children(root, "")]
    while todo:
        step = next(todo[-1], None)
        if step is None:
            todo.pop()
            continue
        place, value = step
        if isinstance(value, _Bad):
            raise _refused(value.detail, place)
        if isinstance(value, str):
            _check_text(value, place)
        elif isinstance(value, dict | list):
            if len(todo) >= max_depth:
                raise _too_deep(max_depth, place)
            todo.append(_children(value, place))


def _children(value: Any, place: str) -> Iterator[tuple[str, Any]]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield f"{place}[{index}]", item
        return
    for key, item in value.items():
        _check_text(key, place)
        yield (f"{place}.{key}" if place else key) if key.isidentifier() else f"{place}[{_shown(key)}]", item


def _check_text(text: str, place: str) -> None:
    if "\0" in text:
        raise _refused("there is a NUL character (\\u0000) in it; remove it", place)
    try:
        text.encode()
    except UnicodeEncodeError as exc:
        raise _refused("there is half a surrogate pair in it; send the whole character", place) from exc


def _too_deep(max_depth: int, place: str) -> BadInput:
    return _refused(f"the body is nested deeper than {max_depth} levels; flatten it", place)


def _refused(detail: str, place: str) -> BadInput:
    place = place if len(place) <= MAX_PLACE else f"{place[:MAX_PLACE]}…"
    return BadInput(f"{place}: {detail}" if place else detail, field=place)


def _shown(key: str) -> str:
    """A key as it can be printed anywhere: quoted, cut, ASCII."""
    return json.dumps(key[:50])


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "a boolean"
    return {list: "a list", str: "a string", int: "a number", float: "a number"}.get(type(value), "null")
