"""Suppressions: /v1/suppressions."""

from aws_lambda_powertools.event_handler import Response

from functions.manage.edge import body, caller, new_router, queries, reply, segment
from functions.manage.pages import cursor, limit
from heliograph.api.request import shaped
from heliograph.api.suppressions import SuppressionBody, address_of, channel_named
from heliograph.bootstrap.persons import suppressions
from heliograph.domain.project import Scope

router = new_router()


@router.get("/v1/suppressions")
def latest() -> Response[str]:
    who = caller(router, Scope.READ)
    asked = queries(router, ("channel",))
    channel = channel_named(asked["channel"]) if asked else None
    return reply(200, suppressions().latest(who, channel=channel, limit=limit(router), cursor=cursor(router)))


@router.post("/v1/suppressions")
def add() -> Response[str]:
    who = caller(router, Scope.MANAGE)
    wanted = shaped(SuppressionBody, body(router))
    address = address_of(wanted.channel, wanted.address)
    found, new = suppressions().add(who, wanted.channel, address, wanted.reason)
    return reply(201 if new else 200, found)


@router.get("/v1/suppressions/<channel>/<address>")
def one(channel: str, address: str) -> Response[str]:
    who = caller(router, Scope.READ)
    known = channel_named(segment(channel))
    return reply(200, suppressions().one(who, known, address_of(known, segment(address))))


@router.delete("/v1/suppressions/<channel>/<address>")
def lift(channel: str, address: str) -> Response[str]:
    who = caller(router, Scope.MANAGE)
    known = channel_named(segment(channel))
    return reply(200, suppressions().lift(who, known, address_of(known, segment(address))))
