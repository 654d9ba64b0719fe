"""Reads and configures: everything under /v1 that is not a send."""

from typing import Any, Final

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response

from functions.manage import (
    attachments,
    batches,
    contacts,
    documents,
    events,
    inbox,
    integrations,
    layouts,
    notifications,
    pauses,
    suppressions,
    versions,
    waiting,
)
from functions.manage.edge import encoded, response
from heliograph.api.edge import answered, failed
from heliograph.domain.errors import NotFound
from heliograph.domain.model import JSON

PARTS: Final = (
    attachments,
    batches,
    contacts,
    documents,
    events,
    inbox,
    integrations,
    layouts,
    notifications,
    pauses,
    suppressions,
    versions,
    waiting,
)

app = APIGatewayHttpResolver()
for part in PARTS:
    app.include_router(part.router)


@app.exception_handler(Exception)  # type: ignore[untyped-decorator]  # Powertools leaves it untyped
def refused(exc: Exception) -> Response[str]:
    # Left to Powertools, every refusal would be logged with its stack, and with what the caller sent.
    return response(failed(app.current_event.raw_event, exc))


@app.not_found
def no_such_endpoint(_exc: Exception) -> Response[str]:
    answer: Response[str] = refused(NotFound("there is no such endpoint: look at the API's documentation"))
    return answer


def handler(event: JSON, context: Any) -> JSON:
    routed = event | {"rawPath": encoded(event["rawPath"])}
    return answered(event, lambda: app.resolve(routed, context))
