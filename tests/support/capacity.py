"""What DynamoDB would charge: write units by its rules of item sizes, from the items before and after each write.

Sizes: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
Indexes: https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/GSI.html
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from botocore.exceptions import ClientError

from heliograph.names import INDEXES, PARTITION, SORT

type Typed = Mapping[str, Mapping[str, Any]]
"""An item in DynamoDB's typed values."""

UNIT: Final = 1024
_WRITES: Final = {"put_item": "Item", "update_item": "Key", "delete_item": "Key"}


def item_size(item: Typed) -> int:
    """Bytes: names and values in UTF-8."""
    return sum(len(name.encode()) + value_size(value) for name, value in item.items())


def value_size(value: Mapping[str, Any]) -> int:
    """Bytes of one typed value.

    A number takes a byte for every two significant digits and one more, and one for a minus sign; a list or map three,
    and one for each entry; a set what its members take.
    """
    [(kind, content)] = value.items()
    return _SIZES[kind](content)


def write_units(before: Typed, after: Typed) -> int:
    """Units of one write that was taken; an item that does not exist is empty."""
    return units(max(item_size(before), item_size(after))) + sum(
        _index_units(_entry(before, pair), _entry(after, pair)) for pair in INDEXES.values()
    )


def units(size: int) -> int:
    """Every started kilobyte is one; a write costs at least one, also one that is refused."""
    return max(1, -(-size // UNIT))


class Metered:
    """A DynamoDB client that counts its calls and write units. Reads that it needs itself are not counted."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.calls: Counter[str] = Counter()
        self.writes: list[int] = []
        """Units of each write, in order."""

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith(("transact_get", "batch_write", "execute_")):
            raise AssertionError(f"{name} is not metered: teach it before you use it on the hot path")

        def call(**request: Any) -> Any:
            self.calls[name] += 1
            if name == "transact_write_items":
                return self._transact(request)
            return self._write(name, request) if name in _WRITES else getattr(self._client, name)(**request)

        return call

    @contextmanager
    def step(self) -> Iterator["Step"]:
        """Count what happens inside."""
        calls, written, taken = self.calls.copy(), len(self.writes), Step()
        yield taken
        taken.calls, taken.writes = self.calls - calls, self.writes[written:]

    def _write(self, name: str, request: Mapping[str, Any]) -> Any:
        place = request[_WRITES[name]]
        key = {PARTITION: place[PARTITION], SORT: place[SORT]}
        before = self._item(request["TableName"], key)
        try:
            answer = getattr(self._client, name)(**request)
        except ClientError:
            self.writes.append(units(max(item_size(before), item_size(request.get("Item", {})))))
            raise
        self.writes.append(write_units(before, self._item(request["TableName"], key)))
        return answer

    def _transact(self, request: Mapping[str, Any]) -> Any:
        """Every write of a transaction costs twice its item; refused ones are not metered."""
        places = [next(iter(write.values())) for write in request["TransactItems"]]
        names = [one.get("Item") or one["Key"] for one in places]
        at = [(one["TableName"], {PARTITION: name[PARTITION], SORT: name[SORT]})
              for one, name in zip(places, names, strict=True)]  # fmt: skip
        before = [self._item(*place) for place in at]
        answer = self._client.transact_write_items(**request)
        for place, old in zip(at, before, strict=True):
            new = self._item(*place)
            self.writes.append(write_units(old, new) + units(max(item_size(old), item_size(new))))
        return answer

    def _item(self, table: str, key: Typed) -> Typed:
        found: Typed = self._client.get_item(TableName=table, Key=key, ConsistentRead=True).get("Item", {})
        return found


@dataclass
class Step:
    """What one step cost: its calls by name, and the units of each of its writes."""

    calls: Counter[str] = field(default_factory=Counter)
    writes: list[int] = field(default_factory=list)


def _entry(item: Typed, pair: tuple[str, str]) -> Typed:
    """An item's entry in an index of keys only; empty when it has none."""
    return {name: item[name] for name in (PARTITION, SORT, *pair)} if all(name in item for name in pair) else {}


def _index_units(before: Typed, after: Typed) -> int:
    """An entry that is added or removed is one write, one whose keys change is both."""
    return 0 if before == after else sum(units(item_size(entry)) for entry in (before, after) if entry)


def _number_size(text: str) -> int:
    digits = text.lstrip("-").replace(".", "").strip("0")
    return (len(digits) + 1) // 2 + 1 + text.startswith("-")


def _text_size(text: str) -> int:
    return len(text.encode())


_SIZES: Final[dict[str, Callable[[Any], int]]] = {
    "S": _text_size,
    "N": _number_size,
    "B": len,
    "BOOL": lambda _: 1,
    "NULL": lambda _: 1,
    "SS": lambda members: sum(map(_text_size, members)),
    "NS": lambda members: sum(map(_number_size, members)),
    "BS": lambda members: sum(map(len, members)),
    "L": lambda members: 3 + sum(1 + value_size(member) for member in members),
    "M": lambda members: 3 + item_size(members) + len(members),
}
