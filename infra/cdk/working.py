"""Who works a queue: the mapping, and what Lambda needs for it in the function's name."""

from typing import Final

from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs

BATCH: Final = 10
POLLING: Final = ("sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage")
"""Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html#events-sqs-permissions"""


def work(function: lambda_.Function, queue: sqs.IQueue, *, concurrency: int) -> None:
    """Have *function* work *queue*, in at most that many copies at once."""
    # Not by CDK's event source, which grants two actions more than Lambda needs.
    function.add_to_role_policy(iam.PolicyStatement(actions=list(POLLING), resources=[queue.queue_arn]))
    function.add_event_source_mapping(
        f"{queue.node.id}Messages",
        event_source_arn=queue.queue_arn,
        batch_size=BATCH,
        report_batch_item_failures=True,
        max_concurrency=concurrency,
    )
