"""Notifications: /v1/notifications."""

from aws_lambda_powertools.event_handler import Response

from functions.manage.edge import caller, new_router, query, reply, segment
from heliograph.bootstrap.managing import read
from heliograph.domain.errors import BadInput
from heliograph.domain.project import Scope
from heliograph.usecases.read import MAX_PAGE, PAGE

router = new_router()


@router.get("/v1/notifications/<notification>")
def one(notification: str) -> Response[str]:
    return reply(200, read().one(caller(router, Scope.READ), segment(notification)))


@router.get("/v1/notifications")
def latest() -> Response[str]:
    who = caller(router, Scope.READ)
    text = query(router, "limit") or str(PAGE)
    if not (text.isascii() and text.isdecimal() and len(text) <= len(str(MAX_PAGE)) and 1 <= int(text) <= MAX_PAGE):
        raise BadInput(f"`limit` must be a whole number from 1 to {MAX_PAGE}", field="limit")
    return reply(200, read().latest(who, limit=int(text), cursor=query(router, "cursor")))
