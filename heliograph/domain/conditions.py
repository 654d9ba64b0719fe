"""Conditions: when a channel of an event is used, by what the send and the contact say. Pure and total.

A condition compares one field with one value. A field that is missing, or of another kind than the value, makes it
false, never an error; `_` keys are fields as all others.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from heliograph.domain.model import JSON

_MISSING: Final = object()


class Op(StrEnum):
    """How a field is compared."""

    EQUAL = "="
    UNEQUAL = "!="
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="
    IN = "in"
    """The field is one of the values in a list."""
    CONTAINS = "contains"
    """The field is a list that has the value, or a text that has it in it."""
    EXISTS = "exists"
    """The field is there and not null (`true`), or it is not (`false`)."""


ORDERED: Final = frozenset({Op.LESS, Op.AT_MOST, Op.MORE, Op.AT_LEAST})


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """One comparison; *field* is a path such as `payload.order.total` or `contact.meta.plan`."""

    field: str
    op: Op
    value: Any

    def holds(self, facts: JSON) -> bool:
        """Whether it is true of *facts*: `{"payload": ..., "contact": ...}`."""
        found = _found(self.field.split("."), facts)
        if self.op is Op.EXISTS:
            return (found is not _MISSING and found is not None) is bool(self.value)
        return found is not _MISSING and _TESTS[self.op](found, self.value)

    def as_json(self) -> JSON:
        """As callers write it."""
        return {"field": self.field, "op": self.op.value, "value": self.value}


def all_hold(conditions: Iterable[Condition], facts: JSON) -> bool:
    """Whether every one is true; none at all are."""
    return all(one.holds(facts) for one in conditions)


def _found(path: list[str], facts: Any) -> Any:
    for name in path:
        if not isinstance(facts, Mapping) or name not in facts:
            return _MISSING
        facts = facts[name]
    return facts


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _alike(one: Any, other: Any) -> bool:
    """Whether they are of one kind: JSON tells true from 1, and does not tell 1 from 1.0."""
    return type(one) is type(other) or (_number(one) and _number(other))


def _same(found: Any, value: Any) -> bool:
    return _alike(found, value) and bool(found == value)


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[Any, Any], bool]:
    def test(found: Any, value: Any) -> bool:
        comparable = (_number(found) and _number(value)) or (isinstance(found, str) and isinstance(value, str))
        return comparable and compare(found, value)

    return test


def _contains(found: Any, value: Any) -> bool:
    if isinstance(found, str):
        return isinstance(value, str) and value in found
    return isinstance(found, list) and any(_same(one, value) for one in found)


_TESTS: Final[Mapping[Op, Callable[[Any, Any], bool]]] = {
    Op.EQUAL: _same,
    Op.UNEQUAL: lambda found, value: not _same(found, value),
    Op.LESS: _ordered(lambda found, value: bool(found < value)),
    Op.AT_MOST: _ordered(lambda found, value: bool(found <= value)),
    Op.MORE: _ordered(lambda found, value: bool(found > value)),
    Op.AT_LEAST: _ordered(lambda found, value: bool(found >= value)),
    Op.IN: lambda found, value: isinstance(value, list) and any(_same(found, one) for one in value),
    Op.CONTAINS: _contains,
}
