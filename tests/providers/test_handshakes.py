"""Handshakes: what a vendor asks before it posts anything is answered, and only to who knows the secret."""

import json

import pytest

from heliograph.domain import errors
from heliograph.providers import load
from tests.providers.signers.slack import SECRET, slack


def test_slacks_challenge_is_given_back() -> None:
    credentials = load("slack").Credentials.model_validate({"bot_token": "xoxb-1-2-demo", "signing_secret": SECRET})
    body = json.dumps({"type": "url_verification", "challenge": "3eZbrw1a"}).encode()

    received = load("slack").receive(slack(body), credentials)

    assert received.reply is not None
    assert received.reply.body == "3eZbrw1a"


def test_slacks_interactions_are_ignored() -> None:
    credentials = load("slack").Credentials.model_validate({"bot_token": "xoxb-1-2-demo", "signing_secret": SECRET})

    received = load("slack").receive(slack(b"payload=%7B%7D", kind="application/x-www-form-urlencoded"), credentials)

    assert received.ignored == ("interaction",)


@pytest.mark.parametrize("given", [{}, {"webhook_url": "https://hooks.slack.com.evil.example/x"}])
def test_slack_needs_a_way_that_leads_to_slack(given: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"bot_token|hooks\.slack\.com"):
        load("slack").Credentials.model_validate(given)


def test_an_integration_of_slack_without_a_signing_secret_believes_nobody() -> None:
    credentials = load("slack").Credentials.model_validate({"bot_token": "xoxb-1-2-demo"})

    with pytest.raises(errors.BadSignature):
        load("slack").receive(slack(b"{}"), credentials)
