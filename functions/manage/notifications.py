"""Notifications: /v1/notifications."""

from aws_lambda_powertools.event_handler import Response

from functions.manage.edge import caller, new_router, queries, reply, segment
from functions.manage.pages import cursor, limit
from heliograph.api.listing import FILTERS, Filters
from heliograph.api.request import shaped
from heliograph.bootstrap.managing import read
from heliograph.domain.project import Scope

router = new_router()


@router.get("/v1/notifications/<notification>")
def one(notification: str) -> Response[str]:
    return reply(200, read().one(caller(router, Scope.READ), segment(notification)))


@router.get("/v1/notifications")
def latest() -> Response[str]:
    who = caller(router, Scope.READ)
    wanted = shaped(Filters, queries(router, FILTERS)).given()
    return reply(200, read().latest(who, limit=limit(router), cursor=cursor(router), wanted=wanted))
