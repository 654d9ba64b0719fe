"""Integrations."""

from typing import Final

from cli.openapi.operation import Operation, Parameter
from heliograph.api.answers.setup import (
    IntegrationAnswer,
    IntegrationCheck,
    IntegrationDeletion,
    IntegrationsAnswer,
)
from heliograph.api.integrations import IntegrationChange
from heliograph.api.shapes import IntegrationBody, OrderBody
from heliograph.domain.project import Scope

INTEGRATIONS: Final = "Integrations"
INTEGRATION: Final = Parameter(
    name="integration",
    place="path",
    schema={"type": "string", "pattern": "^[a-z0-9]{1,15}$"},
    description="The integration's id.",
    example="lgsf73pynfwa",
)
FORCE: Final = Parameter(
    name="force",
    place="query",
    schema={"type": "boolean", "default": False},
    description="Also when a channel has no other.",
)

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
        route="PATCH /v1/integrations/{integration}",
        id="changeIntegration",
        summary="Change a provider's sender, name or credentials",
        tag=INTEGRATIONS,
        scope=Scope.MANAGE,
        request=IntegrationChange,
        answers={200: IntegrationAnswer},
        parameters=(INTEGRATION,),
        problems=frozenset({404}),
    ),
    Operation(
        route="POST /v1/integrations/{integration}/check",
        id="checkIntegration",
        summary="Ask a provider whether it takes the credentials",
        tag=INTEGRATIONS,
        scope=Scope.MANAGE,
        answers={200: IntegrationCheck},
        parameters=(INTEGRATION,),
        problems=frozenset({404}),
    ),
    Operation(
        route="DELETE /v1/integrations/{integration}",
        id="removeIntegration",
        summary="Remove a provider",
        tag=INTEGRATIONS,
        scope=Scope.MANAGE,
        answers={200: IntegrationDeletion},
        parameters=(INTEGRATION, FORCE),
        problems=frozenset({400, 404, 409}),
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
