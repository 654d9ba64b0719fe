"""From an HTTP API event to a use case and back. Every error becomes a problem document."""

from collections.abc import Callable, Mapping
from typing import Any

from heliograph.api.auth import Authenticator
from heliograph.api.problem import problem
from heliograph.api.request import headers
from heliograph.domain.errors import HeliographError, NotFound, Unavailable
from heliograph.domain.model import JSON
from heliograph.domain.project import Caller, Scope
from heliograph.observability import logger, trouble

type Route = Callable[[JSON, Caller], JSON]
"""An authorised request in, an answer out."""


def answered(event: JSON, work: Callable[[], JSON]) -> JSON:
    """What *work* answers, or the problem it came to."""
    try:
        return work()
    except Exception as exc:  # noqa: BLE001  # the edge of the world: nothing may leave as a stack
        return failed(event, exc)


def failed(event: JSON, exc: Exception) -> JSON:
    """The problem that a request came to. An error that is not ours is logged with its stack."""
    if isinstance(exc, Unavailable):
        trouble("unavailable", exc)
    elif not isinstance(exc, HeliographError):
        logger.error("unexpected", exc_info=exc, extra={"route": event.get("routeKey")})
    return problem(exc, request_id(event))


def routed(event: JSON, routes: Mapping[str, tuple[Scope, Route]], authenticate: Callable[[], Authenticator]) -> JSON:
    """Answer by the route that API Gateway has matched, for a caller who may.

    Raises:
        NotFound: the route is not one of *routes*.
        Unauthorized: no key, a wrong one, or one without the scope.
    """
    key = event.get("routeKey", "")
    if key not in routes:
        raise NotFound("there is no such endpoint: look at the API's documentation")
    scope, route = routes[key]
    return route(event, authenticate()(headers(event).get("authorization", ""), scope))


def path_parameter(event: JSON, name: str) -> str:
    """A part of the path, decoded."""
    found: dict[str, Any] = event.get("pathParameters") or {}
    return str(found.get(name, ""))


def request_id(event: JSON) -> str:
    """API Gateway's id of the request, for problem documents and logs."""
    return str(event.get("requestContext", {}).get("requestId", ""))
