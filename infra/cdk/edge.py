"""Own domains for the webhooks and the links: a function URL has none, so CloudFront stands before it."""

from aws_cdk import CfnOutput
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from aws_cdk import aws_lambda as lambda_
from constructs import Construct


class Edge(Construct):
    """One domain before one function URL: passes everything on, keeps nothing."""

    def __init__(
        self, scope: Construct, name: str, *, domain: str, certificate: str, origin: lambda_.IFunctionUrl
    ) -> None:
        super().__init__(scope, f"{name}Edge")
        distribution = cloudfront.Distribution(
            self,
            "Distribution",
            domain_names=[domain],
            certificate=acm.Certificate.from_certificate_arn(self, "Certificate", certificate),
            minimum_protocol_version=cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021,
            default_behavior=cloudfront.BehaviorOptions(
                origin=origins.FunctionUrlOrigin(origin),
                allowed_methods=cloudfront.AllowedMethods.ALLOW_ALL,
                cache_policy=cloudfront.CachePolicy.CACHING_DISABLED,
                # A function URL answers to its own host name only; the code knows the public one from its parameter.
                origin_request_policy=cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
                viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.HTTPS_ONLY,
            ),
        )
        CfnOutput(self, "Alias", value=distribution.domain_name, description=f"CNAME for {domain}")
