"""Inside a project: a test key and a live key see nothing of what the other sent, and a key without scopes nothing."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Final

import pytest

from cli.openapi.operation import Operation
from cli.openapi.registry import OPERATIONS
from tests.functions import foreign
from tests.functions.contents import items, restore
from tests.functions.foreign import Request, resource
from tests.functions.http import Answer
from tests.functions.stage import stage
from tests.functions.tenants import Tenants, tenants

KEYED: Final = [one for one in OPERATIONS if one.scope]
APART: Final = {"batches", "notifications", "suppressions", "pauses"}
"""What test keys leave behind here never meets what is live."""
SENDING: Final = {"cancel", "attachments", "send", "/messages.send"}
"""Routes that act on what is apart, by names that both share."""
CONFIGURED: Final = {"contacts", "events", "layouts", "integrations", "/users.upsert"}
"""What is tried with a test key is what a live key then uses."""
OF_TEST: Final = dict.fromkeys(("notification", "waiting", "stacked", "batched"), "tried") | {"batch": "tried batch"}
TO: Final = {"to": "canaryid"}


@pytest.fixture(scope="module")
def made() -> Iterator[Tenants]:
    with pytest.MonkeyPatch.context() as patch, stage(patch) as one:
        yield tenants(one)


@pytest.fixture
def as_before(made: Tenants) -> Iterator[None]:
    yield

    restore(made.stage, made.base)
    for name in made.stage.urls:
        made.stage.queued(name)


def ask(made: Tenants, request: Request, key: str) -> Answer:
    return made.ask(request.operation.method.upper(), request.target, request.body, key=key)


def by_route(operations: list[Operation]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("operation", operations, ids=lambda one: one.route)


def lists() -> list[Operation]:
    found = [one for one in KEYED if resource(one) in APART and one.method == "get"]
    return [one for one in found if not foreign.inside(one)]


def test_of_every_route_it_is_known_whether_modes_are_apart() -> None:
    assert {resource(one) for one in KEYED} == APART | SENDING | CONFIGURED


@by_route([one for one in KEYED if resource(one) in APART and foreign.inside(one)])
@pytest.mark.usefixtures("as_before")
def test_a_key_of_one_mode_finds_nothing_of_the_other(made: Tenants, operation: Operation) -> None:
    tried = replace(made, names=made.names | {name: made.names[of] for name, of in OF_TEST.items()})
    requests = [(request, made.stage.test) for request in foreign.by_path(operation, made)]
    if resource(operation) in ("batches", "notifications"):
        requests += [(request, made.stage.live) for request in foreign.by_path(operation, tried)]
    elif resource(operation) == "suppressions":
        places = {"channel": "email", "address": "canarytried@example.org"}
        requests += [(Request(operation=operation, places=places), made.stage.live)]
    else:
        places = {"kind": "channel", "name": "sms"}
        requests += [(Request(operation=operation, places=places), made.stage.live)]

    for request, key in requests:
        assert ask(made, request, key).status == 404, request

    assert items() == made.base


@by_route(lists())
def test_a_list_holds_what_its_own_mode_left(made: Tenants, operation: Operation) -> None:
    live, test = (ask(made, Request(operation=operation), key) for key in (made.stage.live, made.stage.test))
    [name] = [one for one in live.json() if one != "next_cursor"]

    assert live.json()[name]
    assert test.json()[name]
    assert not [one for one in test.json()[name] if one in live.json()[name]]
    assert not [one for one in made.names if one.startswith("tried") and made.names[one] in live.text]
    assert made.names["notification"] not in test.text


@by_route([one for one in lists() if any(parameter.name == "cursor" for parameter in one.parameters)])
def test_a_live_cursor_is_of_no_list_of_test(made: Tenants, operation: Operation) -> None:
    cursor = made.cursors[resource(operation)]

    told = ask(made, Request(operation=operation, query={"cursor": cursor}), made.stage.test)

    assert (told.status, told.json()["field"]) == (400, "cursor")


@pytest.mark.usefixtures("as_before")
def test_a_test_key_cancels_no_live_message_of_the_same_contact(made: Tenants) -> None:
    told = made.taken("POST", "/v1/cancel/welcome", TO, key=made.stage.test)

    assert made.names["waiting"] not in str(told)
    assert items() == made.base


@pytest.mark.usefixtures("as_before")
def test_a_live_order_number_makes_no_test_a_replay(made: Tenants) -> None:
    told = made.ask("POST", "/v1/send/welcome", TO | {"id": made.names["key"]}, key=made.stage.test)

    assert (told.status, told.headers.get("x-idempotent-replay")) == (202, None)
    assert told.json()["id"] != made.names["notification"]
    assert {key: one for key, one in items().items() if key in made.base} == made.base


@pytest.mark.usefixtures("as_before")
def test_a_live_upload_goes_with_no_test(made: Tenants) -> None:
    body = TO | {"overrides": {"email": {"attachments": [{"id": made.names["upload"]}]}}}

    told = made.ask("POST", "/v1/send/welcome", body, key=made.stage.test)

    assert (told.status, told.json()["code"]) == (409, "ATTACHMENT_NOT_UPLOADED")
    assert items() == made.base


@by_route(KEYED)
def test_a_key_without_scopes_learns_and_changes_nothing(made: Tenants, operation: Operation) -> None:
    bare = made.bare
    for request in foreign.by_path(operation, made):
        told = ask(made, request, bare)

        assert (told.status, told.json()["code"]) == (403, "FORBIDDEN"), request
        assert not [word for word in ("canary", made.names["notification"]) if word in told.text]

    assert items() == made.base
