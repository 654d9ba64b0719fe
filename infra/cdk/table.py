"""The one table: everything that must not be lost."""

from aws_cdk import RemovalPolicy
from aws_cdk import aws_dynamodb as dynamodb
from constructs import Construct

from heliograph.names import INDEXES, PARTITION, SORT, TTL
from infra.cdk.options import Options


class Table(dynamodb.Table):
    """On demand, with point-in-time recovery and a stream.

    `Table` and not `TableV2`: the local host's CloudFormation knows no global tables.
    """

    def __init__(self, scope: Construct, options: Options) -> None:
        super().__init__(
            scope,
            "Table",
            partition_key=_key(PARTITION),
            sort_key=_key(SORT),
            billing_mode=dynamodb.BillingMode.PAY_PER_REQUEST,
            point_in_time_recovery_specification=dynamodb.PointInTimeRecoverySpecification(
                point_in_time_recovery_enabled=True
            ),
            stream=dynamodb.StreamViewType.NEW_AND_OLD_IMAGES,
            time_to_live_attribute=TTL,
            deletion_protection=not options.disposable,
            removal_policy=RemovalPolicy.DESTROY if options.disposable else RemovalPolicy.RETAIN,
            warm_throughput=_warm(options),
        )
        for index, (partition, sort) in INDEXES.items():
            self.add_global_secondary_index(
                index_name=index,
                partition_key=_key(partition),
                sort_key=_key(sort),
                projection_type=dynamodb.ProjectionType.KEYS_ONLY,
                warm_throughput=_warm(options),
            )


def _key(name: str) -> dynamodb.Attribute:
    return dynamodb.Attribute(name=name, type=dynamodb.AttributeType.STRING)


def _warm(options: Options) -> dynamodb.WarmThroughput | None:
    # An index that is colder than its table throttles the table's own writes, so all get the same.
    if options.warm_reads is None and options.warm_writes is None:
        return None
    return dynamodb.WarmThroughput(read_units_per_second=options.warm_reads, write_units_per_second=options.warm_writes)
