"""What is held back: /v1/pauses."""

from aws_lambda_powertools.event_handler import Response

from functions.manage.edge import body, caller, new_router, reply, segment
from heliograph.api.pausing import PauseBody, kind_named
from heliograph.api.request import shaped
from heliograph.bootstrap.holding import pausing
from heliograph.domain.holding import HoldKind
from heliograph.domain.project import Scope

router = new_router()


@router.get("/v1/pauses")
def all_of_them() -> Response[str]:
    who = caller(router, Scope.READ)
    return reply(200, pausing().all(who.project.id, who.mode))


@router.post("/v1/pauses")
def pause() -> Response[str]:
    who = caller(router, Scope.MANAGE)
    wanted = shaped(PauseBody, body(router))
    found, new = pausing().pause(who.project.id, who.mode, HoldKind(wanted.kind), wanted.name)
    return reply(201 if new else 200, found)


@router.delete("/v1/pauses/<kind>/<name>")
def resume(kind: str, name: str) -> Response[str]:
    who = caller(router, Scope.MANAGE)
    known = HoldKind(kind_named(segment(kind)))
    return reply(200, pausing().resume(who.project.id, who.mode, known, segment(name)))
