"""A stage as it is deployed: what its stack holds, found by AWS rights; on AWS, or in the local host."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any, Final

import boto3
import click
from botocore.config import Config

from cli.stage import Stage
from heliograph.domain.model import JSON
from heliograph.names import ENV_PREFIX, stack_name

QUEUE_URL: Final = "_QUEUE_URL"
"""End of the variables that name a queue."""
SANDBOX: Final = 1
ENDPOINT: Final = 2
"""Ports of the local host, counted from its API's."""
PROVIDERS: Final[Mapping[str, str]] = {"sesv2": "ses", "pinpoint-sms-voice-v2": "sms"}
"""Services that the sandbox plays, and where."""
_PATIENCE: Final = Config(connect_timeout=5, read_timeout=20, retries={"mode": "standard", "total_max_attempts": 3})


@dataclass(frozen=True, slots=True)
class Resource:
    """One resource of the stack."""

    kind: str
    logical: str
    name: str
    """Its physical id: a name, a URL or an ARN, as the type has it."""


class LocalStage(Stage):
    """The stage that `make local PORT=...` runs."""

    def __init__(self, port: int, name: str = "dev") -> None:
        super().__init__(name)
        self._port = port

    @property
    def sandbox_url(self) -> str:
        """The fake providers."""
        return f"http://127.0.0.1:{self._port + SANDBOX}"

    def client(self, service: str) -> Any:
        session: Any = boto3.Session(
            aws_access_key_id="local",
            aws_secret_access_key="local",  # noqa: S106  # the local endpoint takes any
            region_name="us-east-1",
        )
        played = PROVIDERS.get(service)
        url = f"{self.sandbox_url}/{played}" if played else f"http://127.0.0.1:{self._port + ENDPOINT}"
        return session.client(service, endpoint_url=url, config=_PATIENCE)


def now() -> datetime:
    """The clock of this machine."""
    return datetime.now(UTC)


class Deployment:
    """What a stage's stack holds. Everything is read when it is first asked for."""

    def __init__(self, stage: Stage, clock: Callable[[], datetime] = now) -> None:
        self.stage = stage
        self.clock = clock
        self.stack = stack_name(stage.name)
        self._clients: dict[str, Any] = {}

    @property
    def local(self) -> bool:
        """Whether it runs on this machine."""
        return isinstance(self.stage, LocalStage)

    def client(self, service: str) -> Any:
        """A client of an AWS service, made once."""
        if service not in self._clients:
            self._clients[service] = self.stage.client(service)
        return self._clients[service]

    @cached_property
    def description(self) -> JSON:
        """What CloudFormation says of the stack: `StackStatus`, `CreationTime`."""
        found: JSON = self.client("cloudformation").describe_stacks(StackName=self.stack)["Stacks"][0]
        return found

    @cached_property
    def resources(self) -> tuple[Resource, ...]:
        """Everything that the stack holds."""
        pages = self.client("cloudformation").get_paginator("list_stack_resources").paginate(StackName=self.stack)
        return tuple(
            Resource(one["ResourceType"], one["LogicalResourceId"], one["PhysicalResourceId"])
            for page in pages
            for one in page["StackResourceSummaries"]
            if one.get("PhysicalResourceId")
        )

    def of(self, kind: str) -> list[Resource]:
        """The resources of one type."""
        return [one for one in self.resources if one.kind == kind]

    @cached_property
    def functions(self) -> Mapping[str, JSON]:
        """Service name -> Lambda's answer to `GetFunctionConfiguration`."""
        client = self.client("lambda")
        read = [client.get_function_configuration(FunctionName=one.name) for one in self.of("AWS::Lambda::Function")]
        named = {_environment(one).get("POWERTOOLS_SERVICE_NAME", ""): one for one in read}
        return {name: one for name, one in named.items() if name}

    @cached_property
    def environment(self) -> Mapping[str, str]:
        """The settings of the functions, as variables.

        Raises:
            click.ClickException: the stack has no function.
        """
        found: dict[str, str] = {}
        for one in self.functions.values():
            found |= _environment(one)
        if not found:
            advice = f"deploy it with `make deploy STAGE={self.stage.name}`"
            raise click.ClickException(f"the stack {self.stack} has no functions: {advice}")
        return found

    @cached_property
    def queues(self) -> Mapping[str, str]:
        """The queues that have a worker: name -> URL."""
        return {
            name.removeprefix(ENV_PREFIX).removesuffix(QUEUE_URL).lower(): url
            for name, url in sorted(self.environment.items())
            if name.startswith(ENV_PREFIX) and name.endswith(QUEUE_URL)
        }

    @property
    def table(self) -> str:
        """The table's name."""
        return self.environment[f"{ENV_PREFIX}TABLE"]

    def attributes(self, url: str) -> Mapping[str, str]:
        """A queue's attributes."""
        found: Mapping[str, str] = self.client("sqs").get_queue_attributes(QueueUrl=url, AttributeNames=["All"])[
            "Attributes"
        ]
        return found

    def points(self, namespace: str, metric: str, minutes: int, statistic: str, **about: str) -> list[JSON]:
        """Data points of the last minutes, oldest first: `Timestamp`, and the statistic's value under its name."""
        end = self.clock()
        answer = self.client("cloudwatch").get_metric_statistics(
            Namespace=namespace,
            MetricName=metric,
            Dimensions=[{"Name": name, "Value": value} for name, value in about.items()],
            StartTime=end - timedelta(minutes=minutes),
            EndTime=end,
            Period=60 if minutes <= 60 else 3600,  # noqa: PLR2004  # an hour by the minute, more by the hour
            Statistics=[statistic],
        )
        return sorted(answer["Datapoints"], key=lambda point: point["Timestamp"])


def _environment(function: JSON) -> Mapping[str, str]:
    found: Mapping[str, str] = function.get("Environment", {}).get("Variables", {})
    return found


def at(stage: str, port: int | None) -> Deployment:
    """The stage that the options name: deployed, or on this machine at *port*."""
    return Deployment(Stage(stage) if port is None else LocalStage(port, stage))


local_option = click.option(
    "--local",
    "port",
    type=click.IntRange(1, 65533),
    metavar="PORT",
    envvar="HELIOGRAPH_LOCAL",
    show_envvar=True,
    help="The one that `make local PORT=...` runs.",
)
