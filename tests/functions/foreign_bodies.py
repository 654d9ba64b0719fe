"""For every route that takes a body: bodies that name what is another project's."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from tests.functions.tenants import ADDRESS, PHONE, PLAIN_EVENT, SUPPRESSED, TOKEN, TWILIO, Tenants

LATER: Final = "2027-01-18T09:00:00Z"


def _sends(made: Tenants) -> list[Any]:
    names = made.names
    recipients: list[Any] = [
        *("canaryid", ADDRESS, PHONE, TOKEN, {"id": "canaryid"}, {"id": "canaryid", "email": "new@example.com"}),
        {"id": "bob", "email": ADDRESS},
    ]
    bob = {"to": "bob"}
    return [
        *({"to": one} for one in recipients),
        *(bob | {"id": one} for one in (names["key"], names["notification"], names["batch"])),
        *(bob | {"increment_id": one} for one in (names["increment"], names["stacked"])),
        *(bob | {"overrides": {"provider": one}} for one in (names["integration"], "i1", "ses", "sendgrid")),
        bob | {"overrides": {"email": {"attachments": [{"id": names["upload"]}]}}},
        bob | {"overrides": {"email": {"from": "canarysender@acme.test"}}},
        bob | {"payload": {"notification": names["notification"]}, "metadata": {"batch": names["batch"]}},
        *(bob | {one: names["notification"]} for one in ("notification", "batch", "contact", "integration")),
    ]


def _many(made: Tenants) -> list[Any]:
    found: list[Any] = [{"messages": [one | {"event": "welcome"}]} for one in _sends(made)]
    found += [{"messages": [{"to": "bob", "event": one}]} for one in ("canaryevent", "canarydigest")]
    return [*found, {"id": made.names["batch"], "messages": [{"to": "bob", "event": "welcome"}]}]


def _events(made: Tenants) -> list[Any]:
    texts = (
        '{% include "canarypartial" %}',
        '{% extends "canarylayout" %}',
        '{% include "acme/canarypartial" %}',
        '{% import "canarypartial" as x %}',
    )
    found: list[Any] = [
        PLAIN_EVENT | {"channels": ["email"], "templates": {"email": {"subject": "a", "html": text}}} for text in texts
    ]
    provider = PLAIN_EVENT | {"overrides": {"provider": made.names["integration"]}}
    return [*found, provider, PLAIN_EVENT | {"copy": "canaryevent"}]


def _contacts(_made: Tenants) -> list[Any]:
    return [
        {"id": "canaryid", "first_name": "Eve"},
        *({"email": ADDRESS}, {"phone": PHONE}, {"id": "eve", "email": ADDRESS, "phone": PHONE}),
        {"id": "eve", "push_tokens": [TOKEN]},
    ]


def _changes(_made: Tenants) -> list[Any]:
    return [{"email": ADDRESS}, {"phone": PHONE}, {"id": "canaryid"}, {"meta": {"id": "canaryid"}}]


def _orders(made: Tenants) -> list[Any]:
    theirs, mine = made.names["integration"], made.own["integration"]
    found = [
        {"channel": channel, "ids": ids}
        for channel in ("sms", "email")
        for ids in ([theirs], [theirs, mine], [mine, "i3"], ["i1"])
    ]
    return [*found, {"channel": "sms", "ids": [mine], "weights": {theirs: 50, mine: 50}}]


def _notifuse(made: Tenants) -> list[Any]:
    plain = {"notificationId": "welcome", "userId": "bob"}
    names = made.names
    changes: list[Any] = [
        *({"notificationId": "canaryevent"}, {"userId": "canaryid"}, {"userEmail": ADDRESS}, {"userTelephone": PHONE}),
        *({"id": names["key"]}, {"id": names["notification"]}, {"incrementId": names["increment"]}),
        {"emailSettingsOverride": {"provider": names["integration"]}},
    ]
    return [{"messages": [plain | one]} for one in changes]


def _integrations(made: Tenants) -> list[Any]:
    given = {"provider": "twilio", "sender": "+15005550006", "credentials": TWILIO}
    theirs = made.names["integration"]
    return [given | {"id": theirs}, given | {"name": theirs}, given | {"credentials": TWILIO | {"integration": theirs}}]


BODIES: Final[Mapping[str, Callable[[Tenants], list[Any]]]] = {
    "POST /v1/send/{event}": lambda made: [*_sends(made), {"to": ["canaryid", ADDRESS, "bob"]}],
    "POST /v1/send/{event}/{channel}": _sends,
    "POST /v1/send": _many,
    "POST /v1/attachments": lambda made: [
        {"name": "a.pdf", "type": "application/pdf", "size": 4} | one
        for one in ({"id": made.names["upload"]}, {"name": made.names["upload"]}, {"sha256": "0" * 64})
    ],
    "POST /v1/cancel/{event}": lambda made: [
        *({"to": one} for one in ("canaryid", ADDRESS, PHONE, {"id": "canaryid", "email": ADDRESS})),
        *({"to": "bob", "cursor": one} for one in made.cursors.values()),
    ],
    "POST /v1/notifications/{notification}/cancel": lambda made: [{"id": made.names["waiting"]}],
    "POST /v1/notifications/{notification}/reschedule": lambda made: [
        {"send_at": LATER, "id": made.names["waiting"]},
        {"send_at": LATER, "timezone": "contact", "contact": "canaryid"},
    ],
    "POST /v1/events": lambda made: [
        *(one | {"name": "fresh"} for one in _events(made)),
        PLAIN_EVENT | {"name": "canaryevent"},
    ],
    "PUT /v1/events/{name}": _events,
    "POST /v1/events/{name}/preview": lambda _made: [
        {"channel": "email"} | one
        for one in ({"contact": {"id": "canaryid"}}, {"contact": {"email": ADDRESS}}, {"version": 2}, {"variant": "a"})
    ],
    "POST /v1/events/{name}/rollback": lambda _made: [{"version": 2}, {"version": 1, "event": "canaryevent"}],
    "PUT /v1/layouts/{name}": lambda _made: [
        {"kind": "partial", "source": '{% include "canarypartial" %}'},
        {"kind": "layout", "source": '{% extends "canarylayout" %}'},
    ],
    "POST /v1/contacts": _contacts,
    "POST /v1/contacts/batch": lambda made: [{"contacts": _contacts(made)}],
    "PUT /v1/contacts/{identifier}": _changes,
    "PATCH /v1/contacts/{identifier}": _changes,
    "POST /v1/contacts/{identifier}/push-tokens": lambda _made: [{"token": TOKEN}, {"token": "x", "id": "canaryid"}],
    "DELETE /v1/contacts/{identifier}/push-tokens": lambda _made: [{"token": TOKEN}],
    "PATCH /v1/contacts/{identifier}/inbox/{item}": lambda made: [
        {"read": True},
        {"read": True, "contact": "canaryid"},
        {"read": True, "item": made.names["item"]},
    ],
    "POST /v1/suppressions": lambda _made: [
        {"channel": "email", "address": one, "reason": "complaint"} for one in (SUPPRESSED, ADDRESS)
    ],
    "POST /v1/integrations": _integrations,
    "PATCH /v1/integrations/{integration}": lambda made: [{"name": "x", "id": made.names["integration"]}],
    "PUT /v1/integrations/order": _orders,
    "PUT /v1/integrations/{integration}/rate": lambda made: [{"rate": 1, "id": made.names["integration"]}],
    "POST /v1/pauses": lambda made: [
        {"kind": kind, "name": name}
        for kind, name in (("event", "canaryevent"), ("integration", made.names["integration"]), ("project", "acme"))
    ],
    "POST /messages.send": _notifuse,
    "POST /users.upsert": lambda _made: [{"users": [{"id": "canaryid"}, {"id": "eve", "email": ADDRESS}]}],
}
