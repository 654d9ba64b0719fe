"""Accepts send requests: POST /v1/send/{event} and /v1/send/{event}/{channel}."""

import secrets
from typing import Any, Final

from heliograph.api.edge import answered, path_parameter, routed
from heliograph.api.problem import answer
from heliograph.api.sending import send_request
from heliograph.bootstrap import wiring
from heliograph.bootstrap.sending import accept, authenticate
from heliograph.domain.model import JSON
from heliograph.domain.project import Caller, Scope
from heliograph.names import SEND_ROUTES


def send(event: JSON, caller: Caller) -> JSON:
    request = send_request(
        event,
        path_parameter(event, "event"),
        path_parameter(event, "channel"),
        caller,
        now=wiring().clock(),
        random_key=lambda: secrets.token_hex(16),
    )
    taken = accept()(request, caller)
    replay = {"x-idempotent-replay": "true"} if taken.replay else {}
    return answer(202, {"id": taken.id, "event": taken.event, "status": "accepted"}, replay)


ROUTES: Final = dict.fromkeys(SEND_ROUTES, (Scope.SEND, send))


def handler(event: JSON, _context: Any) -> JSON:
    return answered(event, lambda: routed(event, ROUTES, authenticate))
