"""POST /v1/send: accepted, repeated, refused."""

from typing import Any

import pytest

from heliograph.domain.project import Mode, Scope
from tests.functions.conftest import Call
from tests.functions.stage import GROUP, NOW, Stage

TO = {"to": "ada@example.com", "payload": {"name": "Ada"}}


def test_an_accepted_send_is_a_202_with_an_id_and_one_wakeup(acme: Stage, send: Call) -> None:
    answer = send(TO)

    told = answer.json()
    assert answer.status == 202
    assert told == {"id": told["id"], "event": "welcome", "status": "accepted"}
    assert len(told["id"]) == 26
    assert "x-idempotent-replay" not in answer.headers
    assert acme.queued("normal") == [{"v": 1, "p": "acme", "n": told["id"], "k": 0, "hop": 0}]


@pytest.mark.parametrize("header", ["Idempotency_Key", "X_Idempotency_Key"])
def test_a_repeat_answers_the_same_and_says_so(acme: Stage, send: Call, header: str) -> None:
    first = send(TO, **{header: "order-1"})
    before = acme.items()

    again = send(TO, **{header: "order-1"})

    assert (again.status, again.json()) == (202, first.json())
    assert again.headers["x-idempotent-replay"] == "true"
    assert acme.items() == before


def test_the_two_header_names_are_one_key(send: Call) -> None:
    first = send(TO, Idempotency_Key="order-1")

    assert send(TO, X_Idempotency_Key="order-1").json() == first.json()


def test_the_caller_s_id_is_a_key_too(send: Call) -> None:
    first = send(TO | {"id": "order-1"})
    again = send(TO | {"id": "order-1"})

    assert (again.json()["id"], again.headers["x-idempotent-replay"]) == (first.json()["id"], "true")


def test_the_same_json_in_another_form_is_the_same_request(send: Call) -> None:
    first = send(raw='{"to":"ada@example.com","payload":{"a":1,"b":2}}', Idempotency_Key="k")
    again = send(raw='{ "payload": {"b": 2.0, "a": 1e0},\n"to": "ada@EXAMPLE.com" }', Idempotency_Key="k")

    assert again.json() == first.json()


@pytest.mark.parametrize(
    "other",
    [
        TO | {"payload": {"name": "Eve"}},
        TO | {"to": "eve@example.com"},
        TO | {"language": "sv"},
        TO | {"priority": "critical"},
    ],
)
def test_the_same_key_with_another_body_is_a_422_and_changes_nothing(
    acme: Stage, send: Call, other: dict[str, Any]
) -> None:
    send(TO, Idempotency_Key="order-1")
    before = acme.items()

    answer = send(other, Idempotency_Key="order-1")

    assert (answer.status, answer.json()["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")
    assert acme.items() == before


def test_the_same_key_on_another_route_is_a_422(send: Call) -> None:
    send(TO, Idempotency_Key="order-1")

    assert send(TO, target="/v1/send/welcome/email", Idempotency_Key="order-1").status == 422


def test_without_a_key_every_send_is_its_own(send: Call) -> None:
    assert send(TO).json()["id"] != send(TO).json()["id"]


def test_the_channel_may_be_in_the_path(acme: Stage, send: Call) -> None:
    answer = send({"to": {"email": "ada@example.com", "phone": "+46701234567"}}, target="/v1/send/welcome/sms")

    head = next(item for item in acme.items() if answer.json()["id"] in item["pk"]["S"])
    assert (head["ch"]["S"], head["to"]["S"]) == ("sms", "+46701234567")


@pytest.mark.parametrize(
    ("to", "channel", "address"),
    [
        ("ada@example.com", "email", "ada@example.com"),
        ("+46 70 123 45 67", "sms", "+46701234567"),
        ({"id": "u-1", "email": "ada@example.com", "name": "Ada L"}, "email", "ada@example.com"),
    ],
)
def test_to_is_an_address_a_number_or_a_contact(
    acme: Stage, send: Call, to: object, channel: str, address: str
) -> None:
    answer = send({"to": to})

    head = next(item for item in acme.items() if answer.json()["id"] in item["pk"]["S"])
    assert (head["ch"]["S"], head["to"]["S"]) == (channel, address)


def test_a_critical_send_goes_on_the_critical_lane(acme: Stage, send: Call) -> None:
    send(TO | {"priority": "critical"})

    assert (acme.depth("critical"), acme.depth("normal")) == (1, 0)


def test_a_send_for_later_makes_a_schedule_for_its_minute_and_no_wakeup(acme: Stage, send: Call) -> None:
    send(TO | {"send_at": "2027-01-15T09:30:42+00:00"})

    [schedule] = acme.client("scheduler").list_schedules(GroupName=GROUP)["Schedules"]
    assert schedule["Name"] == "20270115T0930"
    assert acme.depth("normal") == 0


def test_a_thousand_sends_for_one_minute_are_one_schedule(acme: Stage, send: Call) -> None:
    for second in range(5):
        assert send(TO | {"send_at": f"2027-01-15T09:30:{second:02d}Z"}).status == 202

    assert len(acme.client("scheduler").list_schedules(GroupName=GROUP)["Schedules"]) == 1


def test_a_send_within_fifteen_minutes_is_a_delayed_wakeup(acme: Stage, send: Call) -> None:
    send(TO | {"send_at": "2027-01-15T08:10:00Z"})

    attributes = acme.client("sqs").get_queue_attributes(
        QueueUrl=acme.urls["normal"], AttributeNames=["ApproximateNumberOfMessagesDelayed"]
    )
    assert attributes["Attributes"] == {"ApproximateNumberOfMessagesDelayed": "1"}


def test_a_large_payload_lies_in_an_item_of_its_own(acme: Stage, send: Call) -> None:
    answer = send(TO | {"payload": {"name": "x" * 50_000}})

    assert answer.status == 202
    assert any(item["sk"]["S"].startswith("D#") for item in acme.items())


def test_a_test_key_and_a_live_key_never_meet(send: Call, acme: Stage) -> None:
    live = send(TO, Idempotency_Key="order-1")
    test = send(TO, Idempotency_Key="order-1", key=acme.test)

    assert live.json()["id"] != test.json()["id"]


def test_a_revoked_key_is_refused_within_a_minute(acme: Stage, send: Call) -> None:
    key = acme.key(name="soon gone")
    assert send(TO, key=key).status == 202
    acme.parts.projects.revoke(key.split("_")[1][:10])

    acme.clock.now = NOW + 60_000

    answer = send(TO, key=key)
    assert (answer.status, answer.json()["code"]) == (401, "UNAUTHORIZED")


def test_a_key_that_expires_is_refused_at_that_moment(acme: Stage, send: Call) -> None:
    key = acme.key(expires=NOW + 1000)
    assert send(TO, key=key).status == 202

    acme.clock.now = NOW + 1000

    answer = send(TO, key=key)
    assert (answer.status, answer.json()["code"]) == (401, "KEY_EXPIRED")


def test_a_key_without_the_scope_is_a_403_that_names_it(acme: Stage, send: Call) -> None:
    answer = send(TO, key=acme.key(scopes=frozenset({Scope.READ})))

    assert (answer.status, answer.json()["code"]) == (403, "FORBIDDEN")
    assert "send" in answer.json()["detail"]


def test_a_key_whose_mode_was_changed_by_hand_is_refused(acme: Stage, send: Call) -> None:
    assert acme.key(Mode.TEST, name="t").startswith("test_")

    answer = send(TO, key="live_" + acme.test.removeprefix("test_"))

    assert answer.status == 401
