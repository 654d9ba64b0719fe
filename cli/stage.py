"""A deployed stage, reached with AWS rights: its table and its secrets."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property
from typing import Any

import boto3
import click
from botocore.exceptions import BotoCoreError, ClientError, NoCredentialsError, NoRegionError

from heliograph.domain.errors import HeliographError
from heliograph.domain.project import Project
from heliograph.names import parameters_root, stack_name
from heliograph.parameters import Secrets, Vault
from heliograph.queue import Queue
from heliograph.store.projects import Projects
from heliograph.store.table import Table


class Stage:
    """One stage by its name."""

    def __init__(self, name: str) -> None:
        self.name = name

    def client(self, service: str) -> Any:
        """A client of an AWS service, from the caller's own credentials."""
        return self._session.client(service)

    @cached_property
    def _session(self) -> Any:
        # boto3 does not know AWS_REGION, which the CDK and Lambda use.
        return boto3.Session(region_name=os.environ.get("AWS_REGION"))

    @cached_property
    def projects(self) -> Projects:
        """Projects and keys in the stage's table."""
        return Projects(self.table)

    def project(self, wanted: str) -> Project:
        """A project of the stage.

        Raises:
            click.ClickException: it has none of this id.
        """
        if found := self.projects.get(wanted):
            return found
        raise click.ClickException(f"there is no project {wanted}: create it with `heliograph projects create`")

    @cached_property
    def secrets(self) -> Secrets:
        """The stage's own secrets."""
        return Secrets(self.client("ssm"), parameters_root(self.name))

    @cached_property
    def vault(self) -> Vault:
        """The credentials of its integrations."""
        return Vault(self.client("ssm"), parameters_root(self.name), lambda: time.time_ns() // 1_000_000)

    @cached_property
    def table(self) -> Table:
        """The stage's table."""
        return Table(self.client("dynamodb"), self._resource("AWS::DynamoDB::Table", "", "table"))

    @cached_property
    def events(self) -> Queue:
        """The events queue."""
        return Queue(self.client("sqs"), self._resource("AWS::SQS::Queue", "QueuesEvents", "events queue"))

    def _resource(self, kind: str, name: str, what: str) -> str:
        """The physical id of the stack's resource of that kind whose name begins so."""
        stack = stack_name(self.name)
        pages = self.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=stack)
        for page in pages:
            for resource in page["StackResourceSummaries"]:
                if resource["ResourceType"] == kind and resource["LogicalResourceId"].startswith(name):
                    return str(resource["PhysicalResourceId"])
        raise click.ClickException(f"the stack {stack} has no {what}: deploy it with `make deploy STAGE={self.name}`")


@contextmanager
def told() -> Iterator[None]:
    """Errors as one sentence that says what to do."""
    try:
        yield
    except HeliographError as exc:
        raise click.ClickException(str(exc)) from exc
    except (BotoCoreError, ClientError) as exc:
        raise click.ClickException(_advice(exc)) from exc


def _advice(exc: Exception) -> str:
    if isinstance(exc, NoCredentialsError):
        return "there are no AWS credentials: set AWS_PROFILE, or AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY"
    if isinstance(exc, NoRegionError):
        return "there is no AWS region: set AWS_REGION to the region that the stage is deployed in"
    return f"AWS refused or was not reached: {exc}"


stage_option = click.option("--stage", default="dev", show_default=True, help="The stage to work on.")
