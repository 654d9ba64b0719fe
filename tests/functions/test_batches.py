"""POST /v1/send: many different messages in one call, and the batch that counts how they stand."""

from typing import Any

import pytest

from functions.send.handler import handler
from heliograph.domain.project import Scope
from heliograph.names import BATCH_ROUTE
from tests.functions.conftest import Call
from tests.functions.http import Answer, answer, as_json, event
from tests.functions.stage import Context, Stage

PAYLOAD = {"name": "Ada"}
ADA: dict[str, Any] = {"event": "welcome", "to": "ada@example.com", "payload": PAYLOAD}
EVE: dict[str, Any] = {"event": "welcome", "channel": "sms", "to": "+46701234567", "payload": PAYLOAD}


def post(acme: Stage, body: Any, key: str = "", **headers: str) -> Answer:
    shown = {name.replace("_", "-"): value for name, value in headers.items()}
    given = {"authorization": f"Bearer {key or acme.live}"} | shown
    raw = event("POST", "/v1/send", body=as_json(body), headers=given) | {"routeKey": BATCH_ROUTE}
    return answer(handler(raw, Context()))


def batches(acme: Stage) -> list[Any]:
    return [item for item in acme.items() if "#B#" in item["pk"]["S"]]


def test_messages_of_one_call_differ_in_everything_and_are_answered_in_order(acme: Stage, manage: Call) -> None:
    told = post(acme, {"messages": [ADA, EVE]}).json()

    assert (told["status"], told["total"], told["accepted"], told["rejected"]) == ("accepted", 2, 2, 0)
    assert [set(one) for one in told["notifications"]] == [{"id", "event", "status"}] * 2
    channels = [manage("GET", f"/v1/notifications/{one['id']}").json()["channel"] for one in told["notifications"]]
    assert channels == ["email", "sms"]
    assert acme.depth("normal") == 2


def test_a_batch_counts_its_notifications_by_status(acme: Stage, manage: Call) -> None:
    told = post(acme, {"messages": [ADA, EVE | {"send_at": "2027-01-15T09:30:00Z"}, EVE | {"event": "nope"}]}).json()

    found = manage("GET", f"/v1/batches/{told['id']}").json()

    assert found == {
        "id": told["id"],
        "state": "accepted",
        "total": 3,
        "rejected": 1,
        "counts": {"queued": 1, "scheduled": 1},
        "notifications": [one["id"] for one in told["notifications"][:2]],
        "created_at": "2027-01-15T08:00:00.000Z",
    }


@pytest.mark.parametrize(
    ("wrong", "field", "code"),
    [
        ("x", "messages[1]", "VALIDATION_ERROR"),
        ({"to": "eve@example.com"}, "messages[1].event", "VALIDATION_ERROR"),
        ({"event": "welcome"}, "messages[1].to", "VALIDATION_ERROR"),
        (EVE | {"to": ["eve@example.com"]}, "messages[1].to", "VALIDATION_ERROR"),
        (EVE | {"to": {"email": "eve@"}}, "messages[1].to.email", "INVALID_EMAIL"),
        (EVE | {"event": "../x"}, "messages[1].event", "EVENT_NOT_FOUND"),
        (EVE | {"event": "other"}, "messages[1].event", "EVENT_NOT_FOUND"),
        (EVE | {"channel": "pigeon"}, "messages[1].channel", "UNKNOWN_CHANNEL"),
        (EVE | {"surprise": 1}, "messages[1].surprise", "VALIDATION_ERROR"),
        (EVE | {"id": ""}, "messages[1].id", "VALIDATION_ERROR"),
    ],
)
def test_what_is_wrong_with_one_is_named_and_the_others_go(acme: Stage, wrong: Any, field: str, code: str) -> None:
    told = post(acme, {"messages": [ADA, wrong, ADA | {"to": "bo@example.com"}]})

    first, second, third = told.json()["notifications"]
    assert told.status == 202
    assert (first["status"], third["status"]) == ("accepted", "accepted")
    assert (second["field"], second["code"]) == (field, code)
    assert set(second) == {"error", "code", "field"}


@pytest.mark.parametrize("body", [{}, {"messages": []}, {"messages": [ADA] * 101}, {"messages": ADA}, {"messages": 7}])
def test_a_call_has_one_to_a_hundred_messages(acme: Stage, body: Any) -> None:
    before = acme.items()

    told = post(acme, body)

    assert (told.status, told.json()["field"]) == (400, "messages")
    assert acme.items() == before


def test_a_call_of_which_nothing_is_accepted_is_a_problem_and_leaves_no_batch(acme: Stage) -> None:
    told = post(acme, {"messages": [ADA | {"event": "other"}, "x"]})

    assert (told.status, told.json()["code"]) == (404, "EVENT_NOT_FOUND")
    assert len(told.json()["notifications"]) == 2
    assert batches(acme) == []


def test_a_call_above_256_kb_is_refused_whole(acme: Stage) -> None:
    told = post(acme, {"messages": [ADA | {"payload": {"x": "y" * 70_000}}] * 4})

    assert (told.status, batches(acme)) == (413, [])


def test_the_call_repeated_with_its_key_changes_nothing(acme: Stage) -> None:
    first = post(acme, {"messages": [ADA, EVE]}, Idempotency_Key="k")
    before = acme.items()

    again = post(acme, {"messages": [ADA, EVE]}, Idempotency_Key="k")

    assert again.json() == first.json()
    assert acme.items() == before


def test_the_call_s_key_with_another_call_is_a_422_and_sends_nothing(acme: Stage) -> None:
    post(acme, {"messages": [ADA, EVE]}, Idempotency_Key="k")
    before = acme.items()

    told = post(acme, {"messages": [ADA, EVE, ADA]}, Idempotency_Key="k")

    assert (told.status, told.json()["code"]) == (422, "IDEMPOTENCY_KEY_REUSED")
    assert acme.items() == before


def test_the_same_message_twice_in_one_call_is_two_unless_it_says_otherwise(acme: Stage) -> None:
    twice = post(acme, {"messages": [ADA, ADA]}).json()["notifications"]
    once = post(acme, {"messages": [ADA | {"id": "a"}, ADA | {"id": "a"}]}).json()["notifications"]

    assert twice[0]["id"] != twice[1]["id"]
    assert once[0] == once[1]


@pytest.mark.parametrize("name", ["id", "idempotency_key"])
def test_a_message_s_own_key_is_the_same_name_in_a_batch_and_alone(acme: Stage, send: Call, name: str) -> None:
    [told] = post(acme, {"messages": [ADA | {name: "order-1"}]}).json()["notifications"]

    own = {"id": "order-1"} if name == "id" else {}
    headers = {} if own else {"Idempotency_Key": "order-1"}
    alone = send({"to": ADA["to"], "payload": PAYLOAD} | own, **headers)

    assert alone.json()["id"] == told["id"]
    assert alone.headers["x-idempotent-replay"] == "true"


def test_a_repeat_brings_what_was_refused_before_into_the_batch(acme: Stage, manage: Call) -> None:
    body = {"messages": [ADA, EVE | {"event": "later"}]}
    first = post(acme, body, Idempotency_Key="k").json()
    template = {"channels": ["sms"], "templates": {"sms": {"text": "Hi"}}}
    manage("PUT", "/v1/events/later", template)
    manage("POST", "/v1/events/later/publish")

    again = post(acme, body, Idempotency_Key="k").json()

    found = manage("GET", f"/v1/batches/{first['id']}").json()
    assert (first["id"], first["rejected"]) == (again["id"], 1)
    assert (found["rejected"], len(found["notifications"])) == (0, 2)


def test_a_batch_is_seen_by_its_own_mode_alone_and_needs_the_scope(acme: Stage, manage: Call) -> None:
    name = post(acme, {"messages": [ADA]}).json()["id"]

    assert manage("GET", f"/v1/batches/{name}", key=acme.test).status == 404
    assert manage("GET", f"/v1/batches/{name}", key=acme.key(scopes=frozenset({Scope.SEND}))).status == 403
    assert manage("GET", "/v1/batches/" + "x" * 3000).json()["code"] == "BATCH_NOT_FOUND"
    assert post(acme, {"messages": [ADA]}, key=acme.key(scopes=frozenset({Scope.READ}))).status == 403
