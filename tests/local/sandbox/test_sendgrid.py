"""The fake SendGrid checks, takes, and calls back signed."""

import base64
import json
from collections.abc import Callable
from typing import Any

import pytest
import requests
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import load_der_public_key

from local.sandbox.accounts import demo_credentials

SEND = "/api.sendgrid.com/v3/mail/send"
KEY = "SG.test"
ECHO = "v1-abcdef_0123456789"

type Wait = Callable[[Callable[[], bool]], None]


def mail(to: str = "ada@example.com", **changes: Any) -> dict[str, Any]:
    return {
        "personalizations": [{"to": [{"email": to}], "custom_args": {"heliograph": ECHO}}],
        "from": {"email": "us@example.com", "name": "Us"},
        "subject": "Welcome",
        "content": [{"type": "text/plain", "value": "Hi"}, {"type": "text/html", "value": "<b>Hi</b>"}],
    } | changes


@pytest.fixture
def account(sandbox: Any, hook: Any) -> Any:
    url = f"{hook.url}/webhooks/sendgrid/token"
    answer = sandbox.post("/_sandbox/accounts", json={"provider": "sendgrid", "api_key": KEY, "webhook_url": url})
    assert answer.status_code == 201
    return sandbox


def send(sandbox: Any, body: Any, key: str = KEY) -> requests.Response:
    answer: requests.Response = sandbox.post(SEND, json=body, headers={"Authorization": f"Bearer {key}"})
    return answer


def events(hook: Any) -> list[dict[str, Any]]:
    return [event for got in hook.got for event in json.loads(got.body)]


def test_a_mail_is_taken_and_reported_with_its_custom_arguments(account: Any, hook: Any, eventually: Wait) -> None:
    answer = send(account, mail())
    eventually(lambda: bool(hook.got))
    [event] = events(hook)

    assert answer.status_code == 202
    assert event["event"] == "delivered"
    assert event["email"] == "ada@example.com"
    assert event["heliograph"] == ECHO
    assert event["sg_message_id"].partition(".")[0] == answer.headers["X-Message-Id"]
    assert isinstance(event["timestamp"], int)


def test_the_batch_is_signed_over_timestamp_and_body_with_the_account_s_key(
    account: Any, hook: Any, eventually: Wait
) -> None:
    send(account, mail())
    eventually(lambda: bool(hook.got))
    got = hook.got[0]
    signature = base64.b64decode(got.headers["x-twilio-email-event-webhook-signature"])
    signed = got.headers["x-twilio-email-event-webhook-timestamp"].encode() + got.body
    public = load_der_public_key(base64.b64decode(demo_credentials()["sendgrid"]["verification_key"]))

    assert isinstance(public, ec.EllipticCurvePublicKey)
    public.verify(signature, signed, ec.ECDSA(hashes.SHA256()))
    assert got.path == "/webhooks/sendgrid/token"
    assert got.headers["content-type"].startswith("application/json")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("bounced", [("bounce", "bounce")]),
        ("soft-bounced", [("bounce", "blocked")]),
        ("dropped", [("dropped", None)]),
        ("deferred", [("deferred", None), ("delivered", None)]),
        ("spam", [("delivered", None), ("spamreport", None)]),
        ("unsubscribed", [("delivered", None), ("unsubscribe", None)]),
        ("clicked", [("delivered", None), ("open", None), ("click", None)]),
        ("reordered", [("delivered", None), ("deferred", None), ("processed", None)]),
    ],
)
def test_a_magic_recipient_gets_its_events_in_order(
    account: Any, hook: Any, eventually: Wait, name: str, expected: list[tuple[str, str | None]]
) -> None:
    send(account, mail(f"{name}@sandbox.heliograph.dev"))
    eventually(lambda: len(events(hook)) == len(expected))

    assert [(event["event"], event.get("type")) for event in events(hook)] == expected


def test_a_duplicate_is_the_same_event_twice(account: Any, hook: Any, eventually: Wait) -> None:
    send(account, mail("duplicate@sandbox.heliograph.dev"))
    eventually(lambda: len(events(hook)) == 2)
    first, second = events(hook)

    assert first == second


def test_a_machine_s_open_is_marked(account: Any, hook: Any, eventually: Wait) -> None:
    send(account, mail("machine-opened@sandbox.heliograph.dev"))
    eventually(lambda: len(events(hook)) == 2)

    assert events(hook)[1]["sg_machine_open"] is True


def test_events_of_several_messages_and_recipients_come_in_one_batch(account: Any, hook: Any, eventually: Wait) -> None:
    to, cc = [{"email": "ada@example.com"}], [{"email": "bounced@sandbox.heliograph.dev"}]
    send(account, mail(personalizations=[{"to": to, "cc": cc}]))
    eventually(lambda: bool(hook.got))

    assert {(event["email"], event["event"]) for event in json.loads(hook.got[0].body)} == {
        ("ada@example.com", "delivered"),
        ("bounced@sandbox.heliograph.dev", "bounce"),
    }


def test_a_batch_that_is_refused_comes_again(account: Any, hook: Any, eventually: Wait) -> None:
    hook.answers = [503, 500]

    send(account, mail())
    eventually(lambda: len(hook.got) == 3)

    assert len({got.body for got in hook.got}) == 1
    eventually(lambda: [event["status"] for event in account.messages()[0]["events"]] == [503, 500, 200])


@pytest.mark.parametrize(
    ("body", "field"),
    [
        (mail(personalizations=[]), "personalizations"),
        (mail(personalizations=[{"to": []}]), "personalizations.0.to"),
        (mail("nobody"), "personalizations.0.to.0.email"),
        (mail() | {"from": {}}, "from.email"),
        (mail(subject=""), "subject"),
        (mail(content=[]), "content"),
        (mail(content=[{"type": "text/plain", "value": ""}]), "content.0.value"),
        (mail(content=[{"type": "text/html", "value": "x"}, {"type": "text/plain", "value": "x"}]), "content"),
        (mail(custom_args={"heliograph": 1}), "custom_args"),
        (mail(personalizations=[{"to": [{"email": "a@b.example"}], "cc": "everybody"}]), "personalizations.0.cc"),
        (mail(personalizations="everybody"), "personalizations"),
        (mail(headers=["X-Test"]), "headers"),
        (mail(reply_to="us"), "reply_to.email"),
        ([], None),
    ],
)
def test_what_sendgrid_would_refuse_is_refused_in_its_shape(account: Any, body: Any, field: str | None) -> None:
    answer = send(account, body)
    errors = answer.json()["errors"]

    assert answer.status_code == 400
    assert field in [error["field"] for error in errors]
    assert set(errors[0]) == {"message", "field", "help"}
    assert account.messages() == []


def test_an_unknown_key_is_401(account: Any) -> None:
    answer = send(account, mail(), key="SG.unknown")

    assert answer.status_code == 401
    assert answer.json()["errors"][0]["message"].startswith("The provided authorization grant is invalid")


def test_a_throttled_recipient_is_refused_twice_and_then_taken(account: Any) -> None:
    statuses = [send(account, mail("throttled+a@sandbox.heliograph.dev")).status_code for _ in range(4)]

    assert statuses == [429, 429, 202, 429]


def test_the_journal_tells_every_call(account: Any) -> None:
    send(account, mail("refused@sandbox.heliograph.dev"))
    taken = send(account, mail())

    refused, accepted = account.calls()
    assert (refused["status"], refused["accepted"], refused["provider_message_id"]) == (400, False, "")
    assert accepted["provider_message_id"] == taken.headers["X-Message-Id"]
    assert (accepted["to"], accepted["channel"], accepted["echo"]) == ("ada@example.com", "email", ECHO)
