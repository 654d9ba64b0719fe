"""Nothing crosses a project: every route, called with another project's key, learns and changes nothing."""

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Final

import pytest

from cli.openapi.operation import Operation
from cli.openapi.registry import OPERATIONS
from functions.manage.handler import app
from heliograph.domain.model import JSON
from heliograph.names import SEND_ROUTES, VENDOR_ROUTES
from tests.functions import foreign
from tests.functions.contents import items, kept_elsewhere
from tests.functions.foreign import Request, inside, resource
from tests.functions.foreign_bodies import BODIES
from tests.functions.reaching import attack, mirrored, settle
from tests.functions.stage import stage
from tests.functions.tenants import Tenants, canaries, tenants

KEYED: Final = [one for one in OPERATIONS if one.scope]
PLACED: Final = [one for one in KEYED if inside(one)]
NEW: Final = {
    "PUT /v1/contacts/{identifier}": {201, 400},
    "PUT /v1/events/{name}": {201},
    "PUT /v1/layouts/{name}": {201},
}
"""Routes that make what they do not find: in the caller's own project. A token alone makes no contact."""
CLAIMS: Final = {"x-project": "acme", "x-project-id": "acme", "project": "acme", "heliograph-project": "acme"}
CLAIMED: Final[tuple[JSON, ...]] = (
    {"headers": CLAIMS},
    {"query": {"project": "acme", "project_id": "acme", "contact": "canaryid"}},
)
FIELDS: Final = ("project", "project_id", "projectId")
SMUGGLED: Final = (
    *("acme#N#{notification}", "#N#{notification}", "{notification}#A", "N#{notification}", "../acme/{notification}"),
    *("..", "../..", ".", "%23", "%2e%2e", "#", "a#b", "~", "~t", "acme~t", "other~t#N#{tried}", "P#acme", "acme#L"),
    *("acme#C#canaryid", "acme#T#canaryevent", "I#{integration}", "../acme/{integration}", "acme/{integration}"),
    *("..%2Facme", "\u0430cme#N#x", "acme\uff03N\uff03{notification}", "acme\u2215x", "acme\u200b#N", "\u202eemca"),
    *("canaryid\u00ad", "\ufb01"),
)
"""Ids that hold a separator, another partition, a path, or signs that look like them."""


@pytest.fixture(scope="module")
def made() -> Iterator[Tenants]:
    with pytest.MonkeyPatch.context() as patch, stage(patch) as one:
        yield tenants(one)
        # Each name that was asked for would be judged by itself, and what functions may is judged where they work.
        one.used.clear()


@pytest.fixture(scope="module")
def known(made: Tenants) -> frozenset[str]:
    return canaries(made)


@pytest.fixture
def acme_is_as_before(made: Tenants) -> Iterator[None]:
    before = kept_elsewhere(made.stage, "other")

    yield

    settle(made)
    assert items() == made.base
    assert kept_elsewhere(made.stage, "other") == before
    queued = [body for name in made.stage.urls for body in made.stage.queued(name)]
    assert {body.get("p", body.get("project")) for body in queued} <= {"other"}


def by_route(operations: list[Operation]) -> pytest.MarkDecorator:
    return pytest.mark.parametrize("operation", operations, ids=lambda one: one.route)


def test_every_route_that_is_served_is_attacked() -> None:
    routes = [*app._static_routes, *app._dynamic_routes]
    served = {f"{method} {re.sub('<[^>]+>', '{}', one.path)}" for one in routes for method in _listed(one.method)}
    sent = {re.sub("{[^}]+}", "{}", one) for one in (*SEND_ROUTES, *VENDOR_ROUTES)}

    assert served | sent == {re.sub("{[^}]+}", "{}", one.route) for one in OPERATIONS}
    assert {one.route for one in OPERATIONS} - {one.route for one in KEYED} == {"GET /v1/docs", "GET /v1/openapi.json"}
    assert set(BODIES) == {one.route for one in KEYED if one.request}


def _listed(method: Any) -> list[str]:
    return [method] if isinstance(method, str) else list(method)


@by_route(PLACED)
@pytest.mark.usefixtures("acme_is_as_before")
def test_acmes_names_in_the_path_are_nobodys(made: Tenants, known: frozenset[str], operation: Operation) -> None:
    for request in foreign.by_path(operation, made):
        told = mirrored(made, known, request)

        assert told.status in NEW.get(operation.route, {404}), (request, told)


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
    for request in _plainly(operation, made):
        honest = attack(made, known, request)
        settle(made)
        for claim in CLAIMED:
            told = attack(made, known, replace(request, **claim))
            settle(made)
            if operation.method == "get" or honest.status >= 400:
                assert (told.status, told.text) == (honest.status, honest.text)
        for field in FIELDS if operation.request else ():
            told = attack(made, known, replace(request, body=request.body | {field: "acme"}))
            settle(made)
            # A contact takes whatever else it is told as its own `meta`.
            assert told.status >= 400 or resource(operation) == "contacts", (request, told)


def _plainly(operation: Operation, made: Tenants) -> list[Request]:
    """About acme's by the path, and, where it only reads or has no places, about other's own."""
    found = list(foreign.by_path(operation, made)) if inside(operation) else []
    if found and operation.method != "get":
        return found
    return [*found, Request(operation=operation, places=foreign.own(operation, made), body=foreign.example(operation))]
