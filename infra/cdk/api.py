"""The HTTP API: two functions, and no personal data in its log."""

import json
from collections.abc import Mapping, Sequence
from typing import Final

from aws_cdk import CfnOutput
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from heliograph.names import MANAGE_ROUTE, SEND_ROUTES, VENDOR_ROUTES, Function
from infra.cdk.functions import title
from infra.cdk.log_groups import log_group
from infra.cdk.options import Options

ACCESS_LOG: Final = json.dumps(
    {
        "time": "$context.requestTime",
        "request_id": "$context.requestId",
        "route": "$context.routeKey",
        "status": "$context.status",
        "milliseconds": "$context.responseLatency",
        "bytes": "$context.responseLength",
        "error": "$context.error.responseType",
    }
)
"""The route and not the path, which may name a person; no address, no agent, no header."""


class Api(Construct):
    """Routes and their functions; `url` has no trailing slash."""

    def __init__(self, scope: Construct, options: Options, functions: Mapping[Function, lambda_.IFunction]) -> None:
        super().__init__(scope, "Api")
        self.api = apigateway.HttpApi(self, "Http", create_default_stage=False)
        for function, routes in ((Function.SEND, (*SEND_ROUTES, *VENDOR_ROUTES)), (Function.MANAGE, (MANAGE_ROUTE,))):
            self._route(routes, title(function), functions[function])
        self._stage(options)
        self.url = f"https://{options.api_domain}" if options.api_domain else self.api.api_endpoint

    def _route(self, routes: Sequence[str], name: str, function: lambda_.IFunction) -> None:
        integration = integrations.HttpLambdaIntegration(
            name, function, payload_format_version=apigateway.PayloadFormatVersion.VERSION_2_0
        )
        for route in routes:
            method, path = route.split(" ")
            self.api.add_routes(path=path, methods=[apigateway.HttpMethod(method)], integration=integration)

    def _stage(self, options: Options) -> None:
        stage = apigateway.HttpStage(
            self,
            "Stage",
            http_api=self.api,
            auto_deploy=True,
            throttle=apigateway.ThrottleSettings(rate_limit=options.rate, burst_limit=options.burst),
            domain_mapping=self._domain(options) if options.api_domain else None,
        )
        log = log_group(self, "AccessLog", options.log_days)
        resource = stage.node.default_child
        if isinstance(resource, apigateway.CfnStage):
            resource.access_log_settings = apigateway.CfnStage.AccessLogSettingsProperty(
                destination_arn=log.log_group_arn, format=ACCESS_LOG
            )

    def _domain(self, options: Options) -> apigateway.DomainMappingOptions:
        certificate = acm.Certificate.from_certificate_arn(self, "Certificate", options.api_certificate)
        domain = apigateway.DomainName(self, "Domain", domain_name=options.api_domain, certificate=certificate)
        CfnOutput(self, "Alias", value=domain.regional_domain_name, description=f"CNAME for {options.api_domain}")
        return apigateway.DomainMappingOptions(domain_name=domain)
