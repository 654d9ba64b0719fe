"""Log groups with an end: CloudWatch keeps what nobody limits, and bills it."""

from typing import Final

from aws_cdk import RemovalPolicy
from aws_cdk import aws_logs as logs
from constructs import Construct

DAYS: Final = {
    1: logs.RetentionDays.ONE_DAY,
    3: logs.RetentionDays.THREE_DAYS,
    7: logs.RetentionDays.ONE_WEEK,
    14: logs.RetentionDays.TWO_WEEKS,
    30: logs.RetentionDays.ONE_MONTH,
    90: logs.RetentionDays.THREE_MONTHS,
    365: logs.RetentionDays.ONE_YEAR,
}


def log_group(scope: Construct, name: str, days: int) -> logs.LogGroup:
    """A log group that keeps *days* days and goes with its stack."""
    return logs.LogGroup(scope, name, retention=DAYS[days], removal_policy=RemovalPolicy.DESTROY)
