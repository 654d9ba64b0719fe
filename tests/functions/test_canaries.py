"""Marked addresses, numbers and words in every place of every request and webhook: none reaches a line of the log."""

import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest

from cli.openapi.document import document
from cli.openapi.operation import Operation
from cli.openapi.registry import OPERATIONS
from functions.manage.handler import handler as manage
from functions.send.handler import handler as send
from functions.webhooks.apply import handler as apply
from functions.webhooks.intake import handler as intake
from functions.webhooks.links import handler as links
from heliograph.domain.model import JSON, BusEvent
from heliograph.domain.tokens import Hook
from heliograph.names import SEND_ROUTES, VENDOR_ROUTES
from tests.functions.http import event
from tests.functions.queues import batch
from tests.functions.stage import Context, Stage
from tests.providers import contract
from tests.support.leaks import leaks

CANARIES = ("canary.bird@example.com", "+46709998877", "canaryword", "live_canary0123456789abcdefghij")
MARKED = ("canary", "46709998877", "709998877", "46701234567", "ada@", "ada%40")
HEADERS = ("authorization", "idempotency-key", "content-type", "user-agent", "cookie", "x-forwarded-for", "accept")


def placed(value: Any, canary: str) -> Iterator[Any]:
    """Copies of a JSON value, each with the canary in the place of one of its leaves; and one with it in all."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from (value | {name: one} for one in placed(inner, canary))
        yield value | {canary: canary}
        yield dict.fromkeys(value, canary)
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield from ([*value[:at], one, *value[at + 1 :]] for one in placed(inner, canary))
        yield [canary]
    else:
        yield canary


def bodies(operation: Operation, canary: str) -> Iterator[str | None]:
    if operation.request is None:
        yield None
        return
    told = document()["paths"][operation.path][operation.method]["requestBody"]
    example = told["content"]["application/json"].get("example", {})
    yield canary
    for name in operation.request.model_fields:
        yield json.dumps(example | {name: canary})
    yield from map(json.dumps, placed(example, canary))


def requests(operation: Operation, canary: str, key: str) -> Iterator[JSON]:
    """As the HTTP API passes them on."""
    known = {one.name: str(one.example) for one in operation.parameters if one.place == "path"}
    right = {"authorization": f"Bearer {key}"}
    for body in bodies(operation, canary):
        yield request(operation, known, body, right)
    example = next(bodies(operation, canary))
    for name in known:
        yield request(operation, known | {name: canary}, example, right)
    query = "&".join(f"{one.name}={quote(canary)}" for one in operation.parameters if one.place == "query")
    yield request(operation, known, example, right, f"{query}&canary={quote(canary)}")
    for name in HEADERS:
        yield request(operation, known, example, right | {name: canary})


def request(operation: Operation, known: JSON, body: str | None, headers: JSON, query: str = "") -> JSON:
    path = operation.path
    for name, text in known.items():
        path = path.replace(f"{{{name}}}", quote(text, safe=""))
    waits = "wait=0" if operation.route in VENDOR_ROUTES else ""
    asked = "&".join(filter(None, (query, waits)))
    raw = event(operation.method.upper(), f"{path}?{asked}", body=body, headers=headers)
    sends = operation.route in {*SEND_ROUTES, *VENDOR_ROUTES}
    return raw | ({"routeKey": operation.route, "pathParameters": known} if sends else {})


@pytest.mark.parametrize("canary", CANARIES, ids=["address", "number", "word", "key"])
def test_no_place_of_any_request_reaches_the_log(acme: Stage, canary: str) -> None:
    count = 0
    for operation in OPERATIONS:
        handler = send if operation.route in {*SEND_ROUTES, *VENDOR_ROUTES} else manage
        for raw in requests(operation, canary, acme.live):
            handler(raw, Context())
            count += 1

    assert count > 500
    assert leaks(acme.log.getvalue(), MARKED) == []


def test_no_word_of_any_webhook_reaches_the_log(acme: Stage) -> None:
    for case in (param.values[0] for param in (*contract.cases("events"), *contract.cases("events", "bad"))):
        came = contract.request(case)
        if isinstance(came, BusEvent):
            envelope = {"TopicArn": came.topic, "MessageId": came.id, "Message": json.dumps(came.body)}
            apply(batch(envelope), Context())
            continue
        name = f"hook{case.provider.replace('_', '')}"
        acme.parts.vault.store("acme", name, contract.credentials_of(case.provider))
        place = f"/webhooks/{case.provider}/{Hook(project='acme', integration=name).encode(acme.parts.signer)}"
        query = came.url.partition("?")[2]
        intake(event(came.method, f"{place}?{query}", body=came.body, headers=dict(came.headers)), Context())
    apply(batch(*acme.queued("events")), Context())

    assert any(line["message"] == "webhook" for line in acme.lines())
    assert leaks(acme.log.getvalue(), MARKED) == []


@pytest.mark.parametrize("canary", CANARIES, ids=["address", "number", "word", "key"])
@pytest.mark.parametrize("place", ["/webhooks/{}/x", "/webhooks/ses/{}", "/u/{}", "/o/{}", "/c/{}", "/{}", "/u/x?{}"])
def test_no_part_of_a_public_url_reaches_the_log(shared: Stage, canary: str, place: str) -> None:
    for method in ("GET", "POST"):
        raw = event(method, place.format(quote(canary)), body=canary, headers=dict.fromkeys(HEADERS, canary))
        intake(raw, Context())
        links(raw, Context())

    assert leaks(shared.log.getvalue(), MARKED) == []
