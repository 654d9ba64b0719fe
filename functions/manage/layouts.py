"""Layouts and partials: /v1/layouts."""

import re

from aws_lambda_powertools.event_handler import Response

from functions.manage.edge import body, caller, new_router, reply, segment
from heliograph.api.request import shaped
from heliograph.api.templating import LAYOUT_NAME, LayoutBody
from heliograph.bootstrap.managing import layouts
from heliograph.domain.errors import BadInput
from heliograph.domain.project import Scope
from heliograph.usecases.layouts import shown

router = new_router()


@router.get("/v1/layouts")
def listed() -> Response[str]:
    who = caller(router, Scope.READ)
    return reply(200, {"layouts": [shown(one, source=False) for one in layouts().all(who.project.id)]})


@router.put("/v1/layouts/<name>")
def put(name: str) -> Response[str]:
    who = caller(router, Scope.MANAGE)
    wanted = shaped(LayoutBody, body(router))
    layout, new = layouts().save(who.project.id, _name(name), wanted.kind, wanted.source)
    return reply(201 if new else 200, shown(layout))


@router.get("/v1/layouts/<name>")
def get(name: str) -> Response[str]:
    who = caller(router, Scope.READ)
    return reply(200, shown(layouts().get(who.project.id, _name(name))))


@router.delete("/v1/layouts/<name>")
def delete(name: str) -> Response[str]:
    who = caller(router, Scope.MANAGE)
    layouts().delete(who.project.id, _name(name))
    return reply(200, {"name": _name(name), "deleted": True})


def _name(text: str) -> str:
    name = segment(text)
    if not re.fullmatch(LAYOUT_NAME, name):
        raise BadInput(
            "the layout's name must be 1 to 64 of a-z 0-9 . _ - and begin with a letter or digit", field="name"
        )
    return name
