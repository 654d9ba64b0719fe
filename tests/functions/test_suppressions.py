"""Suppressions by HTTP: added, found, listed and lifted; and what a suppressed message says."""

import json
from urllib.parse import quote

import pytest

from heliograph import queue
from heliograph.bootstrap import dispatching, receiving
from heliograph.domain.message import MessageId
from heliograph.domain.model import EventKind, ProviderEvent
from tests.functions.conftest import Call
from tests.functions.stage import Stage

EMAIL = "/v1/suppressions/email/Ada%40Example.com"


def dispatched(acme: Stage) -> list[str]:
    hints = [queue.decode(json.dumps(body)) for body in acme.queued("normal")]
    return [dispatching.dispatch()(hint, lambda: 30.0) for hint in hints]


def test_an_address_is_suppressed_found_and_lifted(manage: Call) -> None:
    added = manage("POST", "/v1/suppressions", {"channel": "email", "address": "ada@example.com"})
    again = manage(
        "POST", "/v1/suppressions", {"channel": "email", "address": "ada@example.com", "reason": "complaint"}
    )
    found = manage("GET", EMAIL)
    lifted = manage("DELETE", EMAIL)

    expected = {
        "channel": "email",
        "address": "a***@example.com",
        "reason": "manual",
        "source": "api",
        "at": "2027-01-15T08:00:00.000Z",
    }
    assert (added.status, added.json()) == (201, expected)
    assert (again.status, again.json()) == (200, expected)
    assert lifted.json() == {**found.json(), "lifted": True}
    assert manage("GET", EMAIL).json()["code"] == "SUPPRESSION_NOT_FOUND"
    assert manage("DELETE", EMAIL).status == 404


@pytest.mark.parametrize(
    ("channel", "address"), [("slack", "#ops"), ("email", "a/b@example.com"), ("email", "50%25@example.com")]
)
def test_an_address_may_hold_what_means_something_in_a_path(manage: Call, channel: str, address: str) -> None:
    manage("POST", "/v1/suppressions", {"channel": channel, "address": address})
    place = f"/v1/suppressions/{channel}/{quote(address, safe='')}"

    assert manage("GET", place).status == 200
    assert manage("DELETE", place).json()["lifted"] is True
    assert manage("GET", place).json()["code"] == "SUPPRESSION_NOT_FOUND"


def test_the_list_is_newest_first_and_by_channel(manage: Call, acme: Stage) -> None:
    for number in range(4):
        acme.clock.now += 1
        manage("POST", "/v1/suppressions", {"channel": "email", "address": f"{number}@example.com"})
        manage("POST", "/v1/suppressions", {"channel": "sms", "address": f"+4670123456{number}"})

    first = manage("GET", "/v1/suppressions?channel=email&limit=3").json()
    second = manage("GET", f"/v1/suppressions?channel=email&limit=3&cursor={first['next_cursor']}").json()
    every = manage("GET", "/v1/suppressions").json()

    assert [one["address"][0] for one in first["suppressions"]] == ["3", "2", "1"]
    assert [one["address"][0] for one in second["suppressions"]] == ["0"]
    assert second["next_cursor"] is None
    assert len(every["suppressions"]) == 8
    assert manage("GET", f"/v1/suppressions?channel=sms&cursor={first['next_cursor']}").status == 400


def test_a_test_key_has_a_list_of_its_own(manage: Call, acme: Stage) -> None:
    manage("POST", "/v1/suppressions", {"channel": "email", "address": "ada@example.com"})

    assert manage("GET", "/v1/suppressions", key=acme.test).json()["suppressions"] == []
    assert manage("GET", EMAIL, key=acme.test).status == 404


def test_what_is_wrong_with_a_request_is_named(manage: Call) -> None:
    cases = [
        ({"channel": "email", "address": "nonsense"}, "address"),
        ({"channel": "sms", "address": "ada@example.com"}, "address"),
        ({"channel": "pigeon", "address": "x"}, "channel"),
        ({"channel": "email", "address": "a@example.com", "reason": "mood"}, "reason"),
        ({"channel": "email", "address": "a@example.com", "source": "me"}, "source"),
        ({"channel": "email"}, "address"),
    ]

    answers = [manage("POST", "/v1/suppressions", body) for body, _ in cases]

    assert [(one.status, one.json()["field"]) for one in answers] == [(400, field) for _, field in cases]
    assert manage("GET", "/v1/suppressions?channel=pigeon").json()["code"] == "UNKNOWN_CHANNEL"


def test_a_message_to_an_address_that_was_suppressed_by_hand_says_so(manage: Call, send: Call, acme: Stage) -> None:
    manage("POST", "/v1/suppressions", {"channel": "email", "address": "ada@example.com"})
    name = send({"to": "ada@example.com", "payload": {"name": "Ada"}}, key=acme.live).json()["id"]

    done = dispatched(acme)

    [message] = manage("GET", f"/v1/notifications/{name}").json()["messages"]
    assert done == ["suppressed"]
    assert (message["status"], message["reason"], message["suppressed_by"]) == ("suppressed", "filtered", None)
    assert message["error"]["message"] == "the address was suppressed by the API (manual)"


def test_a_suppressed_message_links_to_the_notification_that_caused_it(manage: Call, send: Call, acme: Stage) -> None:
    first = send({"to": "ada@example.com", "payload": {"name": "Ada"}}).json()["id"]
    acme.queued("normal")
    message = acme.parts.messages.load(MessageId(project="acme", notification=first), now=acme.clock())
    assert message is not None
    bounce = ProviderEvent(kind=EventKind.BOUNCED, bounce="hard", recipient="ada@example.com")
    receiving.apply().report(message, bounce, integration="i1", attempt=0)
    second = send({"to": "ada@example.com", "payload": {"name": "Ada"}}).json()["id"]

    dispatched(acme)

    [told] = manage("GET", f"/v1/notifications/{second}").json()["messages"]
    found = manage("GET", EMAIL).json()
    assert (told["status"], told["reason"], told["suppressed_by"]) == ("suppressed", "hard_bounce", first)
    assert (found["reason"], found["source"]) == ("hard_bounce", first)
