"""What End User Messaging reports of texts: configuration set -> the same topic as the mails' -> events queue."""

from typing import Final

from aws_cdk import Aws, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_smsvoice as texts
from aws_cdk import aws_sns as sns
from constructs import Construct

REPORTED: Final = (
    "TEXT_SUCCESSFUL",
    "TEXT_DELIVERED",
    "TEXT_INVALID",
    "TEXT_INVALID_MESSAGE",
    "TEXT_UNREACHABLE",
    "TEXT_CARRIER_UNREACHABLE",
    "TEXT_BLOCKED",
    "TEXT_CARRIER_BLOCKED",
    "TEXT_SPAM",
    "TEXT_UNKNOWN",
    "TEXT_TTL_EXPIRED",
    "TEXT_PROTECT_BLOCKED",
)
"""Not TEXT_QUEUED and TEXT_PENDING: they say no more than our own `sent`. TEXT_SENT is not supported by AWS."""


class TextEvents(Construct):
    """The configuration set that our texts name, and the way of its events. Nothing of it costs while it is idle."""

    def __init__(self, scope: Construct, *, configuration_set: str, topic: sns.Topic) -> None:
        super().__init__(scope, "TextEvents")
        self.set = texts.CfnConfigurationSet(
            self,
            "Set",
            configuration_set_name=configuration_set,
            event_destinations=[
                texts.CfnConfigurationSet.EventDestinationProperty(
                    enabled=True,
                    event_destination_name="Events",
                    matching_event_types=list(REPORTED),
                    sns_destination=texts.CfnConfigurationSet.SnsDestinationProperty(topic_arn=topic.topic_arn),
                )
            ],
        )
        source = Stack.of(self).format_arn(
            service="sms-voice", resource="configuration-set", resource_name=configuration_set
        )
        publishing = iam.PolicyStatement(
            actions=["sns:Publish"],
            principals=[iam.ServicePrincipal("sms-voice.amazonaws.com")],
            resources=[topic.topic_arn],
            conditions={
                "StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID},
                "ArnLike": {"aws:SourceArn": source},
            },
        )
        # The set is refused as long as it may not publish.
        if (policy := topic.add_to_resource_policy(publishing).policy_dependable) is not None:
            self.set.node.add_dependency(policy)
