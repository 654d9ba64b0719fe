"""One DynamoDB table as plain values: reads, conditional writes, and what its failures mean."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, Final, Literal

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.exceptions import BotoCoreError, ClientError

from heliograph.domain.errors import BadInput, Busy, HeliographError, Lost, Unavailable
from heliograph.names import INDEXES, PARTITION, SORT

type Item = dict[str, Any]
type Key = tuple[str, str]

_THROTTLED: Final = frozenset(
    {
        "ProvisionedThroughputExceededException",
        "ThrottlingException",
        "RequestLimitExceeded",
        "ThrottlingError",
        "TransactionConflictException",
    }
)
_TOO_LARGE: Final = "has exceeded the maximum allowed size"
"""DynamoDB has no code for an item above its limit, only these words."""
_REFUSED: Final = "ConditionalCheckFailedException"
MAX_BATCH: Final = 100


class Refused(Lost):
    """A condition did not hold. `item` is what stood there instead, None when nothing did."""

    def __init__(self, item: Item | None) -> None:
        super().__init__("a condition did not hold: read again and decide again")
        self.item = item


class _Plain(TypeDeserializer):
    """Numbers as int, binary as bytes: we store no fractions."""

    def _deserialize_n(self, value: str) -> int:
        return int(Decimal(value))

    def _deserialize_b(self, value: bytes) -> bytes:
        read = super()._deserialize_b(value)  # type: ignore[misc]  # missing from the stubs
        return bytes(read)


_serialize = TypeSerializer().serialize
_deserialize = _Plain().deserialize


def encode(item: Mapping[str, Any]) -> Item:
    """Into DynamoDB's typed values; attributes that are None are left out."""
    return {name: _serialize(value) for name, value in item.items() if value is not None}


def decode(item: Mapping[str, Any]) -> Item:
    """Back into plain values."""
    return {name: _deserialize(value) for name, value in item.items()}


class Table:
    """The table, by its name, through a low-level client."""

    def __init__(self, client: Any, name: str) -> None:
        self._client = client
        self.name = name

    def get(self, key: Key, *, strong: bool = False) -> Item | None:
        """One item, or None."""
        with _translated():
            answer = self._client.get_item(TableName=self.name, Key=_key(key), ConsistentRead=strong)
        return decode(answer["Item"]) if "Item" in answer else None

    def get_many(self, keys: Sequence[Key], *, strong: bool = False) -> dict[Key, Item]:
        """Those of the items (at most 100) that exist, in one call."""
        wanted: Any = {self.name: {"Keys": [_key(key) for key in dict.fromkeys(keys)], "ConsistentRead": strong}}
        found: dict[Key, Item] = {}
        while wanted:
            with _translated():
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
        with _translated():
            self._client.put_item(TableName=self.name, Item=encode(item), **extra)

    def update(self, key: Key, changes: Mapping[str, Any], *, expect: Mapping[str, Any]) -> None:
        """Set the attributes in *changes* (None removes) if every one in *expect* is as given (None: absent).

        Raises:
            Refused: the item does not exist, or is no longer as expected.
        """
        names, values = _Names("n"), _Names("v")
        sets = [f"{names[name]} = {values[value]}" for name, value in changes.items() if value is not None]
        removes = [names[name] for name, value in changes.items() if value is None]
        conditions = [f"attribute_exists({names[PARTITION]})"] + [
            f"attribute_not_exists({names[name]})" if value is None else f"{names[name]} = {values[value]}"
            for name, value in expect.items()
        ]
        expression = " ".join(
            part for part in (sets and "SET " + ", ".join(sets), removes and "REMOVE " + ", ".join(removes)) if part
        )
        with _translated():
            self._client.update_item(
                TableName=self.name,
                Key=_key(key),
                UpdateExpression=expression,
                ConditionExpression=" AND ".join(conditions),
                ExpressionAttributeNames={short: name for name, short in names.items()},
                ExpressionAttributeValues={short: _serialize(value) for value, short in values.items()},
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )

    def add(self, key: Key, name: str, value: int | set[str]) -> None:
        """Add to a number or a set of an item that exists; nothing happens to one that does not."""
        try:
            with _translated():
                self._client.update_item(
                    TableName=self.name,
                    Key=_key(key),
                    UpdateExpression="ADD #n :v",
                    ConditionExpression=f"attribute_exists({PARTITION})",
                    ExpressionAttributeNames={"#n": name},
                    ExpressionAttributeValues={":v": _serialize(value)},
                )
        except Refused:
            return

    def delete(self, key: Key) -> None:
        """Remove an item, if it is there."""
        with _translated():
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
            with _translated():
                page = self._client.query(**request)
            yield from map(decode, page["Items"])
            left -= len(page["Items"])
            if "LastEvaluatedKey" not in page or (limit and left <= 0):
                return
            request |= {"ExclusiveStartKey": page["LastEvaluatedKey"]} | ({"Limit": left} if limit else {})


def _bounds(begins: str, since: str, before: str) -> tuple[str, dict[str, str]]:
    """The condition on a partition's sort key, and its values."""
    if since:
        return "#p = :p AND #s BETWEEN :since AND :s", {":since": since, ":s": before}
    if begins:
        return "#p = :p AND begins_with(#s, :s)", {":s": begins}
    return ("#p = :p AND #s < :s", {":s": before}) if before else ("#p = :p", {})


def _key(key: Key) -> dict[str, dict[Literal["S"], str]]:
    return {PARTITION: {"S": key[0]}, SORT: {"S": key[1]}}


class _Names:
    """Placeholders of an expression: the same for the same value."""

    def __init__(self, letter: str) -> None:
        self._prefix = "#n" if letter == "n" else ":v"
        self._known: list[tuple[Any, str]] = []

    def __getitem__(self, value: Any) -> str:
        for known, short in self._known:
            if known == value and type(known) is type(value):
                return short
        short = f"{self._prefix}{len(self._known)}"
        self._known.append((value, short))
        return short

    def items(self) -> list[tuple[Any, str]]:
        return self._known


@contextmanager
def _translated() -> Iterator[None]:
    """AWS's errors as ours."""
    try:
        yield
    except ClientError as exc:
        raise _meaning(exc) from exc
    except BotoCoreError as exc:
        raise Unavailable("the table did not answer: send the same request again in a few seconds") from exc


def _meaning(exc: ClientError) -> HeliographError | ClientError:
    code = exc.response["Error"]["Code"]
    if code == _REFUSED:
        old: Any = exc.response.get("Item")
        return Refused(decode(old) if old else None)
    if code in _THROTTLED:
        return Busy("the table is busy: send the same request again in a few seconds")
    if _TOO_LARGE in exc.response["Error"].get("Message", ""):
        detail = "what would be stored is larger than 400 KB, however small it was on its way: send less"
        return BadInput(detail, code="PAYLOAD_TOO_LARGE", status=413)
    if exc.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0) >= 500:  # noqa: PLR2004  # HTTP: their failure
        return Unavailable("the table failed: send the same request again in a few seconds")
    return exc
