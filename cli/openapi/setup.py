"""Integrations."""

from typing import Final

from cli.openapi.operation import Operation
from heliograph.api.answers.setup import IntegrationAnswer, IntegrationsAnswer
from heliograph.api.shapes import IntegrationBody, OrderBody
from heliograph.domain.project import Scope

INTEGRATIONS: Final = "Integrations"

OPERATIONS: Final = (
    Operation(
        route="POST /v1/integrations",
        id="addIntegration",
        summary="Set a provider up",
        tag=INTEGRATIONS,
        scope=Scope.MANAGE,
        request=IntegrationBody,
        answers={201: IntegrationAnswer},
        problems=frozenset({404, 409}),
    ),
    Operation(
        route="GET /v1/integrations",
        id="listIntegrations",
        summary="The project's providers, and their order",
        tag=INTEGRATIONS,
        scope=Scope.READ,
        answers={200: IntegrationsAnswer},
        problems=frozenset({404}),
    ),
    Operation(
        route="PUT /v1/integrations/order",
        id="orderIntegrations",
        summary="Put a channel's providers in order",
        tag=INTEGRATIONS,
        scope=Scope.MANAGE,
        request=OrderBody,
        answers={200: IntegrationsAnswer},
        problems=frozenset({404, 409}),
    ),
)
