"""DynamoDB's expression language, as far as the store speaks it: conditions, key conditions and updates.

Source: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.OperatorsAndFunctions.html
and https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Expressions.UpdateExpressions.html
Expressions are read once and kept as functions, since a fault run evaluates each many thousand times.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from typing import Any, Final

type Typed = dict[str, dict[str, Any]]
"""An item in DynamoDB's typed values."""
type Value = dict[str, Any] | None
"""One typed value; None where there is none."""


@dataclass(frozen=True, slots=True)
class Scope:
    """What an expression is evaluated over."""

    item: Typed
    names: Mapping[str, str] = field(default_factory=dict)
    values: Mapping[str, dict[str, Any]] = field(default_factory=dict)


type Test = Callable[[Scope], bool]
type Operand = Callable[[Scope], Value]

_TOKEN: Final = re.compile(r"\s*(<>|<=|>=|[=<>(),+-]|[#:]?[A-Za-z_][A-Za-z0-9_]*)")
_ORDER: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "=": lambda one, other: bool(one == other),
    "<>": lambda one, other: bool(one != other),
    "<": lambda one, other: bool(one < other),
    "<=": lambda one, other: bool(one <= other),
    ">": lambda one, other: bool(one > other),
    ">=": lambda one, other: bool(one >= other),
}


def plain(value: dict[str, Any]) -> Any:
    """A typed value as one that compares as DynamoDB's does."""
    [(kind, content)] = value.items()
    return Decimal(content) if kind == "N" else content


def compared(sign: str, one: Value, other: Value) -> bool:
    """Whether two typed values stand so; values of different types, or missing ones, stand in no order."""
    if one is None or other is None or one.keys() != other.keys():
        return sign == "<>" and one is not None and other is not None
    return _ORDER[sign](plain(one), plain(other))


class _Reader:
    """Recursive descent over the tokens of one expression."""

    def __init__(self, text: str) -> None:
        self._tokens = _TOKEN.findall(text)
        if "".join(self._tokens) != "".join(text.split()):
            raise ValueError(f"the fake does not read this expression: {text}")
        self._at = 0

    @property
    def next(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def take(self, wanted: str = "") -> str:
        found = self.next
        if not found or (wanted and found.upper() != wanted):
            raise ValueError(f"expected {wanted or 'more'} and found {found or 'the end'}")
        self._at += 1
        return found

    def word(self, *words: str) -> bool:
        """Take one of these words, if it comes next."""
        if self.next.upper() in words:
            self._at += 1
            return True
        return False

    def condition(self) -> Test:
        tests = [self._all_of()]
        while self.word("OR"):
            tests.append(self._all_of())
        return tests[0] if len(tests) == 1 else lambda scope: any(test(scope) for test in tests)

    def _all_of(self) -> Test:
        tests = [self._one()]
        while self.word("AND"):
            tests.append(self._one())
        return tests[0] if len(tests) == 1 else lambda scope: all(test(scope) for test in tests)

    def _one(self) -> Test:
        if self.word("NOT"):
            inner = self._one()
            return lambda scope: not inner(scope)
        if self.word("("):
            within = self.condition()
            self.take(")")
            return within
        for name, made in _FUNCTIONS.items():
            if self.word(name.upper()):
                return made(self._arguments())
        return self._comparison()

    def _arguments(self) -> list[Operand]:
        self.take("(")
        found = [self.operand()]
        while self.word(","):
            found.append(self.operand())
        self.take(")")
        return found

    def _comparison(self) -> Test:
        left = self.operand()
        if self.word("BETWEEN"):
            low = self.operand()
            self.take("AND")
            high = self.operand()
            return lambda scope: compared(">=", left(scope), low(scope)) and compared("<=", left(scope), high(scope))
        sign = self.take()
        right = self.operand()
        return lambda scope: compared(sign, left(scope), right(scope))

    def operand(self) -> Operand:
        token = self.take()
        if token.startswith(":"):
            return lambda scope: scope.values[token]
        if token.lower() == "if_not_exists":
            first, other = self._arguments()
            return lambda scope: first(scope) or other(scope)
        if token.startswith("#"):
            return lambda scope: scope.item.get(scope.names[token])
        return lambda scope: scope.item.get(token)

    def name(self) -> Callable[[Scope], str]:
        token = self.take()
        return (lambda scope: scope.names[token]) if token.startswith("#") else (lambda _: token)

    def sum(self) -> Operand:
        left = self.operand()
        if self.next not in {"+", "-"}:
            return left
        factor = 1 if self.take() == "+" else -1
        right = self.operand()
        return lambda scope: _added(left(scope), right(scope), factor)


def _added(one: Value, other: Value, factor: int = 1) -> dict[str, Any]:
    if one is None or other is None:
        raise ValueError("an update adds to what is not there")
    return {"N": str(Decimal(one["N"]) + factor * Decimal(other["N"]))}


def _begins(operands: list[Operand]) -> Test:
    value, start = operands
    return lambda scope: str((value(scope) or {}).get("S", "")).startswith((start(scope) or {})["S"])


_FUNCTIONS: Final[Mapping[str, Callable[[list[Operand]], Test]]] = {
    "attribute_exists": lambda operands: lambda scope: operands[0](scope) is not None,
    "attribute_not_exists": lambda operands: lambda scope: operands[0](scope) is None,
    "begins_with": _begins,
}


@cache
def condition(text: str) -> Test:
    """A condition or key condition; the empty one holds always.

    Raises:
        ValueError: it uses more of the language than the store does.
    """
    if not text:
        return lambda _: True
    reader = _Reader(text)
    found = reader.condition()
    if reader.next:
        raise ValueError(f"the fake does not read this condition beyond {reader.next!r}: {text}")
    return found


type Change = Callable[[Scope, Typed], None]
"""Changes the second item by what the scope, the item as it was, says."""


@cache
def update(text: str) -> tuple[Change, ...]:
    """An update expression as changes to be done in turn.

    Raises:
        ValueError: it uses more of the language than the store does.
    """
    reader, found = _Reader(text), []
    while reader.next:
        clause = _CLAUSES[reader.take().upper()]
        found.append(clause(reader))
        while reader.word(","):
            found.append(clause(reader))
    return tuple(found)


def _set(reader: _Reader) -> Change:
    name = reader.name()
    reader.take("=")
    value = reader.sum()

    def change(scope: Scope, after: Typed) -> None:
        if (found := value(scope)) is None:
            raise ValueError("an update sets an attribute to what is not there")
        after[name(scope)] = found

    return change


def _remove(reader: _Reader) -> Change:
    name = reader.name()

    def change(scope: Scope, after: Typed) -> None:
        after.pop(name(scope), None)

    return change


def _add(reader: _Reader) -> Change:
    name, value = reader.name(), reader.operand()

    def change(scope: Scope, after: Typed) -> None:
        told, old = value(scope) or {}, scope.item.get(name(scope))
        [kind] = told
        if kind == "N":
            after[name(scope)] = _added(old or {"N": "0"}, told)
        else:
            after[name(scope)] = {kind: sorted({*(old or {}).get(kind, ()), *told[kind]})}

    return change


_CLAUSES: Final[Mapping[str, Callable[[_Reader], Change]]] = {"SET": _set, "REMOVE": _remove, "ADD": _add}
