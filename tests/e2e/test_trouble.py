"""Providers that fail, answer late, or not at all."""

from typing import Any

import pytest

from tests.e2e.service import Service
from tests.local.waiting import eventually


@pytest.mark.parametrize(("provider", "to"), [("sendgrid", "heals@example.com"), ("twilio", "+15005550030")])
def test_a_provider_that_heals_delivers_in_the_end(service: Service, provider: str, to: str) -> None:
    service.fault(provider, status=503, times=2)

    found = service.until(service.sent(to, overrides={"provider": provider}), "delivered", within=25)

    assert [call["status"] for call in service.journal(to)][:2] == [503, 503]
    assert (found["attempts"], found["provider"]) == (3, provider)
    retries = [entry for entry in found["timeline"] if entry["status"] == "retrying"]
    assert [entry["reason"] for entry in retries] == ["provider_unavailable"] * 2


def test_an_account_that_is_refused_hands_its_mail_to_the_next_provider(service: Service) -> None:
    service.fault("ses", status=403)

    found = service.until(service.sent("next@example.com"), "delivered")

    assert [call["provider"] for call in service.journal("next@example.com")] == ["ses", "sendgrid"]
    assert (found["attempts"], found["provider"]) == (2, "sendgrid")


@pytest.mark.parametrize(("provider", "to"), [("ses", "early@example.com"), ("twilio", "+15005550031")])
def test_a_receipt_that_comes_before_the_answer_is_kept(service: Service, provider: str, to: str) -> None:
    service.fault(provider, delay=2.5)
    name = service.sent(to, overrides={"provider": provider})
    seen: list[Any] = []

    def completed() -> bool:
        found = service.show(name)
        seen.append((found["status"], found["state"]))
        return bool(found["state"] == "completed")

    eventually(completed, within=10)

    assert ("delivered", "accepted") in seen
    first = next(place for place, (status, _) in enumerate(seen) if status == "delivered")
    assert {status for status, _ in seen[first:]} == {"delivered"}
    assert len(service.journal(to)) == 1
    assert service.message(name)["sent_at"]


@pytest.mark.parametrize("provider", ["ses", "sendgrid"])
def test_a_lost_answer_is_not_sent_again_once_the_receipt_is_there(service: Service, provider: str) -> None:
    to = f"lost+{provider}@example.com"
    service.fault(provider, lost=True)

    found = service.until(service.sent(to, overrides={"provider": provider}), "delivered")

    assert found["attempts"] == 1
    assert len(service.journal(to)) == 1
