"""A batch of wake-up calls: what failed goes back, and harms nobody."""

import pytest

from functions.dispatch.handler import handler
from heliograph.domain.model import JSON
from tests.functions.conftest import Call
from tests.functions.queues import batch, returned
from tests.functions.stage import Context, Stage


@pytest.fixture
def wakeups(acme: Stage, send: Call) -> list[JSON]:
    """Wake-up calls of three messages for the sandbox."""
    for name in ("ada", "bounced", "grace"):
        send({"to": f"{name}@sandbox.heliograph.dev", "payload": {"name": name}}, key=acme.test)
    return acme.queued("normal")


def statuses(acme: Stage, manage: Call) -> list[str]:
    listed = manage("GET", "/v1/notifications", key=acme.test).json()["notifications"]
    return [one["status"] for one in listed]


def test_every_message_of_a_batch_is_sent_and_reported_on(acme: Stage, manage: Call, wakeups: list[JSON]) -> None:
    answer = handler(batch(*wakeups), Context())

    assert returned(answer) == []
    assert statuses(acme, manage) == ["sent", "sent", "sent"]
    reported = [event["kind"] for body in acme.queued("events") for event in body["events"]]
    assert sorted(reported) == ["bounced", "delivered", "delivered"]


@pytest.mark.parametrize(
    "poison", ["", "x", "null", "[]", "{}", '{"v": 2}', '{"v": 1}', '{"v": 1, "p": 1, "n": 2, "k": 3}', "[" * 10_000]
)
def test_a_poison_body_goes_back_and_harms_no_neighbour(
    acme: Stage, manage: Call, wakeups: list[JSON], poison: str
) -> None:
    answer = handler(batch(wakeups[0], poison, *wakeups[1:]), Context())

    assert returned(answer) == ["m-1"]
    assert statuses(acme, manage) == ["sent", "sent", "sent"]


def test_a_wakeup_for_a_message_that_is_gone_is_done_with(acme: Stage) -> None:
    gone = {"v": 1, "p": "acme", "n": "z" * 26, "k": 0, "hop": 0}

    assert returned(handler(batch(gone), Context())) == []
    assert acme.depth("normal") == 0


def test_nothing_is_begun_with_less_than_the_reserve_left(acme: Stage, manage: Call, wakeups: list[JSON]) -> None:
    reserve = acme.parts.settings.reserve

    late = handler(batch(*wakeups), Context(seconds=reserve - 0.001))
    in_time = handler(batch(wakeups[0]), Context(seconds=reserve))

    assert returned(late) == ["m-0", "m-1", "m-2"]
    assert returned(in_time) == []
    assert sorted(statuses(acme, manage)) == ["queued", "queued", "sent"]


def test_a_doubled_wakeup_sends_once(acme: Stage, wakeups: list[JSON]) -> None:
    handler(batch(wakeups[0]), Context())
    handler(batch(wakeups[0]), Context())

    assert len(acme.queued("events")) == 1


def test_when_the_table_is_gone_every_record_goes_back(acme: Stage, wakeups: list[JSON]) -> None:
    acme.client("dynamodb").delete_table(TableName=acme.parts.settings.table)

    assert returned(handler(batch(*wakeups), Context())) == ["m-0", "m-1", "m-2"]


def test_a_live_message_goes_to_its_first_integration(acme: Stage, send: Call, manage: Call) -> None:
    sent = send({"to": "ada@example.com", "payload": {"name": "Ada"}}).json()["id"]

    handler(batch(*acme.queued("normal")), Context())

    [message] = manage("GET", f"/v1/notifications/{sent}").json()["messages"]
    assert (message["status"], message["provider"], message["attempts"]) == ("sent", "ses", 1)
    assert message["provider_message_id"]


def test_a_template_error_ends_it_and_people_see_the_line_and_the_variable(
    acme: Stage, send: Call, manage: Call
) -> None:
    broken = {"channels": ["email"], "templates": {"email": {"subject": "x", "text": "one\n{{ order.total }}"}}}
    manage("PUT", "/v1/events/broken", broken)
    manage("POST", "/v1/events/broken/publish")
    sent = send({"to": "ada@example.com"}, target="/v1/send/broken").json()["id"]

    handler(batch(*acme.queued("normal")), Context())

    [message] = manage("GET", f"/v1/notifications/{sent}").json()["messages"]
    assert (message["status"], message["reason"]) == ("failed", "template_error")
    assert "line 2" in message["error"]["message"]
    assert "order" in message["error"]["message"]
    assert message["advice"]


def test_an_early_wakeup_is_put_off(acme: Stage, send: Call) -> None:
    send({"to": "ada@example.com", "send_at": "2027-01-15T08:10:00Z"})
    body = {"v": 1, "p": "acme", "n": acme.items()[0]["pk"]["S"], "k": 0, "hop": 0}
    [head] = [item for item in acme.items() if "#N#" in item["pk"]["S"]]
    body["n"] = head["pk"]["S"].rpartition("#")[2]
    before = acme.depth("normal")

    handler(batch(body), Context())

    assert acme.depth("normal") == before + 1
