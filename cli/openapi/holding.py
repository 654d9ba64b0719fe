"""What is held back, and how fast integrations send."""

from typing import Final

from cli.openapi.operation import Operation, Parameter
from cli.openapi.setup import INTEGRATION, INTEGRATIONS
from heliograph.api.answers.holding import PauseAnswer, PausesAnswer, ResumedAnswer
from heliograph.api.answers.setup import IntegrationsAnswer
from heliograph.api.pausing import KINDS, PauseBody, RateBody
from heliograph.domain.project import Scope

PAUSES: Final = "Pauses"
KIND: Final = Parameter(
    name="kind",
    place="path",
    schema={"type": "string", "enum": list(KINDS)},
    description="What is held back.",
    example="event",
)
NAME: Final = Parameter(
    name="name",
    place="path",
    schema={"type": "string", "minLength": 1, "maxLength": 64},
    description="Which of them; of a project any name is taken for the key's own.",
    example="welcome",
)

OPERATIONS: Final = (
    Operation(
        route="GET /v1/pauses",
        id="listPauses",
        summary="What is held back",
        tag=PAUSES,
        scope=Scope.READ,
        answers={200: PausesAnswer},
        problems=frozenset({404}),
    ),
    Operation(
        route="POST /v1/pauses",
        id="pause",
        summary="Hold messages back",
        tag=PAUSES,
        scope=Scope.MANAGE,
        request=PauseBody,
        answers={201: PauseAnswer, 200: PauseAnswer},
        problems=frozenset({404}),
    ),
    Operation(
        route="DELETE /v1/pauses/{kind}/{name}",
        id="resume",
        summary="Let them go on",
        tag=PAUSES,
        scope=Scope.MANAGE,
        parameters=(KIND, NAME),
        answers={200: ResumedAnswer},
        problems=frozenset({400, 404}),
    ),
    Operation(
        route="PUT /v1/integrations/{integration}/rate",
        id="paceIntegration",
        summary="How fast an integration sends",
        tag=INTEGRATIONS,
        scope=Scope.MANAGE,
        parameters=(INTEGRATION,),
        request=RateBody,
        answers={200: IntegrationsAnswer},
        problems=frozenset({404}),
    ),
    Operation(
        route="DELETE /v1/integrations/{integration}/circuit",
        id="closeCircuit",
        summary="Try a provider again at once",
        tag=INTEGRATIONS,
        scope=Scope.MANAGE,
        parameters=(INTEGRATION,),
        answers={200: IntegrationsAnswer},
        problems=frozenset({404, 409}),
    ),
)
