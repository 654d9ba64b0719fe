"""Integrations: /v1/integrations."""

from aws_lambda_powertools.event_handler import Response

from functions.manage.edge import body, caller, new_router, reply
from heliograph.api.request import shaped
from heliograph.api.shapes import IntegrationBody, OrderBody
from heliograph.bootstrap.managing import integrate
from heliograph.domain.project import Scope

router = new_router()


@router.post("/v1/integrations")
def add() -> Response[str]:
    who = caller(router, Scope.MANAGE)
    wanted = shaped(IntegrationBody, body(router))
    added = integrate().add(
        who.project.id, wanted.provider, sender=wanted.sender, name=wanted.name, credentials=wanted.credentials
    )
    return reply(201, added)


@router.get("/v1/integrations")
def all_of_them() -> Response[str]:
    who = caller(router, Scope.READ)
    return reply(200, integrate().all(who.project.id))


@router.put("/v1/integrations/order")
def order() -> Response[str]:
    who = caller(router, Scope.MANAGE)
    wanted = shaped(OrderBody, body(router))
    return reply(200, integrate().order(who.project.id, wanted.channel, wanted.ids))
