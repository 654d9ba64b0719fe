"""The events queue: our own envelopes, SES's by SNS, and results that the dispatcher spilled."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from functions.dispatch.handler import handler as dispatch
from functions.webhooks.apply import handler
from heliograph.domain import attempts
from heliograph.domain.event_json import event_to_json
from heliograph.domain.message import MessageId
from heliograph.domain.model import JSON, EventKind, ProviderEvent
from heliograph.domain.outcome import Outcome, Verdict
from heliograph.domain.tokens import Echo
from tests.functions.conftest import Call, manager
from tests.functions.queues import batch, returned
from tests.functions.stage import NOW, Context, Stage

TOPIC = "arn:aws:sns:eu-west-1:123456789012:ses-events"


@pytest.fixture
def sent(acme: Stage, send: Call) -> str:
    """A mail that SES has taken."""
    name = str(send({"to": "ada@example.com", "payload": {"name": "Ada"}}).json()["id"])
    dispatch(batch(*acme.queued("normal")), Context())
    return name


def echo(acme: Stage, notification: str, integration: str = "i1") -> str:
    token = Echo(project="acme", notification=notification, message=0, integration=integration, attempt=1)
    return token.encode(acme.parts.signer)


def ours(acme: Stage, notification: str, kind: EventKind, **told: Any) -> JSON:
    event = ProviderEvent(kind=kind, echo=echo(acme, notification), recipient="ada@example.com", **told)
    return {"v": 1, "project": "acme", "integration": "i1", "events": [event_to_json(event)]}


def by_sns(body: str) -> JSON:
    return {"Type": "Notification", "MessageId": "sns-1", "TopicArn": TOPIC, "Message": body}


def ses(acme: Stage, notification: str) -> JSON:
    """A delivery as SES publishes it."""
    return {
        "eventType": "Delivery",
        "mail": {
            "messageId": "ses-1",
            "timestamp": "2027-01-15T08:00:01.000Z",
            "destination": ["ada@example.com"],
            "tags": {"heliograph": [echo(acme, notification)]},
        },
        "delivery": {
            "timestamp": "2027-01-15T08:00:02.000Z",
            "recipients": ["ada@example.com"],
            "smtpResponse": "250 ok",
        },
    }


def shown(acme: Stage, notification: str) -> JSON:
    return manager(acme)("GET", f"/v1/notifications/{notification}").json()


def test_a_text_event_in_an_sns_envelope_moves_its_message(acme: Stage, sent: str) -> None:
    told = {
        "eventType": "TEXT_DELIVERED",
        "eventTimestamp": 1_800_000_002_000,
        "messageId": "sms-1",
        "context": {"heliograph": echo(acme, sent)},
    }

    assert returned(handler(batch(by_sns(json.dumps(told))), Context())) == []
    assert shown(acme, sent)["status"] == "delivered"


def test_an_ses_event_in_an_sns_envelope_moves_its_message(acme: Stage, sent: str) -> None:
    answer = handler(batch(by_sns(json.dumps(ses(acme, sent)))), Context())

    assert returned(answer) == []
    assert shown(acme, sent)["status"] == "delivered"
    assert shown(acme, sent)["messages"][0]["delivered_at"] == "2027-01-15T08:00:02.000Z"


@pytest.mark.parametrize(
    "text",
    [
        "Successfully validated SNS topic for Amazon SES event publishing.",
        "{}",
        "[]",
        '{"eventType": "Rendering Failure"}',
        '{"eventType": 7}',
        "null",
    ],
)
@pytest.mark.usefixtures("acme")
def test_what_the_bus_brings_and_nobody_understands_is_done_with(text: str) -> None:
    assert returned(handler(batch(by_sns(text)), Context())) == []


def test_our_own_envelopes_move_their_message(acme: Stage, sent: str) -> None:
    event = ours(acme, sent, EventKind.BOUNCED, bounce="hard", occurred_at=datetime(2027, 1, 15, 9, tzinfo=UTC))

    answer = handler(batch(event, event), Context())

    assert returned(answer) == []
    told = shown(acme, sent)
    assert (told["status"], told["reason"]) == ("bounced", "hard_bounce")
    assert len([entry for entry in told["messages"][0]["timeline"] if entry["status"] == "bounced"]) == 1


def test_a_spilled_result_is_completed(acme: Stage, send: Call) -> None:
    name = str(send({"to": "ada@example.com", "payload": {"name": "Ada"}}).json()["id"])
    store, at = acme.parts.messages, MessageId(project="acme", notification=name)
    message = store.load(at, now=NOW)
    assert message
    store.move(
        message,
        attempts.claim(message.progress, now=NOW, token="t", lease=NOW + 35_000, integration="i1", provider="ses"),
    )
    outcome = Outcome(token="t", verdict=Verdict.SENT, provider_message_id="ses-9")
    body = {"v": 1, "result": outcome.as_json(), "message": {"project": "acme", "notification": name, "number": 0}}

    answer = handler(batch(body, body), Context())

    assert returned(answer) == []
    [told] = shown(acme, name)["messages"]
    assert (told["status"], told["provider_message_id"]) == ("sent", "ses-9")


@pytest.mark.parametrize("poison", ["", "x", "[]", "{}", '{"events": 7}', '{"v": 1, "result": {}}', "[" * 10_000])
def test_a_poison_body_goes_back_and_harms_no_neighbour(acme: Stage, sent: str, poison: str) -> None:
    answer = handler(batch(poison, by_sns(json.dumps(ses(acme, sent)))), Context())

    assert returned(answer) == ["m-0"]
    assert shown(acme, sent)["status"] == "delivered"


def test_a_body_that_another_integration_proved_moves_nothing(acme: Stage, sent: str) -> None:
    event = ours(acme, sent, EventKind.DELIVERED) | {"integration": "i2"}

    handler(batch(event), Context())

    assert shown(acme, sent)["status"] == "sent"


def test_when_the_table_is_gone_the_event_comes_again(acme: Stage, sent: str) -> None:
    event = ours(acme, sent, EventKind.DELIVERED)
    acme.client("dynamodb").delete_table(TableName=acme.parts.settings.table)

    assert returned(handler(batch(event), Context())) == ["m-0"]


def test_nothing_is_begun_with_less_than_the_reserve_left(acme: Stage, sent: str) -> None:
    answer = handler(batch(ours(acme, sent, EventKind.DELIVERED)), Context(seconds=1))

    assert returned(answer) == ["m-0"]
    assert shown(acme, sent)["status"] == "sent"
