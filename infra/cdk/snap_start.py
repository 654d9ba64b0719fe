"""SnapStart starts published versions only, so callers must name one."""

from aws_cdk import aws_lambda as lambda_

from infra.cdk.functions import Handler


def callable_of(handler: Handler) -> lambda_.IFunction:
    """What the API calls: the function, or with SnapStart the alias of its newest version."""
    if not handler.snap_start:
        return handler
    return lambda_.Alias(handler, "Live", alias_name="live", version=handler.current_version)
