"""Integrations: /v1/integrations."""

from aws_lambda_powertools.event_handler import Response

from functions.manage.edge import body, caller, new_router, query, reply, segment
from heliograph.api.integrations import IntegrationChange, flag
from heliograph.api.pausing import RateBody
from heliograph.api.request import shaped
from heliograph.api.shapes import IntegrationBody, OrderBody
from heliograph.bootstrap.holding import pacing
from heliograph.bootstrap.maintaining import maintain
from heliograph.bootstrap.managing import integrate
from heliograph.domain.project import Scope
from heliograph.usecases.maintain import Changes

router = new_router()


@router.post("/v1/integrations")
def add() -> Response[str]:
    who = caller(router, Scope.MANAGE)
    wanted = shaped(IntegrationBody, body(router))
    added = maintain().add(
        who.project.id,
        wanted.provider,
        sender=wanted.sender,
        name=wanted.name,
        credentials=wanted.credentials,
        check=wanted.check,
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
    return reply(200, integrate().order(who.project.id, wanted.channel, wanted.ids, wanted.weights))


@router.put("/v1/integrations/<integration>/rate")
def rate(integration: str) -> Response[str]:
    who = caller(router, Scope.MANAGE)
    wanted = shaped(RateBody, body(router))
    pacing().rate(who.project.id, segment(integration), wanted.rate or 0.0)
    return reply(200, integrate().all(who.project.id))


@router.delete("/v1/integrations/<integration>/circuit")
def close(integration: str) -> Response[str]:
    who = caller(router, Scope.MANAGE)
    pacing().close(who.project.id, segment(integration))
    return reply(200, integrate().all(who.project.id))


@router.patch("/v1/integrations/<integration>")
def change(integration: str) -> Response[str]:
    who = caller(router, Scope.MANAGE)
    wanted = shaped(IntegrationChange, body(router))
    changes = Changes(sender=wanted.sender, name=wanted.name, credentials=wanted.credentials)
    return reply(200, maintain().change(who.project.id, segment(integration), changes, check=wanted.check))


@router.delete("/v1/integrations/<integration>")
def remove(integration: str) -> Response[str]:
    who = caller(router, Scope.MANAGE)
    force = flag(query(router, "force"), "force")
    return reply(200, maintain().remove(who.project.id, segment(integration), force=force))


@router.post("/v1/integrations/<integration>/check")
def check(integration: str) -> Response[str]:
    who = caller(router, Scope.MANAGE)
    return reply(200, maintain().check(who.project.id, segment(integration)))
