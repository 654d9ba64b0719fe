"""An event's history: /v1/events, and /v1/events/{name}/versions, /rollback, /diff."""

from aws_lambda_powertools.event_handler import Response

from functions.manage.edge import body, caller, new_router, query, reply
from functions.manage.events import event_name
from functions.manage.pages import cursor, limit
from heliograph.api.request import shaped
from heliograph.api.versions import RollbackBody
from heliograph.bootstrap.history import versions
from heliograph.domain.project import Scope
from heliograph.usecases.define import shown

router = new_router()


@router.get("/v1/events")
def latest() -> Response[str]:
    who = caller(router, Scope.READ)
    return reply(200, versions().events(who.project.id, limit=limit(router), cursor=cursor(router)))


@router.delete("/v1/events/<name>")
def delete(name: str) -> Response[str]:
    who = caller(router, Scope.MANAGE)
    versions().delete(who.project.id, wanted := event_name(name))
    return reply(200, {"name": wanted, "deleted": True})


@router.get("/v1/events/<name>/versions")
def all_of_them(name: str) -> Response[str]:
    who = caller(router, Scope.READ)
    return reply(200, versions().list(who.project.id, event_name(name)))


@router.get("/v1/events/<name>/versions/<number>")
def one(name: str, number: str) -> Response[str]:
    who = caller(router, Scope.READ)
    return reply(200, versions().one(who.project.id, event_name(name), number))


@router.post("/v1/events/<name>/rollback")
def roll_back(name: str) -> Response[str]:
    who = caller(router, Scope.MANAGE)
    wanted = shaped(RollbackBody, body(router))
    return reply(200, shown(versions().roll_back(who.project.id, event_name(name), wanted.version)))


@router.get("/v1/events/<name>/diff")
def diff(name: str) -> Response[str]:
    who = caller(router, Scope.READ)
    old, new = query(router, "from"), query(router, "to")
    return reply(200, versions().diff(who.project.id, event_name(name), old, new))
