"""The bucket: private, encrypted, emptied by time, and open to each role as far as its row says."""

from typing import Any

import pytest

from heliograph.names import FILES, KEPT_DAYS, UPLOADS, Function
from infra.cdk.permissions import ACCESS
from tests.infra.conftest import OfType, Template
from tests.infra.test_permissions import actions, as_list, roles, statements_of

__all__ = ["roles"]


def bucket(of_type: OfType) -> dict[str, Any]:
    (found,) = of_type("AWS::S3::Bucket").values()
    return found


def test_nobody_outside_reads_it_and_nothing_in_it_is_plain(of_type: OfType) -> None:
    made = bucket(of_type)

    (policy,) = of_type("AWS::S3::BucketPolicy").values()

    assert set(made["PublicAccessBlockConfiguration"].values()) == {True}
    assert made["BucketEncryption"]["ServerSideEncryptionConfiguration"]
    assert "VersioningConfiguration" not in made
    (denied,) = policy["PolicyDocument"]["Statement"]
    assert (denied["Effect"], denied["Condition"]) == ("Deny", {"Bool": {"aws:SecureTransport": "false"}})


def test_everything_in_it_goes_after_its_time(of_type: OfType) -> None:
    rules = {rule["Id"]: rule for rule in bucket(of_type)["LifecycleConfiguration"]["Rules"]}

    assert (rules["uploads"]["Prefix"], rules["uploads"]["ExpirationInDays"]) == (f"{UPLOADS}/", 1)
    kept = {rule["ExpirationInDays"]: rule["TagFilters"] for name, rule in rules.items() if name != "uploads"}
    assert kept == {days: [{"Key": "keep", "Value": str(days)}] for days in KEPT_DAYS}


def test_only_dev_may_lose_it(template: Template, prod: Template) -> None:
    policies = [
        found["DeletionPolicy"]
        for stage in (template, prod)
        for found in stage["Resources"].values()
        if found["Type"] == "AWS::S3::Bucket"
    ]

    assert policies == ["Delete", "Retain"]


@pytest.mark.parametrize("name", Function)
def test_a_role_may_do_to_files_what_its_row_says(name: Function, roles: dict[Function, str], of_type: OfType) -> None:
    statements = [one for one in statements_of(roles[name], of_type) if actions([one], "s3")]

    found = {
        str(one["Resource"]).rpartition("/")[0].rpartition("/")[2]: set(as_list(one["Action"]))
        for one in statements
        if as_list(one["Action"]) != ["s3:ListBucket"]
    }
    listed = any(as_list(one["Action"]) == ["s3:ListBucket"] for one in statements)

    assert found == {folder: {f"s3:{one}" for one in does} for folder, does in ACCESS[name].objects.items()}
    assert listed == ACCESS[name].misses


def test_dispatch_reads_files_and_nothing_else_of_the_bucket() -> None:
    assert ACCESS[Function.DISPATCH_NORMAL].objects == {FILES: ("GetObject",)}
    assert not ACCESS[Function.INTAKE].objects
