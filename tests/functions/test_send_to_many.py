"""`to` as a list: one notification each, each with a result of its own."""

from typing import Any

import pytest

from heliograph.domain.project import Mode
from tests.functions.conftest import Call
from tests.functions.stage import Stage
from tests.functions.test_send import TO  # the payload that the seeded templates need

MANY: dict[str, Any] = TO | {"to": ["ada@example.com", "+46701234567", {"id": "u-1", "email": "eve@example.com"}]}


def heads(acme: Stage) -> dict[str, Any]:
    return {item["to"]["S"]: item for item in acme.items() if item["sk"]["S"] == "A" and "#N#" in item["pk"]["S"]}


def test_each_recipient_of_a_list_gets_a_notification_in_order(acme: Stage, send: Call) -> None:
    answer = send(MANY)

    told = answer.json()
    assert answer.status == 202
    assert (told["event"], told["status"], told["id"]) == ("welcome", "accepted", told["notifications"][0]["id"])
    assert [set(one) for one in told["notifications"]] == [{"id", "event", "status"}] * 3
    found = heads(acme)
    assert [found[to]["pk"]["S"].rpartition("#")[2] for to in ("ada@example.com", "+46701234567", "eve@example.com")] \
        == [one["id"] for one in told["notifications"]]  # fmt: skip
    assert {hint["n"] for hint in acme.queued("normal")} == {one["id"] for one in told["notifications"]}


def test_one_may_be_wrong_while_others_are_sent(acme: Stage, send: Call) -> None:
    answer = send(TO | {"to": ["ada@", 7, "eve@example.com", {"email": "x"}]})

    told = answer.json()
    assert answer.status == 202
    assert [one.get("field") for one in told["notifications"]] == ["to[0]", "to[1]", None, "to[3].email"]
    assert told["notifications"][0]["code"] == "INVALID_EMAIL"
    assert told["id"] == told["notifications"][2]["id"]
    assert list(heads(acme)) == ["eve@example.com"]


def test_when_nobody_can_be_sent_to_the_call_is_a_problem_with_every_result(acme: Stage, send: Call) -> None:
    answer = send(TO | {"to": ["ada@", "eve@"]})

    told = answer.json()
    assert (answer.status, told["code"], told["field"]) == (400, "INVALID_EMAIL", "to[0]")
    assert [one["field"] for one in told["notifications"]] == ["to[0]", "to[1]"]
    assert heads(acme) == {}


@pytest.mark.parametrize("count", [0, 101])
def test_a_list_has_one_to_a_hundred_recipients(acme: Stage, send: Call, count: int) -> None:
    answer = send(TO | {"to": [f"u{number}@example.com" for number in range(count)]})

    assert (answer.status, answer.json()["field"]) == (400, "to")
    assert heads(acme) == {}


def test_a_hundred_recipients_are_ten_calls_of_the_queue_at_most(acme: Stage, send: Call) -> None:
    answer = send(TO | {"to": [f"u{number}@example.com" for number in range(100)]})

    assert len({one["id"] for one in answer.json()["notifications"]}) == 100
    assert acme.depth("normal") == 100


def test_the_call_repeated_with_its_key_sends_to_nobody_again(acme: Stage, send: Call) -> None:
    first = send(MANY, Idempotency_Key="news-7")
    before = acme.items()

    again = send(MANY, Idempotency_Key="news-7")

    assert again.json() == first.json()
    assert acme.items() == before


def test_a_repeat_with_somebody_added_sends_to_that_one_alone(acme: Stage, send: Call) -> None:
    first = send(MANY, Idempotency_Key="news-7").json()["notifications"]

    again = send(MANY | {"to": ["bo@example.com", *MANY["to"]]}, Idempotency_Key="news-7").json()["notifications"]

    assert again[1:] == first
    assert len(heads(acme)) == 4


def test_a_recipient_named_twice_gets_one(acme: Stage, send: Call) -> None:
    told = send(TO | {"to": ["ada@example.com", "ADA@example.com"]}).json()

    # Their local parts are written differently, so the second is another request under the first one's name.
    assert [one.get("code") for one in told["notifications"]].count("IDEMPOTENCY_KEY_REUSED") == 1
    assert len(heads(acme)) == 1


def test_the_same_recipient_in_the_same_words_is_answered_twice_and_sent_once(acme: Stage, send: Call) -> None:
    first, second = send(TO | {"to": ["ada@example.com", "ada@example.com"]}).json()["notifications"]

    assert first == second
    assert len(heads(acme)) == 1


def test_time_that_ran_out_is_told_and_nothing_is_begun(acme: Stage, send: Call, monkeypatch: Any) -> None:
    monkeypatch.setattr("tests.functions.stage.Context.get_remaining_time_in_millis", lambda _: 1500)

    answer = send(MANY)

    assert (answer.status, answer.json()["code"]) == (503, "UNAVAILABLE")
    assert heads(acme) == {}


FCM = "dK4vXz9qR0e1:APA91b" + "x" * 120


@pytest.mark.parametrize(
    ("to", "channel"),
    [
        ("#general", "slack"),
        ("U024BE7LH", "slack"),
        ("ExponentPushToken[xxxxxxxxxxxxxxxxxxxxxx]", "push"),
        (FCM, "push"),
        ("0123456789abcdef" * 4, "push"),
    ],
)
def test_slack_and_push_addresses_are_known_by_how_they_look(
    acme: Stage, send: Call, manage: Call, to: str, channel: str
) -> None:
    templates = {
        "email": {"subject": "Hi", "text": "Hi"},
        "push": {"title": "Hi", "text": "Hi"},
        "slack": {"text": "Hi"},
    }
    body = {"channels": ["email", "push", "slack"], "templates": templates}
    assert manage("PUT", "/v1/events/chat", body).status == 201
    assert manage("POST", "/v1/events/chat/publish").status == 200
    people = [item for item in acme.items() if "#C#" in item["pk"]["S"]]

    answer = send({"to": to}, target="/v1/send/chat", key=acme.key(Mode.TEST))

    assert answer.status == 202, answer.text
    head = heads(acme)[to]
    assert head["ch"]["S"] == channel
    assert [item for item in acme.items() if "#C#" in item["pk"]["S"]] == people


def test_a_contact_of_that_id_comes_before_a_slack_user(acme: Stage, send: Call) -> None:
    send(TO | {"to": {"id": "U024BE7LH", "email": "ada@example.com"}})

    answer = send(TO | {"to": "U024BE7LH"})

    assert answer.status == 202
    assert set(heads(acme)) == {"ada@example.com"}


def test_a_slack_channel_for_an_event_without_slack_is_a_mistake_of_to(send: Call) -> None:
    answer = send(TO | {"to": "#general"})

    assert (answer.status, answer.json()["field"]) == (400, "to")
