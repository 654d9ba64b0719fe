"""One page of graphs: what comes in, what waits, what fails."""

from collections.abc import Iterable, Mapping
from typing import Final

from aws_cdk import Duration
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_dynamodb as dynamodb
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from heliograph.names import Function
from infra.cdk.queues import Queues
from infra.cdk.runbooks import page

PERIOD: Final = Duration.minutes(5)


class Dashboard(cloudwatch.Dashboard):
    """Graphs read metrics that AWS keeps anyway; only alarms are billed by metric."""

    def __init__(
        self,
        scope: Construct,
        *,
        table: dynamodb.ITable,
        queues: Queues,
        functions: Mapping[Function, lambda_.IFunction],
        alarms: Mapping[str, cloudwatch.IAlarm],
        runbooks: str = "",
    ) -> None:
        super().__init__(scope, "Dashboard", default_interval=Duration.hours(6))
        self.add_widgets(
            cloudwatch.AlarmStatusWidget(title="Alarms", alarms=list(alarms.values()), width=12, height=4),
            cloudwatch.TextWidget(markdown=_pages(alarms, runbooks), width=12, height=4),
        )
        waiting = {**queues.worked, "dead letters": queues.dead_letters}
        self.add_widgets(
            _graph("Waiting", (q.metric_approximate_number_of_messages_visible(label=n) for n, q in waiting.items())),
            _graph("Oldest, s", (q.metric_approximate_age_of_oldest_message(label=n) for n, q in waiting.items())),
        )
        self.add_widgets(
            _graph("Calls", (f.metric_invocations(label=n) for n, f in functions.items())),
            _graph("Errors", (f.metric_errors(label=n) for n, f in functions.items())),
            _graph("Throttles", (f.metric_throttles(label=n) for n, f in functions.items())),
            _graph("Duration p95, ms", (f.metric_duration(label=n, statistic="p95") for n, f in functions.items())),
        )
        self.add_widgets(
            _graph("Write units", [table.metric_consumed_write_capacity_units()]),
            _graph("Read units", [table.metric_consumed_read_capacity_units()]),
        )


def _pages(alarms: Iterable[str], runbooks: str) -> str:
    """What to do when one rings: links where the pages are served, else their paths."""
    shown = [f"[{name}]({page(name, runbooks)})" if runbooks else f"`{page(name)}`" for name in alarms]
    return f"**When one rings**: {', '.join(shown)}\n\n**To look at the stage**: `heliograph doctor`"


def _graph(title: str, metrics: Iterable[cloudwatch.IMetric]) -> cloudwatch.GraphWidget:
    return cloudwatch.GraphWidget(title=title, left=list(metrics), period=PERIOD, width=12)
