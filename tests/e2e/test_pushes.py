"""Pushes from outside: to each of a person's devices, over the service of its token; dead devices are forgotten."""

from typing import Any

import pytest

from tests.e2e.push_devices import TOKENS
from tests.e2e.service import Service
from tests.local.waiting import eventually


def person(service: Service, name: str, *tokens: str, **more: str) -> str:
    """A contact with these devices."""
    answer = service.call("PUT", f"/v1/contacts/{name}", json=more)
    assert answer.status_code in {200, 201}, answer.text
    for token in tokens:
        added = service.call("POST", f"/v1/contacts/{name}/push-tokens", json={"token": token})
        assert added.status_code == 200, added.text
    return name


def pushed(service: Service, to: str, **body: Any) -> str:
    payload = {"order": {"number": "1001", "carrier": "the post"}}
    answer = service.call("POST", "/v1/send/order-shipped", json={"to": to, "payload": payload, **body})
    assert answer.status_code == 202, answer.text
    found: str = answer.json()["id"]
    return found


def tokens_of(service: Service, name: str) -> list[str]:
    found = service.call("GET", f"/v1/contacts/{name}").json()["push_tokens"]
    return [one["provider"] for one in found]


@pytest.mark.parametrize("provider", sorted(TOKENS))
def test_a_device_that_is_gone_is_forgotten_and_the_timeline_says_so(service: Service, provider: str) -> None:
    name = person(service, f"gone-{provider}", TOKENS[provider]("bounced"))

    sent = pushed(service, name)

    if provider == "onesignal":
        # A user of the caller's own naming may come back.
        assert service.until(sent, "failed")["reason"] == "invalid_recipient"
        return
    assert service.until(sent, "bounced")["reason"] == "hard_bounce"
    assert eventually(lambda: not tokens_of(service, name))


def test_every_device_of_a_person_gets_a_message_of_its_own(service: Service) -> None:
    name = person(service, "with-five-devices", *(TOKENS[one]("delivered") for one in sorted(TOKENS)))

    sent = pushed(service, name)

    def reached() -> list[Any]:
        messages: list[Any] = service.show(sent)["messages"]
        assert len(messages) == len(TOKENS)
        assert {one["status"] for one in messages} <= {"sent", "delivered"}, messages
        return messages

    assert [one["provider"] for one in eventually(reached, within=15)] == sorted(TOKENS)


def test_the_newest_device_decides_whether_the_next_channel_follows(service: Service) -> None:
    devices = (TOKENS["fcm"]("delivered"), TOKENS["apns"]("bounced"))
    name = person(service, "with-a-dead-phone", *devices, email="delivered+phone@sandbox.heliograph.dev")

    sent = pushed(service, name)

    def reached() -> list[Any]:
        messages: list[Any] = service.show(sent)["messages"]
        assert [one["status"] for one in messages] == ["sent", "bounced", "delivered"], messages
        return messages

    assert [one["channel"] for one in eventually(reached, within=15)] == ["push", "push", "email"]
