"""In-app inboxes: /v1/contacts/{identifier}/inbox."""

from aws_lambda_powertools.event_handler import Response

from functions.manage.edge import body, caller, new_router, query, reply, segment
from functions.manage.pages import cursor, limit
from heliograph.api.inbox import MarkBody, item_id, show
from heliograph.api.recipients import recipient
from heliograph.api.request import shaped
from heliograph.bootstrap.managing import people
from heliograph.bootstrap.persons import inboxes
from heliograph.domain.project import Scope

router = new_router()


@router.get("/v1/contacts/<identifier>/inbox")
def latest(identifier: str) -> Response[str]:
    who = caller(router, Scope.READ)
    wanted = show(query(router, "show", "current"))
    contact = _contact(who.project.id, identifier)
    page = inboxes().latest(who.project.id, contact, show=wanted, limit=limit(router), cursor=cursor(router))
    return reply(200, page)


@router.patch("/v1/contacts/<identifier>/inbox/<item>")
def mark(identifier: str, item: str) -> Response[str]:
    who = caller(router, Scope.MANAGE)
    marks = shaped(MarkBody, body(router)).marks()
    name = item_id(segment(item))
    return reply(200, inboxes().mark(who.project.id, _contact(who.project.id, identifier), name, marks))


def _contact(project: str, identifier: str) -> str:
    return people().find(project, recipient(segment(identifier), "contact")).id
