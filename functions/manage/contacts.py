"""Contacts: /v1/contacts."""

from aws_lambda_powertools.event_handler import Response

from functions.manage.edge import body, caller, new_router, reply, segment
from heliograph.api.recipients import contact_fields, recipient
from heliograph.bootstrap.managing import people
from heliograph.domain.errors import BadInput
from heliograph.domain.project import Scope
from heliograph.usecases.people import shown

router = new_router()


@router.post("/v1/contacts")
def upsert() -> Response[str]:
    who = caller(router, Scope.MANAGE)
    contact, new = people().upsert(who.project.id, contact_fields(body(router), ""))
    return reply(201 if new else 200, shown(contact))


@router.put("/v1/contacts/<identifier>")
def put(identifier: str) -> Response[str]:
    who = caller(router, Scope.MANAGE)
    name = recipient(segment(identifier), "contact")
    given = body(router)
    for field, value in name.items():
        if given.get(field, value) != value:
            raise BadInput(f"`{field}` differs from the address: leave it out of the body", field=field)
    contact, new = people().upsert(who.project.id, contact_fields(given | name, ""))
    return reply(201 if new else 200, shown(contact))


@router.get("/v1/contacts/<identifier>")
def get(identifier: str) -> Response[str]:
    who = caller(router, Scope.READ)
    return reply(200, shown(people().find(who.project.id, recipient(segment(identifier), "contact"))))
