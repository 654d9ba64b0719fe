"""What wakes a person: at most 16 metrics, because CloudWatch bills every metric that an alarm reads."""

from collections.abc import Mapping
from typing import Final

from aws_cdk import Aws, Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from constructs import Construct

from heliograph.names import METRICS_NAMESPACE, OPEN_CIRCUITS, Function
from infra.cdk.queues import Queues
from infra.cdk.runbooks import page

PERIOD: Final = Duration.minutes(5)
OLDEST: Final = {"critical": 120, "normal": 900, "events": 900}
"""Queue -> seconds that its oldest message may wait."""
HEALING: Final = 3
"""Periods in a row with dead letters before it rings: what heals by itself is gone within one or two."""
FRONT: Final = (Function.SEND, Function.INTAKE, Function.LINKS)
"""Functions that the world calls. Throttled workers show as old messages; manage shares its limit with send."""


class Alarms(Construct):
    """Every alarm, and the topic that all of them tell."""

    def __init__(
        self,
        scope: Construct,
        *,
        email: str,
        queues: Queues,
        functions: Mapping[Function, lambda_.IFunction],
        runbooks: str = "",
    ) -> None:
        super().__init__(scope, "Alarms")
        self._runbooks = runbooks
        self.all: dict[str, cloudwatch.Alarm] = {}
        """By name, in the order of the dashboard."""
        self.topic = sns.Topic(self, "Topic", enforce_ssl=True)
        self.topic.add_to_resource_policy(
            iam.PolicyStatement(
                sid="AlarmsMayPublish",
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[self.topic.topic_arn],
                conditions={"StringEquals": {"AWS:SourceAccount": Aws.ACCOUNT_ID}},
            )
        )
        if email:
            self.topic.add_subscription(subscriptions.EmailSubscription(email))
        dead = queues.dead_letters.metric_approximate_number_of_messages_visible(period=PERIOD, statistic="max")
        self._alarm("DeadLetters", dead, 0, "Messages were given up and do not heal by themselves.", periods=HEALING)
        for name, queue in queues.worked.items():
            age = queue.metric_approximate_age_of_oldest_message(period=PERIOD, statistic="max")
            self._alarm(f"{name.title()}Age", age, OLDEST[name], f"The {name} queue is not worked off in time.")
        errors = [functions[name].metric_errors(period=PERIOD) for name in Function]
        self._alarm("Errors", _sum("errors", errors), 0, "A function ended in an error or ran out of time.")
        throttles = [functions[name].metric_throttles(period=PERIOD) for name in FRONT]
        self._alarm("Throttles", _sum("throttles", throttles), 0, "A function was called more than it may run.")
        self._alarm("Circuits", _circuits(), 0, "A provider refuses an account or is out; its messages wait.")

    def _alarm(self, name: str, metric: cloudwatch.IMetric, above: int, text: str, *, periods: int = 1) -> None:
        """One alarm; *text* says what is the matter, and docs/runbooks/NAME.md what to do."""
        alarm = cloudwatch.Alarm(
            self,
            name,
            metric=metric,
            threshold=above,
            evaluation_periods=periods,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
            alarm_description=f"{text} What to do: {page(name, self._runbooks)}",
        )
        alarm.add_alarm_action(actions.SnsAction(self.topic))
        self.all[name] = alarm


def _sum(label: str, metrics: list[cloudwatch.Metric]) -> cloudwatch.MathExpression:
    named: dict[str, cloudwatch.IMetric] = {f"m{number}": metric for number, metric in enumerate(metrics)}
    # A function that was not called reports nothing, and nothing plus one is nothing.
    filled = ", ".join(f"FILL({name}, 0)" for name in named)
    return cloudwatch.MathExpression(expression=f"SUM([{filled}])", using_metrics=named, label=label, period=PERIOD)


def _circuits() -> cloudwatch.Metric:
    """Reported in those hours alone in which one is open, so that it costs nothing while all is well."""
    return cloudwatch.Metric(
        namespace=METRICS_NAMESPACE,
        metric_name=OPEN_CIRCUITS,
        dimensions_map={"service": Function.SCHEDULER.value},
        period=PERIOD,
        statistic="max",
    )
