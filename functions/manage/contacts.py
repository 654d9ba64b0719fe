"""Contacts: /v1/contacts."""

from aws_lambda_powertools.event_handler import Response

from functions.manage.edge import body, caller, new_router, reply, segment
from functions.manage.pages import cursor, limit, words
from heliograph.api.contacts import ContactBatchBody, PushTokenBody, batch_item, contact_changes
from heliograph.api.recipients import contact_fields, recipient
from heliograph.api.request import shaped
from heliograph.bootstrap.erasing import erase
from heliograph.bootstrap.managing import people
from heliograph.bootstrap.persons import people_list
from heliograph.domain.errors import BadInput, Busy, Unavailable
from heliograph.domain.model import JSON
from heliograph.domain.project import Scope
from heliograph.domain.push_tokens import push_token, service
from heliograph.usecases.people import shown

router = new_router()


@router.post("/v1/contacts")
def upsert() -> Response[str]:
    who = caller(router, Scope.MANAGE)
    contact, new = people().upsert(who.project.id, contact_fields(body(router), ""))
    return reply(201 if new else 200, shown(contact))


@router.post("/v1/contacts/batch")
def batch() -> Response[str]:
    who = caller(router, Scope.MANAGE)
    wanted = shaped(ContactBatchBody, body(router))
    results = [_upserted(who.project.id, given, f"contacts[{place}]") for place, given in enumerate(wanted.contacts)]
    return reply(200, {"results": results})


@router.get("/v1/contacts")
def latest() -> Response[str]:
    who = caller(router, Scope.READ)
    search = words(router, "search")
    return reply(200, people_list()(who.project.id, limit=limit(router), cursor=cursor(router), search=search))


@router.put("/v1/contacts/<identifier>")
def put(identifier: str) -> Response[str]:
    who = caller(router, Scope.MANAGE)
    name = _named(identifier)
    given = body(router)
    for field, value in name.items():
        if given.get(field, value) != value:
            raise BadInput(f"`{field}` differs from the address: leave it out of the body", field=field)
    contact, new = people().upsert(who.project.id, contact_fields(given | name, ""))
    return reply(201 if new else 200, shown(contact))


@router.get("/v1/contacts/<identifier>")
def get(identifier: str) -> Response[str]:
    who = caller(router, Scope.READ)
    return reply(200, shown(people().find(who.project.id, _named(identifier))))


@router.patch("/v1/contacts/<identifier>")
def patch(identifier: str) -> Response[str]:
    who = caller(router, Scope.MANAGE)
    changes = contact_changes(body(router))
    return reply(200, shown(people().patch(who.project.id, _named(identifier), changes)))


@router.delete("/v1/contacts/<identifier>")
def remove(identifier: str) -> Response[str]:
    who = caller(router, Scope.MANAGE)
    contact = people().remove(who.project.id, _named(identifier))
    return reply(200, {"id": contact.id, "deleted": True})


@router.post("/v1/contacts/<identifier>/erase")
def erase_contact(identifier: str) -> Response[str]:
    who = caller(router, Scope.MANAGE)
    name = _named(identifier)
    known = people().named(who.project.id, name) or people().find(who.project.id, name)
    return reply(202, erase().begin(who.project.id, known))


@router.post("/v1/contacts/<identifier>/push-tokens")
def add_token(identifier: str) -> Response[str]:
    who = caller(router, Scope.MANAGE)
    token = push_token(shaped(PushTokenBody, body(router)).token)
    return reply(200, shown(people().add_token(who.project.id, _named(identifier), token)))


@router.delete("/v1/contacts/<identifier>/push-tokens")
def drop_token(identifier: str) -> Response[str]:
    who = caller(router, Scope.MANAGE)
    text = shaped(PushTokenBody, body(router)).token
    # As it is kept: a subscription's own text may differ in spaces and in members that mean nothing here.
    token = push_token(text).token if service(text) else text
    return reply(200, shown(people().drop_token(who.project.id, _named(identifier), token)))


def _named(identifier: str) -> JSON:
    return recipient(segment(identifier), "contact")


def _upserted(project: str, given: object, field: str) -> JSON:
    """One item of a batch: what it came to; the others go on."""
    try:
        contact, new = people().upsert(project, batch_item(given, field))
    except BadInput as exc:
        path = exc.field if exc.field.startswith(field) else f"{field}.{exc.field}"
        return {"status": "failed", "error": exc.detail, "code": exc.code, "field": path if exc.field else field}
    except Unavailable as exc:
        code = "BUSY" if isinstance(exc, Busy) else "UNAVAILABLE"
        return {"status": "failed", "error": str(exc), "code": code, "field": field}
    return {"status": "created" if new else "updated", "contact": shown(contact)}
