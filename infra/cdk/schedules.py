"""What wakes the scheduler function: its own one-time schedules, and the sweep every minute."""

from aws_cdk import Aws, Duration, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_sqs as sqs
from constructs import Construct


class Schedules(Construct):
    """The group that one-time schedules are made in, and the role that they run under."""

    def __init__(self, scope: Construct, *, group_name: str, dead_letters: sqs.IQueue) -> None:
        super().__init__(scope, "Schedules")
        self.group_name = group_name
        self.group = scheduler.CfnScheduleGroup(self, "Group", name=group_name)
        group_arn = Stack.of(self).format_arn(service="scheduler", resource="schedule-group", resource_name=group_name)
        # Without the conditions another account's schedule could borrow the role.
        self.role = iam.Role(
            self,
            "Role",
            assumed_by=iam.PrincipalWithConditions(
                iam.ServicePrincipal("scheduler.amazonaws.com"),
                {"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID, "aws:SourceArn": group_arn}},
            ),
        )
        self.role.add_to_policy(iam.PolicyStatement(actions=["sqs:SendMessage"], resources=[dead_letters.queue_arn]))

    def wake(self, function: lambda_.IFunction) -> None:
        """Let schedules wake *function*, and sweep with it every minute."""
        self.role.add_to_policy(
            iam.PolicyStatement(actions=["lambda:InvokeFunction"], resources=[function.function_arn])
        )
        sweep = events.RuleTargetInput.from_object({"sweep": True})
        # A sweep that failed is followed by the next one, so none is repeated.
        target = targets.LambdaFunction(function, event=sweep, retry_attempts=0, max_event_age=Duration.minutes(1))
        events.Rule(self, "Sweep", schedule=events.Schedule.rate(Duration.minutes(1)), targets=[target])
