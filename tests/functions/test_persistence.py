"""How long and how often over HTTP: deadlines and retries of events and sends, weights of integrations."""

from typing import Any

import pytest

from heliograph.bootstrap import managing
from tests.functions.conftest import Call
from tests.functions.stage import Stage

EVENT: dict[str, Any] = {"channels": ["email"], "templates": {"email": {"subject": "Hi", "text": "Hi"}}}
WRONG: list[tuple[Any, str]] = [
    ({"retries": -1}, "retries"),
    ({"retries": 6}, "retries"),
    ({"retries": 1.5}, "retries"),
    ({"retries": "1"}, "retries"),
    ({"retries": True}, "retries"),
    ({"deadlines": {}}, "deadlines"),
    ({"deadlines": 60}, "deadlines"),
    ({"deadlines": {"provider": 0}}, "deadlines.provider"),
    ({"deadlines": {"channel": 259_201}}, "deadlines.channel"),
    ({"deadlines": {"message": 10**30}}, "deadlines.message"),
    ({"deadlines": {"message": "60"}}, "deadlines.message"),
    ({"deadlines": {"providers": 60}}, "deadlines.providers"),
]


def expires(manage: Call, name: str) -> str:
    found: str = manage("GET", f"/v1/notifications/{name}").json()["messages"][0]["expires_at"]
    return found


@pytest.mark.parametrize(("body", "field"), WRONG)
def test_what_is_wrong_is_named_and_nothing_is_stored(
    acme: Stage, send: Call, manage: Call, body: dict[str, Any], field: str
) -> None:
    before = acme.items()

    answers = [send({"to": "ada@example.com"} | body), manage("PUT", "/v1/events/tried", EVENT | body)]

    assert [(one.status, one.json()["field"]) for one in answers] == [(400, field)] * 2
    assert acme.items() == before


def test_an_event_shows_and_compares_what_it_says(manage: Call) -> None:
    manage("PUT", "/v1/events/tried", EVENT)
    manage("POST", "/v1/events/tried/publish")

    put = manage("PUT", "/v1/events/tried", EVENT | {"deadlines": {"provider": 60}, "retries": 0}).json()
    fields = manage("GET", "/v1/events/tried/diff").json()["fields"]

    shown = {"message": None, "channel": None, "provider": 60}
    assert (put["draft"]["deadlines"], put["draft"]["retries"]) == (shown, 0)
    assert fields == [
        {"field": "deadlines", "from": None, "to": shown},
        {"field": "retries", "from": None, "to": 0},
    ]


def test_what_an_event_shows_can_be_put_back(manage: Call) -> None:
    put = manage("PUT", "/v1/events/tried", EVENT | {"deadlines": {"channel": 60}, "retries": 3}).json()

    again = manage("PUT", "/v1/events/tried", EVENT | {name: put["draft"][name] for name in ("deadlines", "retries")})

    assert again.json()["draft"] == put["draft"]


@pytest.mark.usefixtures("acme")
def test_a_sends_deadline_goes_before_the_published_events(send: Call, manage: Call) -> None:
    managing.waiting.cache_clear()
    manage("PUT", "/v1/events/tried", EVENT | {"deadlines": {"message": 3600}})
    manage("POST", "/v1/events/tried/publish")

    plain = send({"to": "ada@example.com"}, target="/v1/send/tried").json()["id"]
    own = send({"to": "ada@example.com", "deadlines": {"message": 60}}, target="/v1/send/tried").json()["id"]

    assert expires(manage, plain) == "2027-01-15T09:00:00.000Z"
    assert expires(manage, own) == "2027-01-15T08:01:00.000Z"


@pytest.mark.parametrize(
    ("weights", "field"),
    [({"nobody": 1}, "weights.nobody"), (7, "weights"), ({"x": -1}, "weights.x"), ({"x": 1.5}, "weights.x")],
)
def test_weights_that_are_wrong_are_named(manage: Call, weights: Any, field: str) -> None:
    ids = manage("GET", "/v1/integrations").json()["order"]["email"]

    answer = manage("PUT", "/v1/integrations/order", {"channel": "email", "ids": ids, "weights": weights})

    assert (answer.status, answer.json()["field"]) == (400, field), answer.text


def test_weights_are_set_and_shown_and_taken_away(manage: Call) -> None:
    ids = manage("GET", "/v1/integrations").json()["order"]["email"]
    order = {"channel": "email", "ids": ids}

    manage("PUT", "/v1/integrations/order", order | {"weights": {ids[0]: 5}})
    told = manage("GET", "/v1/integrations").json()["weights"]
    gone = manage("PUT", "/v1/integrations/order", order).json()["weights"]

    assert (told, gone) == ({"email": {ids[0]: 5}}, {})
