"""Turns a row of the table of permissions into one role's statements."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from aws_cdk import Aws, Stack
from aws_cdk import aws_iam as iam

from heliograph.names import INTEGRATIONS
from infra.cdk.files import Files
from infra.cdk.permissions import Access
from infra.cdk.queues import Queues
from infra.cdk.schedules import Schedules
from infra.cdk.table import Table

QUOTA: Final = "ses:GetAccount"
ASKED: Final = (QUOTA, "sns:GetSMSAttributes", "sms-voice:DescribeAccountAttributes")
"""What the providers' checks call. They read the account's own settings, so IAM knows no resource for them but all."""

HEALING: Final = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility")


@dataclass(frozen=True, slots=True, kw_only=True)
class Grants:
    """What the statements point at."""

    stack: Stack
    table: Table
    files: Files
    queues: Queues
    schedules: Schedules
    parameters: str
    """The stage's SSM path, with a leading slash."""
    configuration_set: str

    def statements(self, access: Access) -> Iterator[iam.PolicyStatement]:
        """Every statement of one row."""
        yield from self._data(access)
        yield from self._ssm(access)
        yield from self._objects(access)
        if access.queues:
            queues = [self.queues.worked[name].queue_arn for name in access.queues]
            yield _allow(["sqs:SendMessage"], queues)
        if access.heals:
            yield _allow(list(HEALING), [self.queues.dead_letters.queue_arn])
        if access.schedules:
            yield from self._scheduling()
        if access.provides:
            yield from self._providers()
        if access.asks or access.quota:
            yield _allow(list(ASKED) if access.asks else [QUOTA], ["*"])

    def _data(self, access: Access) -> Iterator[iam.PolicyStatement]:
        if access.table:
            yield _allow([f"dynamodb:{action}" for action in access.table], [self.table.table_arn])
        if access.indexes:
            yield _allow(["dynamodb:Query"], [f"{self.table.table_arn}/index/{name}" for name in access.indexes])

    def _objects(self, access: Access) -> Iterator[iam.PolicyStatement]:
        for folder, actions in access.objects.items():
            yield _allow([f"s3:{action}" for action in actions], [self.files.arn_for_objects(f"{folder}/*")])
        if access.misses:
            yield _allow(["s3:ListBucket"], [self.files.bucket_arn])

    def _ssm(self, access: Access) -> Iterator[iam.PolicyStatement]:
        yield _allow(["ssm:GetParameters"], [self._parameters(folder) for folder in access.reads])
        if access.credentials:
            yield _allow([f"ssm:{action}" for action in access.credentials], [self._parameters(INTEGRATIONS)])

    def _parameters(self, folder: str) -> str:
        return self.stack.format_arn(service="ssm", resource=f"parameter{self.parameters}/{folder}", resource_name="*")

    def _scheduling(self) -> Iterator[iam.PolicyStatement]:
        group = self.schedules.group_name
        schedule = self.stack.format_arn(service="scheduler", resource="schedule", resource_name=f"{group}/*")
        yield _allow(["scheduler:CreateSchedule"], [schedule])
        yield iam.PolicyStatement(
            actions=["iam:PassRole"],
            resources=[self.schedules.role.role_arn],
            conditions={"StringEquals": {"iam:PassedToService": "scheduler.amazonaws.com"}},
        )

    def _providers(self) -> Iterator[iam.PolicyStatement]:
        # SES names the second action for mails in raw form; whether it makes one of a mail with files it does not say.
        # It checks the sender and the set.
        senders = self.stack.format_arn(service="ses", resource="identity", resource_name="*")
        events = self.stack.format_arn(
            service="ses", resource="configuration-set", resource_name=self.configuration_set
        )
        yield _allow(["ses:SendEmail", "ses:SendRawEmail"], [senders, events])
        # Senders are numbers, pools and sender ids, which teams get while the service runs.
        origins = [
            self.stack.format_arn(service="sms-voice", resource=kind, resource_name="*")
            for kind in ("phone-number", "pool", "sender-id")
        ]
        reports = self.stack.format_arn(
            service="sms-voice", resource="configuration-set", resource_name=self.configuration_set
        )
        yield _allow(["sms-voice:SendTextMessage"], [*origins, reports])
        # A phone number is no ARN; everything of SNS that has one is left out, so no topic can be published to.
        yield iam.PolicyStatement(actions=["sns:Publish"], not_resources=[f"arn:{Aws.PARTITION}:sns:*:*:*"])


def _allow(actions: list[str], resources: list[str]) -> iam.PolicyStatement:
    return iam.PolicyStatement(actions=actions, resources=resources)
