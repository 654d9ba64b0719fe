"""Events, versions, layouts."""

from typing import Final

from cli.openapi import parameters as p
from cli.openapi.operation import Operation
from heliograph.api.answers.events import (
    DiffAnswer,
    EventAnswer,
    EventsAnswer,
    NamedDeletion,
    PreviewAnswer,
    VersionAnswer,
    VersionsAnswer,
)
from heliograph.api.answers.setup import LayoutAnswer, LayoutsAnswer
from heliograph.api.shapes import EventBody, NewEventBody
from heliograph.api.templating import LayoutBody, PreviewBody
from heliograph.api.versions import RollbackBody
from heliograph.domain.project import Scope

EVENTS: Final = "Events"
LAYOUTS: Final = "Layouts"
_UNKNOWN: Final = frozenset({400, 404})

OPERATIONS: Final = (
    Operation(
        route="POST /v1/events",
        id="createEvent",
        summary="Create an event",
        tag=EVENTS,
        scope=Scope.MANAGE,
        request=NewEventBody,
        answers={201: EventAnswer},
        problems=frozenset({409}),
    ),
    Operation(
        route="GET /v1/events",
        id="listEvents",
        summary="The project's events",
        tag=EVENTS,
        scope=Scope.READ,
        answers={200: EventsAnswer},
        parameters=(p.LIMIT, p.CURSOR),
        problems=frozenset({400}),
    ),
    Operation(
        route="PUT /v1/events/{name}",
        id="putEvent",
        summary="Replace an event's draft, or make the event",
        tag=EVENTS,
        scope=Scope.MANAGE,
        request=EventBody,
        answers={200: EventAnswer, 201: EventAnswer},
        parameters=(p.NAME,),
        problems=frozenset({404, 409}),
    ),
    Operation(
        route="GET /v1/events/{name}",
        id="getEvent",
        summary="An event with its draft",
        tag=EVENTS,
        scope=Scope.READ,
        answers={200: EventAnswer},
        parameters=(p.NAME,),
        problems=_UNKNOWN,
    ),
    Operation(
        route="DELETE /v1/events/{name}",
        id="deleteEvent",
        summary="Delete an event",
        tag=EVENTS,
        scope=Scope.MANAGE,
        answers={200: NamedDeletion},
        parameters=(p.NAME,),
        problems=_UNKNOWN | {409},
    ),
    Operation(
        route="POST /v1/events/{name}/publish",
        id="publishEvent",
        summary="Make the draft what is sent",
        tag=EVENTS,
        scope=Scope.MANAGE,
        answers={200: EventAnswer},
        parameters=(p.NAME,),
        problems=_UNKNOWN | {409},
    ),
    Operation(
        route="POST /v1/events/{name}/preview",
        id="previewEvent",
        summary="See what it would say",
        tag=EVENTS,
        scope=Scope.READ,
        request=PreviewBody,
        answers={200: PreviewAnswer},
        parameters=(p.NAME,),
        problems=frozenset({404}),
    ),
    Operation(
        route="GET /v1/events/{name}/versions",
        id="listVersions",
        summary="An event's published versions",
        tag=EVENTS,
        scope=Scope.READ,
        answers={200: VersionsAnswer},
        parameters=(p.NAME,),
        problems=_UNKNOWN,
    ),
    Operation(
        route="GET /v1/events/{name}/versions/{number}",
        id="getVersion",
        summary="One version with its templates",
        tag=EVENTS,
        scope=Scope.READ,
        answers={200: VersionAnswer},
        parameters=(p.NAME, p.NUMBER),
        problems=_UNKNOWN,
    ),
    Operation(
        route="POST /v1/events/{name}/rollback",
        id="rollBackEvent",
        summary="Publish what an older version holds",
        tag=EVENTS,
        scope=Scope.MANAGE,
        request=RollbackBody,
        answers={200: EventAnswer},
        parameters=(p.NAME,),
        problems=frozenset({404, 409}),
    ),
    Operation(
        route="GET /v1/events/{name}/diff",
        id="diffEvent",
        summary="What differs between two versions, or a version and the draft",
        tag=EVENTS,
        scope=Scope.READ,
        answers={200: DiffAnswer},
        parameters=(p.NAME, p.FROM, p.TO),
        problems=_UNKNOWN,
    ),
    Operation(
        route="GET /v1/layouts",
        id="listLayouts",
        summary="The project's layouts and partials",
        tag=LAYOUTS,
        scope=Scope.READ,
        answers={200: LayoutsAnswer},
    ),
    Operation(
        route="PUT /v1/layouts/{name}",
        id="putLayout",
        summary="Save a layout or partial",
        tag=LAYOUTS,
        scope=Scope.MANAGE,
        request=LayoutBody,
        answers={200: LayoutAnswer, 201: LayoutAnswer},
        parameters=(p.LAYOUT,),
        problems=frozenset({404, 409}),
    ),
    Operation(
        route="GET /v1/layouts/{name}",
        id="getLayout",
        summary="A layout or partial with its source",
        tag=LAYOUTS,
        scope=Scope.READ,
        answers={200: LayoutAnswer},
        parameters=(p.LAYOUT,),
        problems=_UNKNOWN,
    ),
    Operation(
        route="DELETE /v1/layouts/{name}",
        id="deleteLayout",
        summary="Remove a layout or partial",
        tag=LAYOUTS,
        scope=Scope.MANAGE,
        answers={200: NamedDeletion},
        parameters=(p.LAYOUT,),
        problems=_UNKNOWN,
    ),
)
