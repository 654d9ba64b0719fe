"""What a stage keeps: the whole table, read and put back; and whose each part of it is."""

from base64 import b64decode
from collections.abc import Mapping
from typing import Any

from moto.dynamodb.models import dynamodb_backends

from heliograph.domain.model import JSON
from tests.functions.granted import FILES_BUCKET
from tests.functions.stage import ACCOUNT, Stage
from tests.support import table

type Items = dict[tuple[str, str], JSON]


def items() -> Items:
    """The whole table by key."""
    # From where moto keeps them: this is asked after each of two thousand requests, and a scan takes ten times as long.
    found = dynamodb_backends[ACCOUNT][table.REGION].get_table(table.NAME).all_items()
    read = [{name: _typed(value) for name, value in one.attrs.items()} for one in found]
    return {(one["pk"]["S"], one["sk"]["S"]): one for one in read}


def belongs(partition: str, project: str) -> bool:
    """Whether a partition is of this project, live or test."""
    return partition == f"P#{project}" or partition.startswith((f"{project}#", f"{project}~t#"))


def beside(found: Items, project: str) -> Items:
    """All items that are not of this project."""
    return {key: one for key, one in found.items() if not belongs(key[0], project)}


def kept_elsewhere(stage: Stage, project: str) -> Mapping[str, Any]:
    """Files and credentials that are not of this project."""
    s3, ssm = stage.client("s3"), stage.client("ssm")
    files = {one["Key"]: one["ETag"] for one in s3.list_objects_v2(Bucket=FILES_BUCKET).get("Contents", [])}
    pages = ssm.get_paginator("get_parameters_by_path").paginate(Path="/", Recursive=True, WithDecryption=True)
    secrets = {one["Name"]: (one["Value"], one["Version"]) for page in pages for one in page["Parameters"]}
    return {
        "files": {name: tag for name, tag in files.items() if f"/{project}/" not in name},
        "secrets": {name: told for name, told in secrets.items() if f"/{project}/" not in name},
    }


def restore(stage: Stage, before: Items) -> None:
    """Put back what has changed, so that each request meets the same table."""
    client, after = stage.client("dynamodb"), items()
    for key in after.keys() - before.keys():
        client.delete_item(TableName=table.NAME, Key={"pk": {"S": key[0]}, "sk": {"S": key[1]}})
    for key, one in before.items():
        if after.get(key) != one:
            client.put_item(TableName=table.NAME, Item={name: _raw(value) for name, value in one.items()})


def _typed(value: Any) -> JSON:
    """A value of moto's, written out."""
    inner = value.value
    if value.type == "L":
        return {"L": [_typed(one) for one in inner]}
    if value.type == "M":
        return {"M": {name: _typed(one) for name, one in inner.items()}}
    return {value.type: inner}


def _raw(value: JSON) -> JSON:
    """A value as boto3 takes it, which encodes bytes itself."""
    return {"B": b64decode(value["B"])} if isinstance(value.get("B"), str) else value
