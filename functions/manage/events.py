"""Events: /v1/events."""

import re

from aws_lambda_powertools.event_handler import Response

from functions.manage.edge import body, caller, new_router, reply, segment
from heliograph.api.persisting import persistence
from heliograph.api.recipients import contact_fields
from heliograph.api.request import shaped
from heliograph.api.routing import routing_fields
from heliograph.api.shapes import EVENT_NAME, EventBody, NewEventBody
from heliograph.api.templating import PreviewBody, split
from heliograph.bootstrap.managing import define, preview
from heliograph.domain.definition import Body
from heliograph.domain.errors import BadInput
from heliograph.domain.project import Scope
from heliograph.domain.tracking import Tracking
from heliograph.usecases.define import shown
from heliograph.usecases.preview import Sample

router = new_router()


@router.post("/v1/events")
def create() -> Response[str]:
    who = caller(router, Scope.MANAGE)
    wanted = shaped(NewEventBody, body(router))
    definition, _ = define().save(who.project.id, wanted.name, wanted.title, _draft(wanted), new=True)
    return reply(201, shown(definition))


@router.put("/v1/events/<name>")
def put(name: str) -> Response[str]:
    who = caller(router, Scope.MANAGE)
    wanted = shaped(EventBody, body(router))
    definition, new = define().save(who.project.id, event_name(name), wanted.title, _draft(wanted))
    return reply(201 if new else 200, shown(definition))


@router.get("/v1/events/<name>")
def get(name: str) -> Response[str]:
    who = caller(router, Scope.READ)
    return reply(200, shown(define().get(who.project.id, event_name(name))))


@router.post("/v1/events/<name>/publish")
def publish(name: str) -> Response[str]:
    who = caller(router, Scope.MANAGE)
    return reply(200, shown(define().publish(who.project.id, event_name(name))))


@router.post("/v1/events/<name>/preview")
def previewed(name: str) -> Response[str]:
    who = caller(router, Scope.READ)
    wanted = shaped(PreviewBody, body(router))
    contact = contact_fields({"id": "preview"} | wanted.contact, "contact")
    sample = Sample(
        channel=wanted.channel,
        language=wanted.language or "",
        payload=wanted.payload,
        contact=contact,
        version=wanted.version,
        variant=wanted.variant or "",
        items=wanted.items,
    )
    return reply(200, preview()(who.project.id, event_name(name), sample))


def _draft(wanted: EventBody) -> Body:
    tracking = Tracking(opens=wanted.tracking.opens, clicks=wanted.tracking.clicks)
    templates, variants = split(wanted.templates)
    return Body(
        channels=wanted.channels,
        templates=templates,
        variants=variants,
        lane=wanted.priority,
        tracking=tracking,
        window=wanted.window or "",
        expires_in=(wanted.expires_in or 0) * 1000,
        persistence=persistence(wanted.deadlines, wanted.retries),
        **routing_fields(wanted, wanted.channels),
        stack=wanted.stack.stack() if wanted.stack else None,
    )


def event_name(text: str) -> str:
    """The name in the path, decoded and checked."""
    name = segment(text)
    if not re.fullmatch(EVENT_NAME, name):
        raise BadInput(
            "the event's name must be 1 to 64 of a-z 0-9 . _ - and begin with a letter or digit", field="name"
        )
    return name
