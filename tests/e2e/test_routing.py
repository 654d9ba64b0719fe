"""Several channels of one event: at once, or one after the other."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tests.e2e.service import Service
from tests.local.waiting import eventually

PHONE = "+46701234567"
TEMPLATES = {"email": {"subject": "Hello", "text": "By mail"}, "sms": {"text": "By text message"}}
SANDBOX = "sandbox.heliograph.dev"


@pytest.fixture(scope="module")
def numbers() -> Iterator[int]:
    return iter(range(100))


@pytest.fixture
def publish(service: Service, numbers: Iterator[int]) -> Callable[..., str]:
    """Define and publish an event over mail and text message; gives its name."""

    def made(**body: Any) -> str:
        name = f"routed-{next(numbers)}"
        told = {"channels": ["email", "sms"], "templates": TEMPLATES} | body
        answer = service.call("PUT", f"/v1/events/{name}", json=told)
        assert answer.status_code == 201, answer.text
        assert service.call("POST", f"/v1/events/{name}/publish").status_code == 200
        return name

    return made


def send(service: Service, event: str, email: str, phone: str = PHONE, **body: Any) -> str:
    answer = service.call("POST", f"/v1/send/{event}", json={"to": {"email": email, "phone": phone}} | body)
    assert answer.status_code == 202, answer.text
    found: str = answer.json()["id"]
    return found


def reached(service: Service, name: str, *stories: tuple[str, str], within: float = 15) -> Any:
    """The notification, once its messages are these (channel, status)."""

    def there() -> Any:
        found = service.show(name)
        assert [(one["channel"], one["status"]) for one in found["messages"]] == list(stories), found
        return found

    return eventually(there, within=within)


def reason(message: Any) -> str:
    """Why it was begun, as its first line says."""
    found: str = message["timeline"][0].get("text", "")
    return found


def test_all_is_a_message_over_every_channel_under_one_notification(service: Service, publish: Any) -> None:
    event = publish(routing="all")

    name = send(service, event, "all@example.com", "+46701234501")
    found = reached(service, name, ("email", "delivered"), ("sms", "delivered"))

    assert (found["status"], found["state"], found["counts"]) == ("delivered", "completed", {"delivered": 2})
    assert [one["id"] for one in found["messages"]] == [name, f"{name}-1"]
    assert [reason(one) for one in found["messages"]] == ["", ""]
    assert len(service.journal("all@example.com")) == len(service.journal("+46701234501")) == 1


def test_a_reported_bounce_brings_the_next_channel(service: Service, publish: Any) -> None:
    event = publish(failover={})

    name = send(service, event, f"bounced+routed@{SANDBOX}", "+46701234502")
    found = reached(service, name, ("email", "bounced"), ("sms", "delivered"))

    assert (found["status"], found["state"]) == ("delivered", "completed")
    assert reason(found["messages"][1]) == "email bounced: hard_bounce"
    [line] = [one for one in service.latest() if one["id"] == name]
    assert line["status"] == "delivered"


def test_a_suppressed_address_brings_the_next_channel(service: Service, publish: Any) -> None:
    event, to = publish(failover={}), f"bounced+suppressed@{SANDBOX}"
    reached(service, send(service, event, to), ("email", "bounced"), ("sms", "delivered"))

    found = reached(service, send(service, event, to), ("email", "suppressed"), ("sms", "delivered"))

    assert reason(found["messages"][1]) == "email suppressed: hard_bounce"
    assert len(service.journal(to)) == 1


def test_silence_brings_the_next_channel_after_its_time(service: Service, publish: Any) -> None:
    event = publish(failover={"after": 2})

    name = send(service, event, f"silent+routed@{SANDBOX}", "+46701234503")
    first = reached(service, name, ("email", "sent"))
    found = reached(service, name, ("email", "sent"), ("sms", "delivered"))

    assert (first["state"], first["status"]) == ("accepted", "sent")
    assert reason(found["messages"][1]) == "no receipt by email within 2 s"
    assert (found["state"], found["status"]) == ("completed", "delivered")


def test_a_receipt_that_comes_late_is_seen_beside_the_next_channel(service: Service, publish: Any) -> None:
    event = publish(failover={"after": 2})

    name = send(service, event, f"slow+routed@{SANDBOX}", "+19075550112")
    reached(service, name, ("email", "sent"), ("sms", "sent"))
    found = reached(service, name, ("email", "delivered"), ("sms", "sent"))

    assert found["status"] == "delivered"


def test_a_receipt_in_time_brings_nothing(service: Service, publish: Any) -> None:
    event = publish(failover={"after": 3})

    name = send(service, event, "in-time@example.com", "+46701234504")
    reached(service, name, ("email", "delivered"))

    # A later send's step shows that the time of the first has passed.
    reached(service, send(service, event, f"silent+later@{SANDBOX}"), ("email", "sent"), ("sms", "delivered"))
    assert len(service.show(name)["messages"]) == 1
    assert service.journal("+46701234504") == []


def test_a_condition_that_is_false_leaves_its_channel_out(service: Service, publish: Any) -> None:
    rule = [{"field": "payload.amount", "op": ">=", "value": 100}]
    event = publish(routing="all", conditions={"sms": rule})

    small = send(service, event, "small@example.com", payload={"amount": 99})
    large = send(service, event, "large@example.com", payload={"amount": 100})

    reached(service, large, ("email", "delivered"), ("sms", "delivered"))
    assert reached(service, small, ("email", "delivered"))["state"] == "completed"


def test_where_conditions_leave_out_every_channel_nothing_is_sent(service: Service, publish: Any) -> None:
    never = [{"field": "contact.meta.plan", "op": "=", "value": "pro"}]
    event = publish(conditions={"email": never, "sms": never})

    found = reached(service, send(service, event, "nobody@example.com"), ("email", "suppressed"))

    assert (found["reason"], found["state"]) == ("filtered", "completed")
    assert service.journal("nobody@example.com") == []


def test_a_cancel_between_two_steps_ends_the_plan(service: Service, publish: Any) -> None:
    event, phone = publish(failover={"after": 3}), "+46701234505"
    name = send(service, event, f"silent+canceled@{SANDBOX}", phone)
    reached(service, name, ("email", "sent"))

    answer = service.call("POST", f"/v1/notifications/{name}/cancel")

    assert (answer.status_code, answer.json()["code"]) == (409, "TOO_LATE")
    assert answer.json()["notification"]["state"] == "completed"
    later = send(service, event, f"silent+after@{SANDBOX}")
    reached(service, later, ("email", "sent"), ("sms", "delivered"))
    assert service.journal(phone) == []


def test_a_required_event_goes_past_an_unsubscribe_but_not_past_a_bounce(service: Service, publish: Any) -> None:
    event, to = publish(required=True), "required@example.com"
    unsubscribed = {"channel": "email", "address": to, "reason": "unsubscribed"}
    assert service.call("POST", "/v1/suppressions", json=unsubscribed).status_code in (200, 201)

    reached(service, send(service, event, to), ("email", "delivered"))
    reached(service, send(service, event, f"bounced+required@{SANDBOX}"), ("email", "bounced"))
    reached(service, send(service, event, f"bounced+required@{SANDBOX}"), ("email", "suppressed"))


def test_an_events_own_senders_and_overrides_hold_unless_the_send_says_otherwise(
    service: Service, publish: Any
) -> None:
    event = publish(
        senders={"email": "Shop <shop@heliograph.example>", "sms": "Shop"},
        overrides={"email": {"reply_to": ["help@heliograph.example"], "subject": "From the event"}},
    )

    mine = {"email": {"subject": "From the send"}}
    reached(service, send(service, event, "shop@example.com", overrides=mine), ("email", "delivered"))

    [mail] = service.inbox("shop@example.com")
    assert (mail["subject"], mail["from"]) == ("From the send", "Shop <shop@heliograph.example>")
