"""One Lambda function, as all of them are made."""

from typing import Any, Final

from aws_cdk import Duration
from aws_cdk import aws_iam as iam
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from heliograph.names import HANDLERS, METRICS_NAMESPACE, Function
from heliograph.settings import Settings
from infra.cdk import assets
from infra.cdk.log_groups import log_group
from infra.cdk.options import Options

RUNTIME: Final = lambda_.Runtime.PYTHON_3_13
ARCHITECTURE: Final = lambda_.Architecture.ARM_64
WORKERS: Final = frozenset({Function.DISPATCH_CRITICAL, Function.DISPATCH_NORMAL, Function.APPLY})
LOOPS: Final = WORKERS | {Function.SCHEDULER}
"""They put messages on queues that lead back to them; hops are counted in the messages instead."""
HTTP_TIMEOUT: Final = 10
SEND_TIMEOUT: Final = 28
"""A call may carry a hundred messages; the HTTP API itself gives up after 30 seconds."""
SCHEDULER_TIMEOUT: Final = 60


def title(function: Function) -> str:
    """`dispatch-critical` is `DispatchCritical` in the template."""
    return function.value.title().replace("-", "")


class Handler(lambda_.Function):
    """A function with a role and a log group of its own."""

    def __init__(
        self,
        scope: Construct,
        function: Function,
        *,
        settings: Settings,
        options: Options,
        layer: lambda_.ILayerVersion,
    ) -> None:
        name = title(function)
        self.snap_start = function in options.snap_start
        group = log_group(scope, f"{name}Logs", options.log_days)
        # Not AWS's managed policy: that one may write to every log group of the account.
        role = iam.Role(scope, f"{name}Role", assumed_by=iam.ServicePrincipal("lambda.amazonaws.com"))
        group.grant_write(role)
        super().__init__(
            scope,
            name,
            runtime=RUNTIME,
            architecture=ARCHITECTURE,
            handler=HANDLERS[function],
            code=assets.code(function),
            layers=[layer],
            role=role,
            log_group=group,
            logging_format=lambda_.LoggingFormat.JSON,
            application_log_level_v2=lambda_.ApplicationLogLevel[_LEVELS[options.log_level]],
            # Lambda's own line for every start, end and report would be most of the bill for logs.
            system_log_level_v2=lambda_.SystemLogLevel.WARN,
            timeout=Duration.seconds(_timeout(function, settings)),
            environment=settings.as_env() | _powertools(function, options),
            **_particulars(function, options),
        )


_LEVELS: Final = {"DEBUG": "DEBUG", "INFO": "INFO", "WARNING": "WARN", "ERROR": "ERROR"}


def _particulars(function: Function, options: Options) -> dict[str, Any]:
    return {
        "memory_size": options.memory,
        "recursive_loop": lambda_.RecursiveLoop.ALLOW if function in LOOPS else None,
        "reserved_concurrent_executions": options.intake_concurrency if function is Function.INTAKE else None,
        "snap_start": lambda_.SnapStartConf.ON_PUBLISHED_VERSIONS if function in options.snap_start else None,
    }


def _powertools(function: Function, options: Options) -> dict[str, str]:
    return {
        "POWERTOOLS_SERVICE_NAME": function.value,
        "POWERTOOLS_METRICS_NAMESPACE": METRICS_NAMESPACE,
        "POWERTOOLS_LOG_LEVEL": options.log_level,
    }


def _timeout(function: Function, settings: Settings) -> int:
    if function in WORKERS:
        return settings.work_timeout
    own = {Function.SCHEDULER: SCHEDULER_TIMEOUT, Function.SEND: SEND_TIMEOUT}
    return own.get(function, HTTP_TIMEOUT)
