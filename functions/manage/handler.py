"""Reads and configures: everything under /v1 that is not a send."""

from typing import Any

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

from functions.manage import contacts, events, integrations, layouts, notifications
from heliograph.api.edge import answered
from heliograph.domain.errors import NotFound
from heliograph.domain.model import JSON

app = APIGatewayHttpResolver()
for part in (contacts, events, integrations, layouts, notifications):
    app.include_router(part.router)


@app.not_found
def no_such_endpoint(_exc: Exception) -> Response[str]:
    raise NotFound("there is no such endpoint: look at the API's documentation")


def handler(event: JSON, context: Any) -> JSON:
    return answered(event, lambda: app.resolve(event, context))
