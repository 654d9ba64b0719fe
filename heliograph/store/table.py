"""One DynamoDB table as plain values: reads, conditional writes, and what its failures mean."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal

from heliograph.domain.errors import Busy
from heliograph.names import INDEXES, PARTITION, SORT
from heliograph.store.expressions import updating
from heliograph.store.failures import Refused, Unmet, translated
from heliograph.store.values import Item, Key, decode, encode

__all__ = ["Item", "Key", "Refused", "Table", "Unmet", "Write", "decode", "encode"]

MAX_BATCH: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """One write of a transaction: *item* is put, or what lies at *key* is changed by *update*, or else deleted."""

    item: Item | None = None
    key: Key | None = None
    update: Item | None = None
    """As `expressions.updating` makes it."""
    condition: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


class Table:
    """The table, by its name, through a low-level client."""

    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self.name = name

    def get(self, key: Key, *, strong: bool = False) -> Item | None:
        """One item, or None."""
        with translated():
            answer = self._client.get_item(TableName=self.name, Key=_key(key), ConsistentRead=strong)
        return decode(answer["Item"]) if "Item" in answer else None

    def get_many(self, keys: Sequence[Key], *, strong: bool = False) -> dict[Key, Item]:
        """Those of the items (at most 100) that exist, in one call."""
        wanted: Any = {self.name: {"Keys": [_key(key) for key in dict.fromkeys(keys)], "ConsistentRead": strong}}
        found: dict[Key, Item] = {}
        while wanted:
            with translated():
                answer = self._client.batch_get_item(RequestItems=wanted)
            items = [decode(item) for item in answer["Responses"].get(self.name, [])]
            found |= {(item[PARTITION], item[SORT]): item for item in items}
            if (wanted := answer.get("UnprocessedKeys")) and not items:
                raise Busy("the table is busy: try again in a few seconds")
        return found

    def put(self, item: Item, *, condition: str = "", values: Mapping[str, Any] | None = None) -> None:
        """Write a whole item.

        Raises:
            Refused: the condition did not hold.
        """
        extra: dict[str, Any] = {}
        if condition:
            extra = {"ConditionExpression": condition, "ReturnValuesOnConditionCheckFailure": "ALL_OLD"}
        if values:
            extra["ExpressionAttributeValues"] = encode(values)
        if "#ttl" in condition:
            extra["ExpressionAttributeNames"] = {"#ttl": "ttl"}
        with translated():
            self._client.put_item(TableName=self.name, Item=encode(item), **extra)

    def update(self, key: Key, changes: Mapping[str, Any], *, expect: Mapping[str, Any]) -> None:
        """Set the attributes in *changes* (None removes) if every one in *expect* is as given (None: absent).

        Raises:
            Refused: the item does not exist, or is no longer as expected.
        """
        with translated():
            self._client.update_item(
                TableName=self.name,
                Key=_key(key),
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
                **updating(changes, expect),
            )

    def transact(self, writes: Sequence[Write]) -> None:
        """Write all of them or none; no two may be about one item.

        Raises:
            Unmet: a condition did not hold; says which.
        """
        with translated():
            self._client.transact_write_items(TransactItems=[_transacted(self.name, write) for write in writes])

    def apply(
        self,
        key: Key,
        expression: str,
        *,
        condition: str,
        names: Mapping[str, str],
        values: Mapping[str, Any],
        returns: Literal["UPDATED_NEW", "ALL_NEW"] = "UPDATED_NEW",
    ) -> Item:
        """Change an item, or make it, by an update expression of its own; returns the attributes that it set, or all.

        Raises:
            Refused: the condition did not hold.
        """
        with translated():
            answer = self._client.update_item(
                TableName=self.name,
                Key=_key(key),
                UpdateExpression=expression,
                ConditionExpression=condition,
                ExpressionAttributeNames=dict(names),
                ExpressionAttributeValues=encode(values),
                ReturnValues=returns,
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        return decode(answer.get("Attributes", {}))

    def add(self, key: Key, name: str, value: int | set[str]) -> None:
        """Add to a number or a set of an item that exists; nothing happens to one that does not."""
        condition = f"attribute_exists({PARTITION})"
        try:
            self.apply(key, "ADD #n :v", condition=condition, names={"#n": name}, values={":v": value})
        except Refused:
            return

    def delete(self, key: Key) -> None:
        """Remove an item, if it is there."""
        with translated():
            self._client.delete_item(TableName=self.name, Key=_key(key))

    def query(
        self,
        partition: str,
        *,
        index: str = "",
        begins: str = "",
        since: str = "",
        before: str = "",
        limit: int = 0,
        descending: bool = False,
        strong: bool = False,
    ) -> Iterator[Item]:
        """Items of one partition in the order of their sort key, page after page while they are asked for.

        *begins* is a prefix of the sort key; *before* an upper bound of it and *since*, only beside *before*, a lower
        one: neither may be a whole sort key, so that it does not matter on which side the bound itself lies.
        """
        hash_name, range_name = INDEXES[index] if index else (PARTITION, SORT)
        condition, bounds = _bounds(begins, since, before)
        request: dict[str, Any] = {
            "TableName": self.name,
            "KeyConditionExpression": condition,
            "ExpressionAttributeNames": {"#p": hash_name} | ({"#s": range_name} if bounds else {}),
            "ExpressionAttributeValues": encode({":p": partition, **bounds}),
            "ScanIndexForward": not descending,
        }
        request |= {"IndexName": index} if index else {"ConsistentRead": strong}
        request |= {"Limit": limit} if limit else {}
        left = limit
        while True:
            with translated():
                page = self._client.query(**request)
            yield from map(decode, page["Items"])
            left -= len(page["Items"])
            if "LastEvaluatedKey" not in page or (limit and left <= 0):
                return
            request |= {"ExclusiveStartKey": page["LastEvaluatedKey"]} | ({"Limit": left} if limit else {})

    def scan(self, condition: str, *, names: Mapping[str, str], values: Mapping[str, Any]) -> Iterator[Item]:
        """Items of the whole table for which *condition* holds, page after page while they are asked for."""
        request: dict[str, Any] = {
            "TableName": self.name,
            "FilterExpression": condition,
            "ExpressionAttributeNames": dict(names),
            "ExpressionAttributeValues": encode(values),
        }
        while True:
            with translated():
                page = self._client.scan(**request)
            yield from map(decode, page["Items"])
            if "LastEvaluatedKey" not in page:
                return
            request["ExclusiveStartKey"] = page["LastEvaluatedKey"]


def _transacted(table: str, write: Write) -> dict[str, Any]:
    extra: dict[str, Any] = {"ConditionExpression": write.condition} if write.condition else {}
    extra |= {"ExpressionAttributeValues": encode(write.values)} if write.values else {}
    extra |= {"ExpressionAttributeNames": {"#ttl": "ttl"}} if "#ttl" in write.condition else {}
    if write.item is not None:
        return {"Put": {"TableName": table, "Item": encode(write.item)} | extra}
    if write.key is None:
        raise ValueError("a write of a transaction names neither an item nor a key")
    if write.update is not None:
        return {"Update": {"TableName": table, "Key": _key(write.key)} | write.update}
    return {"Delete": {"TableName": table, "Key": _key(write.key)} | extra}


def _bounds(begins: str, since: str, before: str) -> tuple[str, dict[str, str]]:
    """The condition on a partition's sort key, and its values."""
    if since:
        return "#p = :p AND #s BETWEEN :since AND :s", {":since": since, ":s": before}
    if begins:
        return "#p = :p AND begins_with(#s, :s)", {":s": begins}
    return ("#p = :p AND #s < :s", {":s": before}) if before else ("#p = :p", {})


def _key(key: Key) -> dict[str, dict[Literal["S"], str]]:
    return {PARTITION: {"S": key[0]}, SORT: {"S": key[1]}}
