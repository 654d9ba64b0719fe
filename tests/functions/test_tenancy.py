"""Nothing crosses a project: every route, called with another project's key, learns and changes nothing."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

import pytest

from cli.openapi.operation import Operation
from cli.openapi.registry import OPERATIONS
from functions.manage.handler import app
from heliograph.names import SEND_ROUTES, VENDOR_ROUTES
from tests.functions import foreign
from tests.functions.foreign import PLACES, Request, inside, resource, strangers
from tests.functions.foreign_bodies import BODIES
from tests.functions.http import Answer
from tests.functions.stage import Stage
from tests.functions.tenants import Tenants, belongs, beside, canaries, items, leaked, restore, tenants

KEYED: Final = [one for one in OPERATIONS if one.scope]
PLACED: Final = [one for one in KEYED if inside(one)]
NEW: Final = {"PUT /v1/contacts/{identifier}": 201, "PUT /v1/events/{name}": 201, "PUT /v1/layouts/{name}": 201}
"""Routes that make what they do not find: in the caller's own project."""
CLAIMS: Final = {"x-project": "acme", "x-project-id": "acme", "project": "acme", "heliograph-project": "acme"}
APART: Final = {"batches", "notifications", "suppressions", "pauses", "cancel", "attachments", "send"}
"""What test keys leave behind here never meets what is live."""
CONFIGURED: Final = {"contacts", "events", "layouts", "integrations", "/messages.send", "/users.upsert"}
"""What both kinds of key share; and a vendor's routes, which send as ours do."""
SMUGGLED: Final = (
    *("acme#N#{notification}", "#N#{notification}", "{notification}#A", "N#{notification}", "../acme/{notification}"),
    *("..", "../..", ".", "%23", "%2e%2e", "#", "a#b", "~", "~t", "acme~t", "other~t#N#{tried}", "P#acme", "acme#C#canaryid"),
    *("acme#T#canaryevent", "acme#L", "I#{integration}", "../acme/{integration}", "acme/{integration}", "..%2Facme"),
    *("аcme#N#x", "acme\uff03N\uff03{notification}", "acme\u2215x", "acme\u200b#N", "\u202eemca", "canaryid\u00ad", "ﬁ"),  # noqa: RUF001  # they mean to confuse
)  # fmt: skip


@pytest.fixture(scope="module")
def made() -> Iterator[Tenants]:
    from tests.functions.stage import stage

    with pytest.MonkeyPatch.context() as patch, stage(patch) as one:
        yield tenants(one)


@pytest.fixture(scope="module")
def known(made: Tenants) -> frozenset[str]:
    return canaries(made)


@pytest.fixture
def acme_is_as_before(made: Tenants) -> Iterator[None]:
    before = items(made.stage)
    around = beside(made.stage, "other", before)

    yield

    after = items(made.stage)
    restore(made.stage, before, after)
    assert beside(made.stage, "other", after) == around
    assert [one for key, one in after.items() if belongs(key[0], "other") and _reaches_over(one)] == []
    queued = [body for name in made.stage.urls for body in made.stage.queued(name)]
    assert {body.get("p", body.get("project")) for body in queued} <= {"other"}


def _reaches_over(item: Any) -> bool:
    """Whether an item of other's stands in a list of acme's."""
    lists = [item[name]["S"] for name in ("g1", "g2", "g3") if name in item]
    sorts = [item["g3s"]["S"]] if any(one.startswith(("W#", "H#")) for one in lists) else []
    return any(one.removeprefix("H#").startswith("acme") for one in lists) or any("#acme#" in one for one in sorts)


def attack(made: Tenants, known: frozenset[str], request: Request, key: str = "") -> Answer:
    """The answer to a request of another project, with nothing of acme's in it."""
    told = made.ask(
        request.operation.method.upper(), request.target, request.body, key=key or made.other, **request.headers
    )
    assert told.status < 500, (request, told)
    assert leaked(told, known, request.text) == [], (request, told)
    return told


def mirrored(made: Tenants, known: frozenset[str], request: Request, key: str = "") -> Answer:
    """The same, which is as if nobody had what the request names."""
    names = strangers(made)
    told = attack(made, known, request, key)
    nobodys = attack(made, known, request.with_(names), key)
    assert (told.status, _plain(told, names)) == (nobodys.status, _plain(nobodys, names)), request
    return told


def _plain(told: Answer, names: Any) -> Any:
    """A refusal's words, or the form of what was answered: names, times and numbers differ."""
    if told.status < 400:
        return _form(told.json())
    text = told.text.replace("canary", "nobody")
    for name in sorted(names, key=len, reverse=True):
        text = text.replace(name, names[name])
    return text


def _form(value: Any) -> Any:
    match value:
        case dict():
            return {name: _form(one) for name, one in value.items()}
        case list():
            return [_form(one) for one in value]
        case _:
            return type(value).__name__


def by_route(operations: list[Operation]) -> Any:
    return pytest.mark.parametrize("operation", operations, ids=lambda one: one.route)


def test_every_route_that_is_served_is_attacked() -> None:
    routes = {
        f"{method} {re.sub('<([^>]+)>', '{}', route.path)}"
        for route in (*app._static_routes, *app._dynamic_routes)  # noqa: SLF001  # Powertools tells them nowhere else
        for method in ([route.method] if isinstance(route.method, str) else route.method)
    }
    assert routes == set()


@by_route(PLACED)
@pytest.mark.usefixtures("acme_is_as_before")
def test_acmes_names_in_the_path_are_nobodys(made: Tenants, known: frozenset[str], operation: Operation) -> None:
    for request in foreign.by_path(operation, made):
        told = mirrored(made, known, request)

        assert told.status == NEW.get(operation.route, 404), (request, told)


@by_route(KEYED)
@pytest.mark.usefixtures("acme_is_as_before")
def test_acmes_names_in_the_query_find_nothing(made: Tenants, known: frozenset[str], operation: Operation) -> None:
    for request in foreign.by_query(operation, made):
        told = mirrored(made, known, request)

        assert told.status == (400 if "cursor" in request.query else 200), (request, told)


@by_route([one for one in KEYED if one.request])
@pytest.mark.usefixtures("acme_is_as_before")
def test_acmes_names_in_the_body_mean_what_strangers_names_mean(
    made: Tenants, known: frozenset[str], operation: Operation
) -> None:
    places = foreign.own(operation, made)
    for body in BODIES[operation.route](made):
        mirrored(made, known, Request(operation=operation, places=places, body=body))


@by_route([one for one in KEYED if any(parameter.place == "header" for parameter in one.parameters)])
@pytest.mark.usefixtures("acme_is_as_before")
def test_acmes_idempotency_key_is_anybodys(made: Tenants, known: frozenset[str], operation: Operation) -> None:
    places, body = foreign.own(operation, made), {"to": "bob"}
    many = {"messages": [body | {"event": "welcome"}]} if operation.path == "/v1/send" else body
    headers = {"idempotency_key": made.names["key"]}

    told = mirrored(made, known, Request(operation=operation, places=places, body=many, headers=headers))

    assert (told.status, told.headers.get("x-idempotent-replay")) == (202, None)


@by_route(PLACED)
@pytest.mark.usefixtures("acme_is_as_before")
def test_no_separator_and_no_partition_is_smuggled_in(
    made: Tenants, known: frozenset[str], operation: Operation
) -> None:
    for name in inside(operation):
        for pattern in SMUGGLED:
            places = foreign.own(operation, made) | {name: pattern.format(**made.names)}
            request = Request(operation=operation, places=places, body=foreign.example(operation))

            told = attack(made, known, request)

            assert 400 <= told.status < 500, (request, told)


@by_route(KEYED)
@pytest.mark.usefixtures("acme_is_as_before")
def test_no_header_query_or_field_names_the_project(made: Tenants, known: frozenset[str], operation: Operation) -> None:
    for request in foreign.by_path(operation, made) if inside(operation) else [_plainly(operation)]:
        honest = attack(made, known, request)
        claims = [{"headers": CLAIMS}, {"query": {"project": "acme", "project_id": "acme", "contact": "canaryid"}}]
        for claim in claims:
            changed = Request(operation=operation, places=request.places, body=request.body, **claim)
            told = attack(made, known, changed)
            if request.operation.method == "get" or honest.status >= 400:
                assert (told.status, told.text) == (honest.status, honest.text)
        for field in ("project", "project_id", "projectId") if operation.request else ():
            body = request.body | {field: "acme"}
            attack(made, known, Request(operation=operation, places=request.places, body=body))


def _plainly(operation: Operation) -> Request:
    return Request(operation=operation, body=foreign.example(operation))
