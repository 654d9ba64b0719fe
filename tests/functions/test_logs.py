"""Ids and words only: no secret, address, `_` key of a payload, or body ever stands in a log line."""

import json
import logging
from typing import Any

import pytest

from functions.dispatch.handler import handler as dispatch
from functions.scheduler.handler import handler as scheduler
from functions.webhooks.apply import handler as apply
from functions.webhooks.intake import handler as intake
from functions.webhooks.links import handler as links
from heliograph.domain.tokens import Link
from tests.functions.conftest import Call
from tests.functions.http import event
from tests.functions.queues import batch
from tests.functions.stage import Context, Stage

ADDRESS = "canary.address"
SECRET = "canary-secret"
BODY = "canary-body"
HIDDEN = "canary-hidden"
NUMBER = "+46709998877"


def canaries(acme: Stage) -> list[str]:
    """Whatever stands in the log and must not."""
    secrets = [acme.live, acme.test, acme.live[5:], *(acme.parts.secrets[name] for name in ("pepper", "tokens"))]
    forbidden = [ADDRESS, SECRET, BODY, HIDDEN, NUMBER, NUMBER[1:], *secrets]
    return [word for word in forbidden if word in acme.log.getvalue()]


@pytest.fixture(autouse=True)
def whole_log(acme: Stage, caplog: pytest.LogCaptureFixture) -> Any:
    """Other loggers write to the same place on Lambda."""
    yield
    assert canaries(acme) == []
    others = [logging.Formatter().format(record) for record in caplog.get_records("call")]
    assert [line for line in others if any(word in line for word in (ADDRESS, SECRET, BODY, HIDDEN, NUMBER))] == []


@pytest.mark.parametrize("domain", ["sandbox.heliograph.dev", "example.com"])
def test_the_whole_way_of_a_message(acme: Stage, send: Call, domain: str) -> None:
    key = acme.test if domain.startswith("sandbox") else acme.live
    payload = {"name": BODY, "_token": HIDDEN}
    for to in (f"{ADDRESS}@{domain}", {"email": f"bounced+{ADDRESS}@{domain}", "first_name": BODY}, NUMBER):
        assert send({"to": to, "payload": payload}, key=key).status == 202
    calls = [body for body in acme.queued("normal") if domain.startswith("sandbox") or body]

    dispatch(batch(*calls[:2] if key == acme.live else calls), Context())
    apply(batch(*acme.queued("events")), Context())
    scheduler({}, Context())

    assert {line["message"] for line in acme.lines()} >= {"sent", "swept"}


@pytest.mark.parametrize(
    "body",
    [
        {"to": f"{ADDRESS}@"},
        {"to": {"email": f"{ADDRESS}@nowhere", "meta": {"_x": HIDDEN}}},
        {"to": f"{ADDRESS}@example.com", "payload": {"x": BODY}, "surprise": SECRET},
        {"to": f"{ADDRESS}@example.com", "send_at": BODY},
    ],
)
def test_a_refused_request(send: Call, manage: Call, body: dict[str, Any]) -> None:
    assert send(body).status == 400
    assert manage("POST", "/v1/contacts", body["to"] if isinstance(body["to"], dict) else body).status == 400


def test_refused_keys_and_credentials(send: Call, manage: Call) -> None:
    send({}, key=f"live_{SECRET}")
    for credentials in ({"api_key": SECRET}, {"api_key": SECRET, "verification_key": SECRET}, {"other": SECRET}):
        manage("POST", "/v1/integrations", {"provider": "sendgrid", "sender": "a@b.se", "credentials": credentials})
    kept = {"account_sid": "AC" + "0" * 32, "auth_token": SECRET + "0" * 19, "second_auth_token": SECRET + "1" * 19}
    manage("POST", "/v1/integrations", {"provider": "twilio", "sender": NUMBER, "credentials": kept})


def test_contacts(acme: Stage, manage: Call) -> None:
    manage("PUT", f"/v1/contacts/{ADDRESS}%40example.com", {"first_name": BODY, "_x": HIDDEN})
    manage("POST", "/v1/contacts", {"id": "u-2", "email": f"{ADDRESS}@example.com"})
    manage("GET", f"/v1/contacts/{ADDRESS}%40example.com")

    assert acme.items()


def test_a_template_that_fails_on_what_it_was_given(acme: Stage, send: Call, manage: Call) -> None:
    text = "{{ name.first.second }} {{ _token | int }} {{ items | join(1) }}"
    manage("PUT", "/v1/events/broken", {"channels": ["email"], "templates": {"email": {"subject": "x", "text": text}}})
    manage("POST", "/v1/events/broken/publish")
    payload = {"name": BODY, "_token": HIDDEN, "items": {"x": BODY}}
    send({"to": f"{ADDRESS}@example.com", "payload": payload}, target="/v1/send/broken")

    dispatch(batch(*acme.queued("normal")), Context())

    assert any(line.get("reason") == "template_error" for line in acme.lines())


def test_a_webhook_that_is_forged_and_a_poison_body(acme: Stage) -> None:
    body = json.dumps([{"email": f"{ADDRESS}@example.com", "event": BODY}]).encode()
    target = acme.hooks["sendgrid"].removeprefix("https://webhooks.test")
    headers = {"x-twilio-email-event-webhook-signature": SECRET, "authorization": SECRET}

    intake(event("POST", target, body=body, headers=headers), Context())
    apply(batch(body.decode(), {"TopicArn": "t", "MessageId": "m", "Message": body.decode()}), Context())


def test_links(acme: Stage, send: Call) -> None:
    name = send({"to": f"{ADDRESS}@example.com"}).json()["id"]
    token = Link(purpose="unsubscribe", project="acme", notification=name, message=0).encode(acme.parts.signer)

    for method in ("GET", "POST"):
        links(event(method, f"/u/{token}", headers={"user-agent": BODY}), Context())


def test_when_everything_fails(acme: Stage, send: Call) -> None:
    acme.client("dynamodb").delete_table(TableName=acme.parts.settings.table)

    answer = send({"to": f"{ADDRESS}@example.com", "payload": {"name": BODY, "_token": HIDDEN}})

    assert answer.status >= 500
