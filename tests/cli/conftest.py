"""A stage in moto, as the commands that work with AWS rights find it: a stack that holds the table, and its secrets."""

import json
from collections.abc import Iterator
from typing import Any, Final

import boto3
import pytest
from moto import mock_aws

from cli.init import create_secrets
from heliograph.names import stack_name
from heliograph.store.projects import Projects
from heliograph.store.table import Table
from tests.support import clients, table

PEPPER: Final = "a pepper for tests only"
TABLE: Final = {"Type": "AWS::DynamoDB::Table", "Properties": {"TableName": "there", **table.properties()}}


@pytest.fixture
def pepper() -> str:
    """The stage's."""
    return PEPPER


@pytest.fixture
def projects(monkeypatch: pytest.MonkeyPatch) -> Iterator[Projects]:
    """What the stage `dev` knows: nothing yet."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    clients.keep(monkeypatch.setattr)
    with mock_aws():
        session: Any = boto3.Session(region_name="eu-west-1")
        template = json.dumps({"Resources": {"Table": TABLE}})
        session.client("cloudformation").create_stack(StackName=stack_name("dev"), TemplateBody=template)
        list(create_secrets(session.client("ssm"), "dev", lambda: PEPPER))
        yield Projects(Table(session.client("dynamodb"), "there"))
