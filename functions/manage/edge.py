"""Between Powertools' router and our use cases: who calls, what was sent, and the answer."""

from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import quote, unquote

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.router import APIGatewayHttpRouter

from heliograph.api.problem import answer
from heliograph.api.request import headers, json_body
from heliograph.bootstrap.managing import authenticate
from heliograph.domain.model import JSON
from heliograph.domain.project import Caller, Scope

ADDRESSES: Final = "/v1/suppressions/"
ADDRESS: Final = 4
"""The slashes before an address."""


def new_router() -> APIGatewayHttpRouter:
    """A router for one part of the API."""
    return APIGatewayHttpRouter()  # type: ignore[no-untyped-call]  # Powertools leaves it untyped


def caller(router: APIGatewayHttpRouter, scope: Scope) -> Caller:
    """The caller of the current request.

    Raises:
        Unauthorized: no key, a wrong one, or one without the scope.
    """
    return authenticate()(headers(_event(router)).get("authorization", ""), scope)


def body(router: APIGatewayHttpRouter) -> JSON:
    """The current request's body as a JSON object.

    Raises:
        BadInput: it is none.
    """
    return json_body(_event(router))


def query(router: APIGatewayHttpRouter, name: str, default: str = "") -> str:
    """A query parameter of the current request, *default* when there is none."""
    return str((_event(router).get("queryStringParameters") or {}).get(name, default))


def queries(router: APIGatewayHttpRouter, names: Iterable[str]) -> dict[str, str]:
    """Those of the query parameters that the current request has, also when they are empty."""
    found = _event(router).get("queryStringParameters") or {}
    return {name: str(found[name]) for name in names if name in found}


def header(router: APIGatewayHttpRouter, name: str) -> str:
    """A header of the current request, its name in lower case; empty when there is none."""
    return headers(_event(router)).get(name, "")


def encoded(path: str) -> str:
    """A path as the router reads it: an HTTP API has decoded it, and `#` or `%` in a segment would match no route.

    An address may hold a slash, and is the last part of its route.
    """
    parts = path.split("/", ADDRESS) if path.startswith(ADDRESSES) else path.split("/")
    return "/".join(quote(part, safe="") for part in parts)


def segment(text: str) -> str:
    """A part of the path, decoded."""
    return unquote(text)


def reply(status: int, value: JSON) -> Response[str]:
    """An answer."""
    return response(answer(status, value))


def response(built: JSON) -> Response[str]:
    """An answer or a problem in Powertools' form."""
    return Response(status_code=built["statusCode"], headers=built["headers"], body=built["body"])


def _event(router: APIGatewayHttpRouter) -> dict[str, Any]:
    event: dict[str, Any] = router.current_event.raw_event
    return event
