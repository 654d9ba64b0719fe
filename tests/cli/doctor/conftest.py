"""A small stage in moto: what each check looks at, healthy, so that a test breaks one thing."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from moto import mock_aws

from cli.deployment import Deployment, now
from cli.doctor.command import CHECKS, looked
from cli.doctor.finding import Finding
from cli.init import create_secrets
from cli.stage import Stage
from heliograph.domain.model import JSON
from heliograph.names import INDEXES, stack_name
from tests.support import clients

STACK = stack_name("dev")
REGION = "eu-west-1"


class Answers:
    """An AWS client that gives what a test chose, and takes everything else from another client."""

    def __init__(self, real: Any, given: JSON) -> None:
        self._real, self._given = real, given

    def __getattr__(self, name: str) -> Any:
        if name in self._given:
            return lambda **_: self._given[name]
        return getattr(self._real, name)


class FakeStage(Stage):
    """The stage `dev`, of which some operations answer what a test chose."""

    def __init__(self) -> None:
        super().__init__("dev")
        self.given: dict[str, JSON] = {}

    def client(self, service: str) -> Any:
        return Answers(super().client(service), self.given.setdefault(service, {}))


@dataclass
class Patient:
    """The deployment, and what becomes of it."""

    deployment: Deployment
    stage: FakeStage
    urls: dict[str, str]

    def aws(self, service: str) -> Any:
        return self.deployment.client(service)

    def answers(self, service: str, operation: str, answer: JSON) -> None:
        """What AWS says, where moto says nothing."""
        self.stage.given.setdefault(service, {})[operation] = answer

    def look(self, name: str) -> list[Finding]:
        """What the check of this name finds."""
        [check] = [check for check in CHECKS if check.name == name]
        return looked(check, self.deployment)

    def level(self, name: str) -> str:
        """The worst of it."""
        order = ["ok", "warn", "bad"]
        return max((finding.level.value for finding in self.look(name)), key=order.index)

    def measured(self, namespace: str, metric: str, value: float, *, minutes: float = 1, **about: str) -> None:
        """CloudWatch has a figure, so many minutes old."""
        data = {
            "MetricName": metric,
            "Dimensions": [{"Name": name, "Value": each} for name, each in about.items()],
            "Timestamp": datetime.now(UTC) - timedelta(minutes=minutes),
            "Value": value,
        }
        self.aws("cloudwatch").put_metric_data(Namespace=namespace, MetricData=[data])


def key(name: str, kind: str) -> JSON:
    return {"AttributeName": name, "KeyType": kind}


def table() -> JSON:
    names = ["pk", "sk", *(name for pair in INDEXES.values() for name in pair)]
    return {
        "TableName": "there",
        "BillingMode": "PAY_PER_REQUEST",
        "AttributeDefinitions": [{"AttributeName": name, "AttributeType": "S"} for name in names],
        "KeySchema": [key("pk", "HASH"), key("sk", "RANGE")],
        "GlobalSecondaryIndexes": [
            {
                "IndexName": index,
                "KeySchema": [key(first, "HASH"), key(second, "RANGE")],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
            for index, (first, second) in INDEXES.items()
        ],
    }


def template() -> JSON:
    target = {"deadLetterTargetArn": {"Fn::GetAtt": ["DeadLetters", "Arn"]}, "maxReceiveCount": 5}
    worked = {f"{name}Queue": queue(RedrivePolicy=target) for name in ("Critical", "Normal", "Events")}
    variables: JSON = {
        f"HELIOGRAPH_{name.upper()}_QUEUE_URL": {"Ref": f"{name}Queue"} for name in ("Critical", "Normal", "Events")
    }
    variables |= {"HELIOGRAPH_TABLE": "there", "HELIOGRAPH_CONFIGURATION_SET": STACK}
    named = variables | {"POWERTOOLS_SERVICE_NAME": "apply"}
    return {
        "Resources": {
            "Table": {"Type": "AWS::DynamoDB::Table", "Properties": table()},
            "DeadLetters": queue(),
            **worked,
            "Topic": {"Type": "AWS::SNS::Topic", "Properties": {"TopicName": "reports"}},
            "Rule": {
                "Type": "AWS::Events::Rule",
                "Properties": {"Name": "minute", "ScheduleExpression": "rate(1 minute)", "State": "ENABLED"},
            },
            "Logs": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "logs", "RetentionInDays": 30}},
            "Role": {
                "Type": "AWS::IAM::Role",
                "Properties": {
                    "RoleName": "role",
                    "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []},
                },
            },
            "Function": {
                "Type": "AWS::Lambda::Function",
                "Properties": {
                    "FunctionName": "apply-of-dev",
                    "Runtime": "python3.13",
                    "Handler": "index.handler",
                    "Role": {"Fn::GetAtt": ["Role", "Arn"]},
                    "Code": {"ZipFile": "def handler(*_): pass"},
                    "Environment": {"Variables": named},
                },
            },
        }
    }


def queue(**properties: Any) -> JSON:
    return {"Type": "AWS::SQS::Queue", "Properties": properties}


@pytest.fixture
def patient(monkeypatch: pytest.MonkeyPatch) -> Iterator[Patient]:
    """A stage with nothing wrong."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.setenv(name, REGION)
    clients.keep(monkeypatch.setattr)
    with mock_aws():
        stage = FakeStage()
        deployment = Deployment(stage, now)
        deployment.client("cloudformation").create_stack(StackName=STACK, TemplateBody=json.dumps(template()))
        made = Patient(deployment, stage, dict(deployment.queues))
        _complete(made)
        yield made


def _complete(patient: Patient) -> None:
    """What the template does not make."""
    list(create_secrets(patient.aws("ssm"), "dev", lambda: "secret"))
    for name in ("api", "webhooks", "links"):
        patient.aws("ssm").put_parameter(
            Name=f"/heliograph/dev/urls/{name}", Value="https://example.com", Type="String"
        )
    client = patient.aws("dynamodb")
    client.update_time_to_live(TableName="there", TimeToLiveSpecification={"Enabled": True, "AttributeName": "ttl"})
    client.update_continuous_backups(
        TableName="there", PointInTimeRecoverySpecification={"PointInTimeRecoveryEnabled": True}
    )
    patient.aws("scheduler").create_schedule_group(Name=STACK)
    [topic] = [one.name for one in patient.deployment.of("AWS::SNS::Topic")]
    arn = patient.deployment.attributes(patient.urls["events"])["QueueArn"]
    patient.aws("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    destination = {"Enabled": True, "MatchingEventTypes": ["BOUNCE"], "SnsDestination": {"TopicArn": topic}}
    patient.answers("sesv2", "get_configuration_set_event_destinations", {"EventDestinations": [destination]})
    patient.answers("sesv2", "get_account", mail_account())
    account = {"AccountAttributes": [{"Name": "ACCOUNT_TIER", "Value": "PRODUCTION"}]}
    patient.answers("pinpoint-sms-voice-v2", "describe_account_attributes", account)
    patient.answers("lambda", "get_account_settings", limits(1000))
    mappings = [
        {"UUID": name, "EventSourceArn": f"arn:aws:sqs:{REGION}:1:{name}", "State": "Enabled"} for name in patient.urls
    ]
    patient.answers("lambda", "list_event_source_mappings", {"EventSourceMappings": mappings})


def mail_account(**other: Any) -> JSON:
    quota = {"Max24HourSend": 50_000.0, "MaxSendRate": 14.0, "SentLast24Hours": other.pop("sent", 100.0)}
    found = {"EnforcementStatus": "HEALTHY", "ProductionAccessEnabled": True, "SendingEnabled": True}
    return found | {"SendQuota": quota} | other


def limits(unreserved: int) -> JSON:
    return {"AccountLimit": {"ConcurrentExecutions": 1000, "UnreservedConcurrentExecutions": unreserved}}
