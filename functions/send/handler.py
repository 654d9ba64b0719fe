"""Accepts send requests: POST /v1/send, /v1/send/{event} and /v1/send/{event}/{channel}."""

import secrets
from functools import partial
from typing import Any

from heliograph.api.batch import Remaining, remaining
from heliograph.api.edge import Route, answered, path_parameter, request_id, routed
from heliograph.api.problem import answer
from heliograph.api.results import results
from heliograph.api.sending import send_call
from heliograph.bootstrap import wiring
from heliograph.bootstrap.sending import accept, accept_many, authenticate
from heliograph.domain.errors import BadInput
from heliograph.domain.model import JSON
from heliograph.domain.project import Caller, Scope
from heliograph.names import SEND_ROUTES


def send(event: JSON, caller: Caller, *, left: Remaining) -> JSON:
    name = path_parameter(event, "event")
    call = send_call(
        event, name, path_parameter(event, "channel"), caller, now=wiring().clock(), random_key=_random_key
    )
    if call.many:
        return results(accept_many()(call.requests, caller, left), request_id(event), {"event": name})
    [request] = call.requests
    if isinstance(request, BadInput):
        raise request
    taken = accept()(request, caller)
    replay = {"x-idempotent-replay": "true"} if taken.replay else {}
    return answer(202, {"id": taken.id, "event": taken.event, "status": "accepted"}, replay)


def handler(event: JSON, context: Any) -> JSON:
    left = remaining(context)
    routes: dict[str, tuple[Scope, Route]] = dict.fromkeys(SEND_ROUTES, (Scope.SEND, partial(send, left=left)))
    return answered(event, lambda: routed(event, routes, authenticate))


def _random_key() -> str:
    return secrets.token_hex(16)
