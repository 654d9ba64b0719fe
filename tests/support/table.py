"""The real table in moto's memory: its keys and indexes come from the names that the infrastructure uses too."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import boto3
from botocore.config import Config
from moto import mock_aws

from heliograph.names import INDEXES, PARTITION, SORT
from heliograph.store.table import Item, Table

NAME: Final = "heliograph-test"
REGION: Final = "eu-west-1"


@contextmanager
def moto_client() -> Iterator[Any]:
    """A DynamoDB client without retries whose calls end in this process's memory, with the table made.

    Moto's conditional writes are not atomic between threads, so tests interleave by hand and never race threads.
    """
    with mock_aws():
        client = boto3.client("dynamodb", region_name=REGION, config=Config(retries={"total_max_attempts": 1}))
        create(client)
        yield client


def create(client: Any) -> None:
    """Make the table as the stack does."""
    client.create_table(TableName=NAME, **properties())


def properties() -> dict[str, Any]:
    """Of the stack's table, but its name: on demand, every index with keys only."""
    names = {PARTITION, SORT, *(name for pair in INDEXES.values() for name in pair)}
    return {
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in sorted(names)],
        "KeySchema": _schema(PARTITION, SORT),
        "GlobalSecondaryIndexes": [
            {"IndexName": index, "KeySchema": _schema(*pair), "Projection": {"ProjectionType": "KEYS_ONLY"}}
            for index, pair in INDEXES.items()
        ],
    }


def scan(client: Any) -> list[dict[str, Any]]:
    """Every item, in DynamoDB's typed values."""
    pages = client.get_paginator("scan").paginate(TableName=NAME)
    return [item for page in pages for item in page["Items"]]


def entries(table: Table, index: str, partition: str) -> list[Item]:
    """What one partition of an index holds, in its order."""
    return list(table.query(partition, index=index))


def _schema(partition: str, sort: str) -> list[dict[str, str]]:
    return [{"AttributeName": partition, "KeyType": "HASH"}, {"AttributeName": sort, "KeyType": "RANGE"}]
