"""Webhooks at their public URL."""

import base64
import json
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.webhooks.apply import handler as apply
from functions.webhooks.intake import handler
from heliograph.domain import attempts
from heliograph.domain.message import MessageId
from heliograph.domain.tokens import Echo
from local.sandbox.accounts import signing_key
from tests.functions.conftest import Call, manager
from tests.functions.http import Answer, Headers, answer, event
from tests.functions.queues import batch, returned
from tests.functions.stage import NOW, Context, Stage


def call(target: str, body: bytes = b"", headers: Headers | None = None, method: str = "POST") -> Answer:
    return answer(handler(event(method, target, body=body, headers=headers), Context()))


def path(acme: Stage) -> str:
    return acme.hooks["sendgrid"].removeprefix("https://webhooks.test")


def signed(body: bytes) -> Headers:
    """SendGrid's proof: ECDSA over the timestamp and the raw bytes."""
    timestamp = str(NOW // 1000)
    signature = signing_key().sign(timestamp.encode() + body, ec.ECDSA(hashes.SHA256()))
    return {
        "x-twilio-email-event-webhook-signature": base64.b64encode(signature).decode(),
        "x-twilio-email-event-webhook-timestamp": timestamp,
    }


def delivered(acme: Stage, notification: str, number: int = 0) -> dict[str, Any]:
    echo = Echo(project="acme", notification=notification, message=0, integration="i2", attempt=1)
    return {
        "event": "delivered",
        "email": "ada@example.com",
        "timestamp": NOW // 1000,
        "sg_event_id": f"e-{number}",
        "sg_message_id": "sg-1",
        "heliograph": echo.encode(acme.parts.signer),
    }


def test_a_signed_batch_goes_on_the_events_queue_in_pieces(acme: Stage) -> None:
    body = json.dumps([delivered(acme, "n" * 26, number) for number in range(30)]).encode()

    told = call(path(acme), body, signed(body))

    assert told.status == 200
    queued = acme.queued("events")
    assert [len(one["events"]) for one in queued] == [25, 5]
    assert {(one["project"], one["integration"]) for one in queued} == {("acme", "i2")}


def test_a_webhook_moves_its_message_end_to_end(acme: Stage, send: Call) -> None:
    sent = send({"to": "ada@example.com", "payload": {"name": "Ada"}}).json()["id"]
    taken_by_sendgrid(acme, sent)
    body = json.dumps([delivered(acme, sent)]).encode()

    call(path(acme), body, signed(body))
    done = apply(batch(*acme.queued("events")), Context())

    assert returned(done) == []
    assert manager(acme)("GET", f"/v1/notifications/{sent}").json()["status"] == "delivered"


def taken_by_sendgrid(acme: Stage, notification: str) -> None:
    """As the dispatcher does, without a call over the network."""
    store, at = acme.parts.messages, MessageId(project="acme", notification=notification)
    message = store.load(at, now=NOW)
    assert message
    move = attempts.claim(message.progress, now=NOW, token="t", lease=NOW + 1, integration="i2", provider="sendgrid")
    message = store.move(message, move)
    store.move(message, attempts.sent(message.progress, now=NOW, provider_message_id="sg-1"))


@pytest.mark.parametrize("change", ["body", "signature", "timestamp", "no signature", "no timestamp", "other key"])
def test_a_forged_webhook_is_a_401_and_nothing_is_queued(acme: Stage, change: str) -> None:
    body = json.dumps([delivered(acme, "n" * 26)]).encode()
    headers = signed(body)
    match change:
        case "body":
            body += b" "
        case "signature":
            headers["x-twilio-email-event-webhook-signature"] = base64.b64encode(b"x" * 64).decode()
        case "timestamp":
            headers["x-twilio-email-event-webhook-timestamp"] = "1"
        case "no signature":
            del headers["x-twilio-email-event-webhook-signature"]
        case "no timestamp":
            del headers["x-twilio-email-event-webhook-timestamp"]
        case "other key":
            other = ec.generate_private_key(ec.SECP256R1()).sign(body, ec.ECDSA(hashes.SHA256()))
            headers["x-twilio-email-event-webhook-signature"] = base64.b64encode(other).decode()

    told = call(path(acme), body, headers)

    assert (told.status, told.text, acme.depth("events")) == (401, "", 0)


@pytest.mark.parametrize(
    "target",
    [
        "/", "/webhooks", "/webhooks/sendgrid", "/webhooks/sendgrid/", "/webhooks/sendgrid/x", "/webhooks/pigeon/x",
        "/webhooks/sendgrid/x/y", "/other/sendgrid/x", "//webhooks/sendgrid/x",
    ],
)  # fmt: skip
def test_an_address_that_is_none_is_a_404(acme: Stage, target: str) -> None:
    assert call(target, b"[]", signed(b"[]")).status == 404
    assert acme.depth("events") == 0


def test_the_token_of_one_provider_does_not_open_another(acme: Stage) -> None:
    target = path(acme).replace("/sendgrid/", "/twilio/")

    assert call(target, b"[]", signed(b"[]")).status in (401, 404)
    assert acme.depth("events") == 0


def test_a_body_of_six_megabytes_is_a_413(acme: Stage) -> None:
    assert call(path(acme), b"x" * 6_000_000).status == 413


def test_what_the_queue_does_not_take_must_come_again(acme: Stage) -> None:
    body = json.dumps([delivered(acme, "n" * 26)]).encode()
    acme.parts.events  # noqa: B018  # made while the queue is there
    acme.client("sqs").delete_queue(QueueUrl=acme.urls["events"])

    assert call(path(acme), body, signed(body)).status == 503


@settings(max_examples=200, deadline=None)
@given(
    body=st.binary(max_size=500),
    headers=st.dictionaries(
        st.sampled_from(
            [
                "x-twilio-email-event-webhook-signature", "x-twilio-email-event-webhook-timestamp",
                "x-twilio-signature", "content-type",
            ]
        ),
        st.text(max_size=100),
    ),
    provider=st.sampled_from(["sendgrid", "twilio", "ses", "sandbox"]),
    method=st.sampled_from(["POST", "GET", "PUT"]),
)  # fmt: skip
def test_strangers_get_a_4xx_and_reach_nothing(
    shared: Stage, body: bytes, headers: Headers, provider: str, method: str
) -> None:
    target = path(shared).replace("/sendgrid/", f"/{provider}/")

    told = call(target, body, headers, method)

    assert 400 <= told.status < 500
    assert shared.depth("events") == 0
