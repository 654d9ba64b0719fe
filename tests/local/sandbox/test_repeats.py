"""Vendors that honour an idempotency key: a repeat is no second mail."""

from typing import Any

import pytest

from local.sandbox.fakes import load

UUID = "123e4567-e89b-42d3-a456-426614174000"


@pytest.fixture
def account(sandbox: Any, hook: Any) -> Any:
    for provider in ("resend", "brevo"):
        key = load(provider).CREDENTIALS["api_key"]
        known = {"provider": provider, "account": key, "webhook_url": f"{hook.url}/{provider}"}
        assert sandbox.post("/_sandbox/accounts", json=known).status_code == 201
    return sandbox


def test_resend_answers_a_repeat_as_before_and_refuses_another_body(account: Any) -> None:
    mail = {"from": "us@example.com", "to": ["ada@example.com"], "subject": "Hi", "text": "Hi"}
    headers = {"Authorization": f"Bearer {load('resend').CREDENTIALS['api_key']}", "Idempotency-Key": "k-1"}

    answers = [
        account.post("/api.resend.com/emails", json=body, headers=headers)
        for body in (mail, mail, mail | {"text": "Ho"})
    ]

    assert [answer.status_code for answer in answers] == [200, 200, 409]
    assert answers[0].json() == answers[1].json()
    assert len(account.messages()) == 1


def test_brevo_refuses_a_repeat(account: Any) -> None:
    mail = {"sender": {"email": "us@example.com"}, "to": [{"email": "ada@example.com"}], "subject": "Hi"}
    body = mail | {"textContent": "Hi", "headers": {"idempotencyKey": UUID}}
    headers = {"api-key": load("brevo").CREDENTIALS["api_key"]}

    answers = [account.post("/api.brevo.com/v3/smtp/email", json=body, headers=headers) for _ in range(2)]

    assert [answer.status_code for answer in answers] == [201, 400]
    assert answers[1].json()["code"] == "duplicate_request"
    assert len(account.messages()) == 1
