from concurrent.futures import ThreadPoolExecutor

import pytest
import requests

from tests.e2e.service import Service


@pytest.mark.parametrize("header", ["Idempotency-Key", "X-Idempotency-Key"])
def test_a_repeat_with_the_same_key_is_answered_the_same_and_sends_nothing(service: Service, header: str) -> None:
    to, headers = f"{header.lower()}@example.com", {header: f"order {header}"}

    first = service.send(to, headers=headers, payload={"plan": "team"})
    second = service.send(to, headers=headers, payload={"plan": "team"})
    service.until(first.json()["id"], "delivered")
    third = service.send(to, headers=headers, payload={"plan": "team"})

    assert "X-Idempotent-Replay" not in first.headers
    assert [again.status_code for again in (second, third)] == [202, 202]
    assert [again.json() for again in (second, third)] == [first.json()] * 2
    assert [again.headers["X-Idempotent-Replay"] for again in (second, third)] == ["true", "true"]
    assert len(service.journal(to)) == 1


def test_the_callers_own_id_is_such_a_key_too(service: Service) -> None:
    first = service.send("own-id@example.com", id="invoice-7")
    second = service.send("own-id@example.com", id="invoice-7")

    assert second.json() == first.json()
    assert second.headers["X-Idempotent-Replay"] == "true"


def test_another_body_with_a_used_key_is_refused_and_sends_nothing(service: Service) -> None:
    headers = {"Idempotency-Key": "order 2"}
    first = service.send("one-body@example.com", headers=headers)

    second = service.send("another-body@example.com", headers=headers)
    third = service.send("one-body@example.com", headers=headers, payload={"plan": "team"})

    assert [other.status_code for other in (second, third)] == [422, 422]
    assert {other.json()["field"] for other in (second, third)} == {"Idempotency-Key"}
    assert service.until(first.json()["id"], "delivered")["attempts"] == 1
    assert service.journal("another-body@example.com") == []


def test_twenty_callers_at_once_with_one_key_make_one_mail(service: Service) -> None:
    def send(_: int) -> requests.Response:
        return service.send("at-once@example.com", headers={"Idempotency-Key": "at once"})

    with ThreadPoolExecutor(20) as callers:
        answers = list(callers.map(send, range(20)))

    [name] = {answer.json()["id"] for answer in answers}
    service.until(name, "delivered")
    assert {answer.status_code for answer in answers} == {202}
    assert [answer.headers.get("X-Idempotent-Replay") for answer in answers].count("true") == 19
    assert len(service.journal("at-once@example.com")) == 1
