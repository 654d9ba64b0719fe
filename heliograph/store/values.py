"""Items as plain values, and as DynamoDB's typed ones."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer

type Item = dict[str, Any]
type Key = tuple[str, str]


class _Plain(TypeDeserializer):
    """Numbers as int, binary as bytes: we store no fractions."""

    def _deserialize_n(self, value: str) -> int:
        return int(Decimal(value))

    def _deserialize_b(self, value: bytes) -> bytes:
        read = super()._deserialize_b(value)  # type: ignore[misc]  # missing from the stubs
        return bytes(read)


serialize = TypeSerializer().serialize
_deserialize = _Plain().deserialize


def encode(item: Mapping[str, Any]) -> Item:
    """Into DynamoDB's typed values; attributes that are None are left out."""
    return {name: serialize(value) for name, value in item.items() if value is not None}


def decode(item: Mapping[str, Any]) -> Item:
    """Back into plain values."""
    return {name: _deserialize(value) for name, value in item.items()}
