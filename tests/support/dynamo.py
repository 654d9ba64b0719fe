"""DynamoDB in this process's memory: a low-level client that does what ours asks for, as DynamoDB would do it.

It is much faster than moto's, and its indexes can lag as the real ones do. The tests of `tests/store` run over both.
"""

from bisect import bisect_left, insort
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from botocore.exceptions import ClientError

from heliograph.names import INDEXES, PARTITION, SORT, TTL
from tests.support.expressions import Scope, Typed, condition, update

MAX_ITEM: Final = 400 * 1024
PAGE: Final = 1024 * 1024
"""Bytes after which a page of a query ends."""

type Place = tuple[str, str]
type Entry = tuple[str, Place]
"""(sort key in the index, the item's own key)."""


class _Index:
    """Sorted entries by partition."""

    def __init__(self) -> None:
        self._partitions: dict[str, list[Entry]] = defaultdict(list)

    def put(self, partition: str, entry: Entry) -> None:
        insort(self._partitions[partition], entry)

    def drop(self, partition: str, entry: Entry) -> None:
        entries = self._partitions[partition]
        del entries[bisect_left(entries, entry)]
        if not entries:
            del self._partitions[partition]

    def entries(self, partition: str) -> Sequence[Entry]:
        return self._partitions.get(partition, [])


class Dynamo:
    """A client of one table. `lag`: how many changes of the indexes are not seen yet by who reads them."""

    def __init__(self, *, lag: int = 0) -> None:
        self.items: dict[Place, Typed] = {}
        self.lag = lag
        self._keys = _Index()
        self._indexes = {name: _Index() for name in INDEXES}
        self._coming: deque[Callable[[], None]] = deque()

    # What a client has.

    def get_item(self, *, Key: Typed, **_: Any) -> dict[str, Any]:  # noqa: N803 # boto3's names
        """https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_GetItem.html"""
        item = self.items.get(_place(Key))
        return {"Item": dict(item)} if item is not None else {}

    def batch_get_item(self, *, RequestItems: Mapping[str, Any]) -> dict[str, Any]:  # noqa: N803 # boto3's names
        """https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchGetItem.html"""
        [(table, wanted)] = RequestItems.items()
        found = (self.items.get(_place(key)) for key in wanted["Keys"])
        return {"Responses": {table: [dict(item) for item in found if item is not None]}, "UnprocessedKeys": {}}

    def put_item(self, *, Item: Typed, **request: Any) -> dict[str, Any]:  # noqa: N803 # boto3's names
        """https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_PutItem.html"""
        place = _place(Item)
        self._demand(place, request)
        self._write(place, dict(Item))
        return {}

    def update_item(self, *, Key: Typed, UpdateExpression: str, **request: Any) -> dict[str, Any]:  # noqa: N803 # boto3's names
        """https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_UpdateItem.html"""
        place = _place(Key)
        self._demand(place, request)
        before = self.items.get(place, {})
        after = {**before, **Key}
        scope = _scope(before, request)
        for change in update(UpdateExpression):
            change(scope, after)
        self._write(place, after)
        if request.get("ReturnValues") == "ALL_NEW":
            return {"Attributes": dict(after)}
        if request.get("ReturnValues") != "UPDATED_NEW":
            return {}
        return {"Attributes": {name: value for name, value in after.items() if before.get(name) != value}}

    def delete_item(self, *, Key: Typed, **request: Any) -> dict[str, Any]:  # noqa: N803 # boto3's names
        """https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_DeleteItem.html"""
        place = _place(Key)
        self._demand(place, request)
        self._write(place, None)
        return {}

    def transact_write_items(self, *, TransactItems: Sequence[Mapping[str, Any]]) -> dict[str, Any]:  # noqa: N803 # boto3's names
        """https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html"""
        writes = [next(iter(one.items())) for one in TransactItems]
        places = [_place(write.get("Item") or write["Key"]) for _, write in writes]
        if len(set(places)) < len(places):
            raise refusal("ValidationException", "Transaction request cannot include multiple operations on one item")
        met = [self._meets(place, write) for place, (_, write) in zip(places, writes, strict=True)]
        if not all(met):
            reasons = [{"Code": "None" if one else "ConditionalCheckFailed"} for one in met]
            raise refusal("TransactionCanceledException", "Transaction cancelled", CancellationReasons=reasons)
        for kind, write in writes:
            request = {name: value for name, value in write.items() if name != "ConditionExpression"}
            _OPERATIONS[kind](self, request)
        return {}

    def query(
        self,
        *,
        KeyConditionExpression: str,  # noqa: N803 # boto3's names
        ExpressionAttributeNames: Mapping[str, str],  # noqa: N803 # boto3's names
        ExpressionAttributeValues: Mapping[str, Any],  # noqa: N803 # boto3's names
        **request: Any,
    ) -> dict[str, Any]:
        """https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_Query.html"""
        index = request.get("IndexName", "")
        pair = INDEXES[index] if index else (PARTITION, SORT)
        partition = ExpressionAttributeValues[":p"]["S"]
        holds = condition(KeyConditionExpression)
        entries = self._entries(index, partition, descending=not request.get("ScanIndexForward", True))
        scope = {"names": ExpressionAttributeNames, "values": ExpressionAttributeValues}
        start = request.get("ExclusiveStartKey")
        if request.get("ScanIndexForward", True):
            first = start[pair[1]]["S"] if start else ""
            entries = _near(entries, KeyConditionExpression, ExpressionAttributeValues, first)
        found: list[Typed] = []
        skipping = start is not None
        for sort, place in entries:
            seen = {pair[0]: {"S": partition}, pair[1]: {"S": sort}}
            key = seen | {PARTITION: {"S": place[0]}, SORT: {"S": place[1]}}
            if skipping:
                skipping = key != start
                continue
            if holds(Scope(seen, **scope)):
                found.append(key if index else dict(self.items[place]))
                if len(found) == request.get("Limit"):
                    return {"Items": found, "LastEvaluatedKey": key}
        return {"Items": found}

    # What only tests ask.

    def scan(self, **_: Any) -> dict[str, Any]:
        """All items, in one page."""
        return {"Items": [dict(item) for item in self.items.values()]}

    def settle(self) -> None:
        """The indexes have caught up."""
        while self._coming:
            self._coming.popleft()()

    def expire(self, now: int) -> list[Place]:
        """Remove what TTL may remove at *now* (epoch seconds), and say what."""
        over = [place for place, item in self.items.items() if TTL in item and int(item[TTL]["N"]) < now]
        for place in over:
            self._write(place, None)
        return over

    def get_paginator(self, name: str) -> "Dynamo":
        """Only for `scan`."""
        if name != "scan":
            raise ValueError(f"the fake does not page {name}")
        return self

    def paginate(self, **_: Any) -> Iterator[dict[str, Any]]:
        """All items, in one page."""
        yield self.scan()

    def _entries(self, index: str, partition: str, *, descending: bool) -> Sequence[Entry]:
        entries = (self._indexes[index] if index else self._keys).entries(partition)
        return entries[::-1] if descending else list(entries)

    def _demand(self, place: Place, request: Mapping[str, Any]) -> None:
        if not self._meets(place, request):
            old = self.items.get(place)
            told = {"Item": dict(old)} if old and "ReturnValuesOnConditionCheckFailure" in request else {}
            raise refusal("ConditionalCheckFailedException", "The conditional request failed", **told)

    def _meets(self, place: Place, request: Mapping[str, Any]) -> bool:
        return condition(request.get("ConditionExpression", ""))(_scope(self.items.get(place, {}), request))

    def _write(self, place: Place, after: Typed | None) -> None:
        if after is not None and _size(after) > MAX_ITEM:
            raise refusal("ValidationException", "Item size has exceeded the maximum allowed size")
        before = self.items.get(place)
        if after is None:
            self.items.pop(place, None)
        else:
            self.items[place] = after
        if (before is None) != (after is None):
            (self._keys.drop if after is None else self._keys.put)(place[0], (place[1], place))
        for name, (partition, sort) in INDEXES.items():
            self._reindex(name, _entry(before, partition, sort, place), _entry(after, partition, sort, place))

    def _reindex(self, name: str, old: tuple[str, Entry] | None, new: tuple[str, Entry] | None) -> None:
        if old == new:
            return
        index = self._indexes[name]
        if old is not None:
            self._later(lambda: index.drop(*old))
        if new is not None:
            self._later(lambda: index.put(*new))

    def _later(self, change: Callable[[], None]) -> None:
        self._coming.append(change)
        while len(self._coming) > self.lag:
            self._coming.popleft()()


_OPERATIONS: Final[Mapping[str, Callable[[Dynamo, dict[str, Any]], Any]]] = {
    "Put": lambda table, request: table.put_item(**request),
    "Update": lambda table, request: table.update_item(**request),
    "Delete": lambda table, request: table.delete_item(**request),
    "ConditionCheck": lambda _table, _request: None,
}


def refusal(code: str, text: str, **more: Any) -> ClientError:
    """An error of DynamoDB's."""
    told: Any = {"Error": {"Code": code, "Message": text}, "ResponseMetadata": {"HTTPStatusCode": 400}, **more}
    return ClientError(told, "DynamoDB")


def _near(entries: Sequence[Entry], bounds: str, values: Mapping[str, Any], first: str) -> Sequence[Entry]:
    """What a key condition can be about, from *first* on: partitions of a long run hold many thousands."""
    low, high = (values.get(name, {}).get("S", "") for name in (":since", ":s"))
    if "begins_with" in bounds:
        low, high = high, high + chr(0x10FFFF)
    ends = bisect_left(entries, (high + "\0",)) if high else len(entries)
    return entries[bisect_left(entries, (max(low, first),)) : ends]


def _place(key: Typed) -> Place:
    return key[PARTITION]["S"], key[SORT]["S"]


def _scope(item: Typed, request: Mapping[str, Any]) -> Scope:
    return Scope(item, request.get("ExpressionAttributeNames", {}), request.get("ExpressionAttributeValues", {}))


def _entry(item: Typed | None, partition: str, sort: str, place: Place) -> tuple[str, Entry] | None:
    if item is None or partition not in item or sort not in item:
        return None
    return item[partition]["S"], (item[sort]["S"], place)


def _size(item: Typed) -> int:
    """Roughly: only whether it is far above the limit or far below is ever asked."""
    return sum(len(name) + len(str(next(iter(value.values())))) for name, value in item.items())
