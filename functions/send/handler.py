"""Accepts send requests: POST /v1/send, /v1/send/{event} and /v1/send/{event}/{channel}; and Notifuse's."""

from functools import partial
from typing import Any

from functions.send import notifuse
from heliograph.api.batch import Remaining, remaining
from heliograph.api.batches import batch_call
from heliograph.api.edge import Route, answered, path_parameter, request_id, routed
from heliograph.api.problem import answer
from heliograph.api.results import in_list, in_messages, results
from heliograph.api.sending import send_call
from heliograph.bootstrap import wiring
from heliograph.bootstrap.guarding import guard
from heliograph.bootstrap.sending import accept, accept_many, authenticate, random_key, send_batch
from heliograph.domain.errors import BadInput
from heliograph.domain.model import JSON
from heliograph.domain.project import Caller, Scope
from heliograph.names import BATCH_ROUTE, NOTIFUSE_SEND, NOTIFUSE_UPSERT, SEND_ROUTES


def send(event: JSON, caller: Caller, *, left: Remaining) -> JSON:
    name = path_parameter(event, "event")
    call = send_call(event, name, path_parameter(event, "channel"), caller, now=wiring().clock(), random_key=random_key)
    guard().rate(caller, len(call.requests))
    if call.many:
        return results(accept_many()(call.requests, caller, left), request_id(event), {"event": name}, in_list)
    [request] = call.requests
    if isinstance(request, BadInput):
        raise request
    taken = accept()(request, caller)
    replay = {"x-idempotent-replay": "true"} if taken.replay else {}
    return answer(202, {"id": taken.id, "event": taken.event, "status": "accepted"}, replay)


def batch(event: JSON, caller: Caller, *, left: Remaining) -> JSON:
    call = batch_call(event, caller, now=wiring().clock(), random_key=random_key)
    guard().rate(caller, len(call.requests))
    name, done = send_batch()(call, caller, left)
    rejected = sum(isinstance(one, Exception) for one in done)
    head = {"id": name, "total": len(done), "accepted": len(done) - rejected, "rejected": rejected}
    return results(done, request_id(event), head, in_messages)


def handler(event: JSON, context: Any) -> JSON:
    left = remaining(context)
    routes: dict[str, tuple[Scope, Route]] = dict.fromkeys(SEND_ROUTES, (Scope.SEND, partial(send, left=left)))
    routes[BATCH_ROUTE] = (Scope.SEND, partial(batch, left=left))
    routes[NOTIFUSE_SEND] = (Scope.SEND, partial(notifuse.send, left=left))
    routes[NOTIFUSE_UPSERT] = (Scope.MANAGE, notifuse.upsert)
    return answered(event, lambda: routed(event, routes, authenticate))
