"""The layer: third-party wheels, which change with the lock and not with our code."""

from aws_cdk import aws_lambda as lambda_
from constructs import Construct

from infra.cdk.functions import ARCHITECTURE, RUNTIME
from infra.cdk.wheels import digest, layer_folder


class Layer(lambda_.LayerVersion):
    """Exactly what the lock says."""

    def __init__(self, scope: Construct) -> None:
        super().__init__(
            scope,
            "Layer",
            code=lambda_.Code.from_asset(str(layer_folder()), asset_hash=digest()),
            compatible_architectures=[ARCHITECTURE],
            compatible_runtimes=[RUNTIME],
            description="Third-party wheels from requirements/lambda.txt",
        )
